"""Editions: the constants that a challenge had at other times.

An edition is applied by making a challenge with other constants, so that nothing else in the
program knows of editions. Counting rules are code, and stay what they are.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import AwareDatetime, Field

from micronet_spec.challenge.challenge import (
    Baseline,
    Bits,
    Challenge,
    ChallengeError,
    Data,
    Freebie,
    Positive,
    checked,
    folder_of,
    known,
    load_challenge,
    read_values,
)


class Change(Data):
    """What an edition changed, in words."""

    clauses: tuple[str, ...]
    text: str


class Constants(Data):
    """The constants of a challenge at one time; None, or no baseline, where none was published."""

    unit_bits: Bits | None = None
    freebie: Freebie | None = None
    entry_limit: Positive | None = None
    deadline: AwareDatetime | None = None
    baselines: dict[str, Baseline] = Field(default_factory=dict)


class Edition(Constants):
    """One edition: what it changed, and the constants it published."""

    changes: tuple[Change, ...]


class _File(Data):
    editions: dict[str, Edition]


@dataclass(frozen=True)
class Challenges:
    """The challenges in a folder, default `spec/`, in one edition, default each in its own."""

    folder: Path | None = None
    edition: str | None = None

    def known(self) -> list[str]:
        """Return the ids of the challenges."""
        return known(self.folder)

    def load(self, challenge: str, task: str | None = None) -> Challenge:
        """Return a challenge as an entry of `task` needs it; other tasks may be left out.

        Raises `KeyError` if there is none, and `ChallengeError` if its files are wrong, or if
        it has no such edition or the edition lacks a constant.
        """
        loaded = load_challenge(challenge, self.folder)
        if self.edition is None or self.edition == loaded.edition:
            return loaded
        return in_edition(loaded, load_editions(challenge, self.folder), self.edition, task)


SPEC = Challenges()
"""The challenges in `spec/`, each in its own edition."""


@cache
def load_editions(challenge: str, folder: Path | None = None) -> dict[str, Edition]:
    """Return the editions of a challenge by name, oldest first; none if it has no such file.

    Raises `ChallengeError` if the file is wrong.
    """
    path = folder_of(challenge, folder) / "editions.yaml"
    if not path.exists():
        return {}
    return checked(_File, {"editions": read_values(path)}, path).editions


def in_edition(
    challenge: Challenge, editions: dict[str, Edition], name: str, task: str | None = None
) -> Challenge:
    """Return `challenge` with the constants of the edition `name`, counted by its own rules.

    Tasks without a published baseline are left out. Raises `ChallengeError` if there is no such
    edition, or if a constant was not published, be it the baseline of `task`.
    """
    constants = dict(_standing(challenge, editions, name))
    baselines = constants.pop("baselines")
    missing = [key for key, value in constants.items() if value is None]
    if task in challenge.tasks and task not in baselines:
        missing.append(f"baseline of {task}")
    if missing:
        raise ChallengeError(
            f"{challenge.id} cannot be counted with the constants of {name}: "
            f"no {' and no '.join(missing)} was published"
        )
    tasks = {
        key: value.model_copy(update={"baseline": baselines[key]})
        for key, value in challenge.tasks.items()
        if key in baselines
    }
    return challenge.model_copy(update={"edition": name, "tasks": tasks, **constants})


def _standing(challenge: Challenge, editions: dict[str, Edition], name: str) -> Constants:
    """Return the constants that stand in the edition `name`: each the latest one published."""
    standing = Constants()
    for edition, published in editions.items():
        standing = _own(challenge) if edition == challenge.edition else _over(standing, published)
        if edition == name:
            return standing
    names = dict.fromkeys([*editions, challenge.edition])
    raise ChallengeError(f"{challenge.id} has no edition {name}; it has {', '.join(names)}")


def _own(challenge: Challenge) -> Constants:
    shared = {key: getattr(challenge, key) for key in Constants.model_fields if key != "baselines"}
    baselines = {key: task.baseline for key, task in challenge.tasks.items()}
    return Constants(**shared, baselines=baselines)


def _over(standing: Constants, published: Edition) -> Constants:
    later = {key: getattr(published, key) for key in Constants.model_fields}
    changed = {key: value for key, value in later.items() if value is not None}
    baselines = {**standing.baselines, **published.baselines}
    return Constants.model_validate({**dict(standing), **changed, "baselines": baselines})
