"""A whole record, and its JSON Schema.

Later programs of the same version may write further keys; a reader ignores what it does not know.
"""

from typing import Any, Literal

from pydantic import Field

from micronet_spec.report.recorded.base import Recorded
from micronet_spec.report.recorded.entry import Entry
from micronet_spec.report.recorded.finding import Finding
from micronet_spec.report.recorded.people import People
from micronet_spec.report.recorded.rules import Challenge, Page, Spec


class Tool(Recorded):
    """The program that wrote a record."""

    name: str
    version: str


class Input(Recorded):
    """A file that was read."""

    file: str
    sha256: str | None
    """Digest of its bytes; null for one that could not be read."""


class Methods(Recorded):
    """How many entries say that they were made with what."""

    entries: int
    """Entries that say anything."""
    frameworks: dict[str, int]
    techniques: dict[str, int]


class Verification(Recorded):
    """What was concluded of an entry's checkpoint."""

    entry: str
    verdict: str
    measured: float | None
    """The score by what the file really holds."""
    interval: tuple[float, float] | None = None
    """The least and the most that it can be."""
    checkpoint: str | None
    """Digest of the file."""


class Statement(Recorded):
    """What was stated of a board, and what its rows say."""

    what: str
    task: str | None
    value: int
    source: str
    found: float | None
    counted: float | None
    """By the recount, at least."""
    named: int | None = None
    """Of organizations, how many rows of the board name theirs."""
    rows: int | None = None
    """Of how many."""


class Record(Recorded):
    """An audit: all that any format needs, without the inputs."""

    format: Literal["micronet-audit/1"]
    """Version; another number means that keys were removed or mean something else."""
    tool: Tool
    spec: Spec
    inputs: list[Input]
    edition: str | None
    rules: str | None
    board_date: str | None = None
    """The date of the published scores, if one was asked for; else they are the latest."""
    challenges: dict[str, Challenge]
    entries: list[Entry]
    methods: Methods | None = None
    kinds: dict[str, int] = Field(default_factory=dict)
    """How many entries are `recounted`, `bounded`, `board figures only` or `not counted`."""
    statements: list[Statement] = Field(default_factory=list)
    verifications: list[Verification] = Field(default_factory=list)
    """Of an audit with checkpoints or evidence."""
    people: People
    findings: list[Finding]
    pages: list[Page]


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a record."""
    schema = Record.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "MicroNet audit",
        **{key: value for key, value in schema.items() if key != "title"},
    }
