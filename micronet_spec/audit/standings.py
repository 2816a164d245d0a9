"""Ranks and marks of a task's rows where some figures are only bounded (T3).

A rank is then a range: from one more than the rows that are surely better to one more than those
that may be better. A mark is sure, possible or out of reach.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeVar

Interval = tuple[Fraction, Fraction]
"""The least and the most that a figure can be; equal where it is known."""
Mark = Literal["yes", "possible", "no"]
_Key = TypeVar("_Key")
"""What tells rows apart."""

MARKS = ("S", "C")
"""The marks of T3: for storage, and for math operations."""


@dataclass(frozen=True, slots=True)
class Place:
    """The best and the worst rank that a row can have; rows with equal figures share one."""

    best: int
    worst: int

    @property
    def sure(self) -> bool:
        """Whether it is one rank."""
        return self.best == self.worst

    def __str__(self) -> str:
        """Return the rank for people: `3`, or `3-5`."""
        return str(self.best) if self.sure else f"{self.best}-{self.worst}"


@dataclass(frozen=True, slots=True)
class Figures:
    """A score and its terms, in one of the ways they were found: published, claimed, recounted."""

    score: Interval | None = None
    terms: tuple[Interval | None, Interval | None] = (None, None)
    """Storage and math operations."""

    @property
    def bounded_terms(self) -> tuple[Interval | None, ...]:
        """The terms; one that is not known is between nothing and the whole score."""
        whole = (Fraction(), self.score[1]) if self.score else None
        return tuple(term or whole for term in self.terms)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of a task as it was published and as it was recounted."""

    published: Figures
    """The published score, and the terms that the team claimed."""
    recounted: Figures
    competes: bool
    """Whether it can have a rank: it stands, and did not miss the target."""

    @property
    def counted(self) -> Figures:
        """The recount; what nobody can recount stands by what was published."""
        return self.recounted if self.recounted.score else Figures(self.published.score)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a row stands by its published score, and by the rulebook."""

    published: Place | None
    """None if it does not compete or has no such score."""
    recounted: Place | None
    claimed_marks: tuple[Mark | None, ...]
    """Whether it earns each of `MARKS` by the claimed terms; None for a term that is not known."""
    recounted_marks: tuple[Mark | None, ...]

    @property
    def moves(self) -> bool:
        """Whether the recount surely changes its rank."""
        if not (self.published and self.recounted):
            return False
        return not self.recounted.best <= self.published.best <= self.recounted.worst


def standings(rows: Mapping[_Key, Candidate]) -> dict[_Key, Standing]:
    """Return where each of a task's rows stands, by its key."""
    competing = {key: row for key, row in rows.items() if row.competes}
    published = places({key: row.published.score for key, row in competing.items()})
    recounted = places({key: row.counted.score for key, row in competing.items()})
    claimed = marks({key: row.published for key, row in rows.items()})
    earned = marks({key: row.counted for key, row in rows.items()})
    return {
        key: Standing(published.get(key), recounted.get(key), claimed[key], earned[key])
        for key in rows
    }


def places(figures: Mapping[_Key, Interval | None]) -> dict[_Key, Place]:
    """Return the place of every figure that is known, the smallest first."""
    known = {key: figure for key, figure in figures.items() if figure}
    lows, highs = (sorted(figure[end] for figure in known.values()) for end in (0, 1))
    return {
        key: Place(
            1 + bisect_left(highs, low),
            # A row of several possible figures is no rival of itself.
            1 + bisect_left(lows, high) - (low < high),
        )
        for key, (low, high) in known.items()
    }


def marked(rows: int) -> int:
    """Return how many of a task's rows earn each mark: a tenth, rounded up (T3)."""
    return math.ceil(Fraction(rows, 10))


def marks(rows: Mapping[_Key, Figures]) -> dict[_Key, tuple[Mark | None, ...]]:
    """Return for every row whether it earns each of `MARKS`; missed targets are rows too (T3).

    A mark that it earns among the terms that are known, and may lose to others, is possible.
    """
    most = marked(len(rows))
    columns = [_column(rows, index, most) for index in range(len(MARKS))]
    return {key: tuple(column.get(key) for column in columns) for key in rows}


def _column(rows: Mapping[_Key, Figures], index: int, most: int) -> dict[_Key, Mark]:
    found = places({key: row.bounded_terms[index] for key, row in rows.items()})
    return {key: _mark(place, most) for key, place in found.items() if rows[key].terms[index]}


def _mark(place: Place, most: int) -> Mark:
    if place.worst <= most:
        return "yes"
    return "possible" if place.best <= most else "no"
