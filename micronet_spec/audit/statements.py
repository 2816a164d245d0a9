"""What organizers said of a whole board: `statements.yaml` beside it, held against the entries."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from micronet_spec.audit.ranking import Row
from micronet_spec.listing import Listing, beside, read_listings
from micronet_spec.manifest.types import Count, Identifier, Model, Text

STATEMENTS = "statements.yaml"
_BASELINE_SCORE = 2
"""What the uncompressed baseline scores (T2)."""


class Statement(Model):
    """A figure that was stated of a board."""

    what: Literal["entries", "organizations", "improvement"]
    """Entries; organizations; or how many times the best score of a task is better than the
    baseline's."""
    task: Identifier | None = None
    """The task; none for the whole board."""
    value: Count
    """The figure."""
    source: Text
    """Where it was stated."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement, and what the published board says."""

    statement: Statement
    found: Fraction | None
    """The figure by the board's rows; None if they do not say."""
    counted: Fraction | None = None
    """An improvement by the recount, at least."""
    named: int | None = None
    """Of organizations, how many rows name theirs; what the others are cannot be known."""
    rows: int = 0
    """How many rows there are."""


def read_statements(manifests: Iterable[Path]) -> Listing[Statement]:
    """Read the statements beside manifests. Never raises for what they say."""
    return read_listings(beside(STATEMENTS, manifests), "statements", Statement)


def checked(statement: Statement, rows: Iterable[Row]) -> Checked:
    """Hold a statement against the rows of its task, or against all."""
    rows = [row for row in rows if row.board and statement.task in {None, row.task}]
    boards = [row.board for row in rows if row.board]
    if statement.what == "entries":
        return Checked(statement, Fraction(len(boards)))
    if statement.what == "organizations":
        printed = [it.affiliation for it in boards if it.affiliation]
        found = Fraction(len(set(printed)))
        return Checked(statement, found, named=len(printed), rows=len(boards))
    published = [Fraction(board.score) for board in boards if board.score]
    counted = [row.entry.interval[1] for row in rows if row.competes and row.entry.interval]
    return Checked(statement, _times_better(published), _times_better(counted))


def _times_better(scores: list[Fraction]) -> Fraction | None:
    best = min(scores, default=Fraction())
    return _BASELINE_SCORE / best if best else None
