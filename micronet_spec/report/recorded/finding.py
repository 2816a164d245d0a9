"""What an audit found."""

from typing import Literal

from micronet_spec.report.recorded.base import Recorded


class Place(Recorded):
    """A place in a file."""

    file: str
    line: int
    column: int
    end_column: int


class Related(Place):
    """A further place that matters to a finding."""

    text: str


class Waived(Recorded):
    """Why a finding is set aside, who decided it, and on which day."""

    reason: str
    decided_by: str
    date: str


class Finding(Place):
    """One thing wrong, or to be looked at."""

    code: str
    name: str
    severity: Literal["error", "warning", "note"]
    confidence: str
    clauses: list[str]
    message: str
    entry: str | None
    """The entry; null for a file beside the entries."""
    effect: float | None
    """What settling it adds to the score."""
    storage_effect: float | None = None
    """What of that is storage; null where only the score is known."""
    math_effect: float | None = None
    """What of that is math operations."""
    rank_before: int | None = None
    """The rank on the published board; null without an effect, a board, or a rank."""
    rank_after: int | None = None
    """The rank that settling it gives."""
    effect_text: str | None = None
    """All of that in words."""
    help: str
    snippet: str
    """The lines of the file, with carets under every place."""
    waived: Waived | None = None
    related: list[Related]
