"""What the page of an entry shows of its record: costs by layer, the way to the recount, words."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from micronet_spec.report.recorded.base import Exact
from micronet_spec.report.recorded.entry import Entry, Layer
from micronet_spec.report.recorded.finding import Finding
from micronet_spec.report.recorded.rules import Challenge, Task
from micronet_spec.report.recorded.statement import Score

_BARS, _CAUSES = 18, 10
_SEVERITIES = ("error", "warning", "note")
_VISIBLE = 5e-8
"""A difference that is seen in seven decimals."""

Terms = tuple[float, float]
"""Storage and math operations."""


@dataclass(frozen=True)
class Bar:
    """The cost of a layer: its terms, at least and at most."""

    name: str
    least: Terms
    most: Terms

    @property
    def size(self) -> float:
        """What it adds to the score at most."""
        return sum(self.most)


@dataclass(frozen=True)
class Share:
    """What one cause adds to the entrant's count."""

    cause: str
    effect: float
    most: float
    """Of a cost that is not known, in the network that costs the most."""
    differences: int


@dataclass(frozen=True)
class Step:
    """A level of the score, or a change between two levels."""

    name: str
    start: float | None
    """Where a change begins; None for a level."""
    end: float
    open: bool = False
    """Whether it is what nobody published."""


@dataclass(frozen=True)
class EntryView:
    """An entry and where its page is."""

    entry: Entry
    file: str
    """Name of its page, without suffix."""
    findings: tuple[Finding, ...]
    challenge: Challenge | None
    task: Task | None
    board_date: str | None = None
    """The date whose published scores the audit is about; None for the latest."""

    @property
    def counted(self) -> bool:
        """Whether its layers are known, perhaps with bounds."""
        return self.entry.kind in {"recounted", "bounded"}

    @property
    def dated(self) -> list[Score]:
        """The published scores of every date, the latest last."""
        return self.entry.board.scores if self.entry.board else []

    @property
    def published(self) -> Score | None:
        """The published score of the audit's date."""
        wanted = (it for it in self.dated if self.board_date in {None, it.date})
        return next(reversed(list(wanted)), None)

    @property
    def redated(self) -> bool:
        """Whether its published score is not the same on every date."""
        return len({it.score for it in self.dated}) > 1

    @property
    def possible_ranks(self) -> str:
        """The ranks that it can have by the recount: `3`, or `3-5`."""
        return "-".join(dict.fromkeys(map(str, self.entry.standing.recounted or ())))

    @property
    def better(self) -> bool:
        """Whether the recount surely gives it a better rank."""
        standing = self.entry.standing
        assert standing.published
        assert standing.recounted
        return standing.recounted[1] < standing.published[0]

    @cached_property
    def bars(self) -> list[Bar]:
        """The layers that cost anything, the costliest first."""
        bars = [self._bar(layer.layer, *self._costs(layer)) for layer in self.entry.layers]
        return sorted((bar for bar in bars if bar.size), key=lambda bar: -bar.size)

    @property
    def costliest(self) -> list[Bar]:
        """The layers that a picture can show."""
        return self.bars[:_BARS]

    @property
    def others(self) -> list[Bar]:
        """The layers that cost something too."""
        return self.bars[_BARS:]

    @property
    def open_layers(self) -> int:
        """Return how many layers have counts that nobody published."""
        return sum(low != high for low, high in map(self._costs, self.entry.layers))

    @staticmethod
    def _costs(layer: Layer) -> tuple[tuple[Exact, Exact], tuple[Exact, Exact]]:
        """Return stored bits and bits of operations, completed low and completed high."""
        low = (layer.stored_bits, layer.op_bits)
        if layer.most_stored_bits is None or layer.most_op_bits is None:
            return low, low
        return low, (layer.most_stored_bits, layer.most_op_bits)

    def _bar(self, name: str, low: tuple[Exact, Exact], high: tuple[Exact, Exact]) -> Bar:
        """Return the bar of a layer; where totals are known it may cost less completed high."""
        if not (self.task and self.challenge):
            return Bar(name, (0, 0), (0, 0))
        unit, baseline = self.challenge.unit_bits, self.task.baseline
        of = (unit * baseline.parameters, unit * baseline.operations)
        storage, ops = (
            [float(Fraction(bits) / whole) for bits in ends]
            for *ends, whole in zip(low, high, of, strict=True)
        )
        return Bar(name, (min(storage), min(ops)), (max(storage), max(ops)))

    @cached_property
    def shares(self) -> list[Share]:
        """The differences from the entrant's own counts by cause, the largest first."""
        causes: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for it in self.entry.differences:
            most = it.effect if it.most_effect is None else it.most_effect
            causes[it.cause].append((it.effect, most))
        shares = [
            Share(cause, sum(low for low, _ in each), sum(high for _, high in each), len(each))
            for cause, each in causes.items()
        ]
        return sorted(shares, key=lambda share: -max(abs(share.effect), abs(share.most)))

    @cached_property
    def steps(self) -> list[Step]:
        """The way from the claimed score to the recount."""
        return list(self._steps())

    def _steps(self) -> Iterator[Step]:
        entry = self.entry
        if entry.own_counts is None or entry.interval is None:
            return
        at, (low, high) = entry.own_counts, entry.interval
        if entry.claimed is not None and abs(entry.claimed - at) >= _VISIBLE:
            yield Step("claimed", None, entry.claimed)
            yield Step("the team's counts do not add up to it", entry.claimed, at)
        yield Step("the team's own counts", None, at)
        changes = [(share.cause, share.effect) for share in self.shares]
        if rest := changes[_CAUSES:]:
            changes[_CAUSES:] = [(f"{len(rest)} other causes", sum(it for _, it in rest))]
        for name, effect in changes:
            yield Step(name, at, at + effect)
            at += effect
        exact = low == high
        yield Step("the rulebook" if exact else "the least by the rulebook", None, low)
        if not exact:
            yield Step("not published, up to", low, high, open=True)
            yield Step("the most by the rulebook", None, high)

    @property
    def waived(self) -> list[Finding]:
        """Findings that the organizers set aside."""
        return [finding for finding in self.findings if finding.waived]

    @property
    def standing_findings(self) -> list[Finding]:
        """Findings that stand, the severest first."""
        standing = (finding for finding in self.findings if not finding.waived)
        return sorted(standing, key=lambda finding: _SEVERITIES.index(finding.severity))

    @property
    def claimed_terms(self) -> Terms | None:
        """The terms that the team claims, if both are known."""
        claims = self.entry.claims
        if claims is None or claims.storage_term is None or claims.ops_term is None:
            return None
        return float(claims.storage_term), float(claims.ops_term)

    @property
    def known(self) -> list[str]:
        """What of the entry is known, in words."""
        return [words for words, known in self._knowledge() if known]

    @property
    def unknown(self) -> list[str]:
        """What of the entry nobody published, in words."""
        return [words for words, known in self._knowledge() if not known]

    def _knowledge(self) -> Iterator[tuple[str, bool]]:
        entry, team, claims = self.entry, self.entry.team, self.entry.claims
        yield "the published score", bool(self.published)
        yield "storage and math operations as the team claims them", bool(self.claimed_terms)
        yield "the team's counts by layer", entry.own_counts is not None
        yield "the layers", bool(entry.layers)
        yield "every count of every layer", entry.kind == "recounted"
        yield "the quality on the test set", entry.quality is not None
        yield "the members of the team", bool(team and team.members != "unknown")
        yield "the repository", entry.repository is not None
        file = entry.checkpoint
        yield "which file the checkpoint is", file is not None and file != "unknown"
        if claims and claims.source:
            yield f"where the team's figures stand ({claims.source})", True
