"""An entry of a record: what it says, what it costs, and where it stands."""

from typing import Literal

from pydantic import Field

from micronet_spec.report.recorded.base import Exact, Mark, Range, Recorded
from micronet_spec.report.recorded.statement import (
    Board,
    Checkpoint,
    Claims,
    Method,
    Repository,
    Team,
)


class Figure(Recorded):
    """A term of the score: the least and the most that it can be."""

    bits: tuple[Exact, Exact]
    term: tuple[float, float]


class Layer(Recorded):
    """What one layer costs, completed low where counts are unknown."""

    layer: str
    op: str
    stored_bits: Exact
    op_bits: Exact
    most_stored_bits: Exact | None = None
    """Completed high; left out where every count is known."""
    most_op_bits: Exact | None = None
    share: float
    """Its part of the score."""


class Difference(Recorded):
    """Where one part of one layer, or of a total, leaves the entrant's own count, and why."""

    layer: str
    """Empty for what the entrant does not count by layer."""
    op: str
    """The op; of a total, how many layers it is of."""
    part: Literal["storage", "multiplies", "adds", "operations"]
    """The part; `operations` are multiplies and adds in one total."""
    claimed_bits: Exact
    recounted_bits: Exact
    """Where counts are unknown, in the network that costs the least."""
    effect: float
    cause: str
    layers: list[str] = Field(default_factory=list)
    """The layers of a total."""
    most_recounted_bits: Exact | None = None
    """In the network that costs the most; left out where it is the same."""
    most_effect: float | None = None


class Share(Recorded):
    """What one part of all layers of one op, or of a total, adds for one cause."""

    what: str
    cause: str
    effect: float
    """Where counts are unknown, in the network that costs the least."""
    most_effect: float
    """In the network that costs the most."""

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the most that it adds."""
        return min(self.effect, self.most_effect), max(self.effect, self.most_effect)


class Marks(Recorded):
    """Whether a row is among the tenth with the smallest storage (S) and operations (C)."""

    S: Mark
    C: Mark


class Standing(Recorded):
    """Where a row stands in its task: best and worst rank."""

    published: Range
    """By the published score."""
    recounted: Range
    """By the recount; what nobody can recount stands by its published score."""
    moves: bool
    """Whether the recount surely changes its rank."""
    claimed_marks: Marks
    recounted_marks: Marks


class Entry(Recorded):
    """An entry."""

    entry: str
    """Task and file name."""
    name: str
    task: str | None
    file: str
    kind: Literal["recounted", "bounded", "board figures only", "not counted"]
    status: str
    rank: int | None
    """The best rank by the rulebook among the entries that are counted and compete."""
    rank_range: Range
    best_of_team: Mark
    """Whether its team is ranked by it (E2); possible where that is not known."""
    rulebook: float | None
    """The score by the rulebook; the least where counts are unknown."""
    interval: tuple[float, float] | None
    rulebook_exact: tuple[Exact, Exact] | None
    rulebook_with_32_bit_additions: float | None
    claimed: float | None
    published: float | None
    published_is: str | None = None
    """What of the entry's own figures gives the published score."""
    difference: float | None
    own_counts: float | None
    """What the entrant's own counts, layer by layer, add up to."""
    quality: str | None
    meets_target: bool | None
    lacks: float | None
    """What an entry that misses the target lacks of it, in percent or as perplexity."""
    findings: dict[str, int]
    """How many findings there are of each severity, without the waived ones."""
    waived: int
    """How many findings the organizers set aside."""
    submitted: str | None
    team: Team | None
    repository: Repository | None
    method: Method | None = None
    claims: Claims | None
    checkpoint: Checkpoint | Literal["unknown"] | None
    board: Board | None
    storage: Figure | None
    math_ops: Figure | None
    layers: list[Layer]
    differences: list[Difference]
    shares: list[Share]
    """The differences by op, part and cause, largest first."""
    standing: Standing
