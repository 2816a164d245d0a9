"""What an entrant and the board say of an entry."""

from typing import Literal

from pydantic import Field

from micronet_spec.report.recorded.base import Decimals, Recorded


class Member(Recorded):
    """A person of a team."""

    name: str | None = None
    github: str | None = None
    orcid: str | None = None
    ids: dict[str, str] = Field(default_factory=dict)
    affiliation: str | None = None
    note: str | None = None


class Team(Recorded):
    """The people behind an entry."""

    name: str
    affiliation: str | None = None
    members: Literal["unknown"] | list[Member]


class Repository(Recorded):
    """Where the code is."""

    url: str
    commit: str | None = None
    license: str | None = None


class Method(Recorded):
    """What a network was made with, in the words of `spec/techniques.yaml`."""

    framework: str | None = None
    techniques: list[str] = Field(default_factory=list)


class Checkpoint(Recorded):
    """The trained network as a file."""

    file: str
    sha256: str | None = None
    bytes: int | None = None


class Claims(Recorded):
    """The entrant's own figures, with the digits they were published with."""

    score: Decimals | None = None
    storage_term: Decimals | None = None
    ops_term: Decimals | None = None
    source: str | None = None


class Score(Recorded):
    """A score of one date."""

    date: str
    score: Decimals
    origin: str | None = None
    """What of the entry's own figures gives it."""


class Board(Recorded):
    """The row of an entry on the published board."""

    position: int
    name: str
    affiliation: str
    score: Decimals
    """The score of the date that the audit is about."""
    scores: list[Score]
    """The scores of every date, the latest last."""
    marks: str
    verified: bool
    missed_target: bool
