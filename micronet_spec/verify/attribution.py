"""Where claimed, declared and measured differ: by part of a layer, and by cause; sums are exact."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from micronet_spec.attribution import counted_total, departures, shares
from micronet_spec.causes import UNEXPLAINED
from micronet_spec.claims import Part
from micronet_spec.entry import Entry
from micronet_spec.score import Kind, LayerCost
from micronet_spec.score.items import Number
from micronet_spec.verify.compare import Comparison, Step, layers

CLAIMED, COUNTS, DECLARED, MEASURED = "claimed", "the team's own counts", "declared", "measured"
QUALITY = "quality"


@dataclass(frozen=True)
class Total:
    """A term or the score, as claimed, declared and measured."""

    what: str
    claimed: Decimal | None
    declared: tuple[Fraction, Fraction] | None
    """Least and most; equal where every count is declared."""
    measured: tuple[Fraction, Fraction] | None


@dataclass(frozen=True)
class Cell:
    """One part of one layer that differs, in bits."""

    layer: str
    op: str
    part: Part
    claimed: Number | None
    """What the entrant counted; None where nobody said."""
    declared: Number
    measured: Number | None
    score: Fraction
    """What the measurement, or the declaration, adds to the claim, in score units."""
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """A bar of the waterfall from claimed to measured."""

    what: str
    score: Fraction
    """What it adds; of a level, where it is."""
    level: bool = False


def totals(comparison: Comparison) -> list[Total]:
    """Return the three columns for both terms and the score."""
    entry, measured = comparison.entry, comparison.measured
    claims = entry.manifest.claims if entry.has("claims") else None
    rows = (
        ("storage", "storage_term", "storage_term"),
        ("math", "ops_term", "ops_term"),
        ("score", "score", "score"),
    )
    return [
        Total(
            what,
            getattr(claims, claim, None),
            _interval(entry, term),
            _interval(measured, term) if measured else None,
        )
        for what, claim, term in rows
    ]


def cells(comparison: Comparison) -> list[Cell]:
    """Return every part of every layer that differs, the largest difference first."""
    entry, measured = comparison.entry, comparison.measured
    if not (entry.cost and entry.score):
        return []
    counted = counted_total(entry) is not None
    departed = {(it.difference.layer, it.difference.part): it for it in departures(entry)}
    before = {layer.name: layer for layer in entry.cost.layers}
    after = {layer.name: layer for layer in (measured or entry).cost.layers}  # type: ignore[union-attr]
    found: list[Cell] = []
    for name in {**before, **after, **{name: None for name, _ in departed}}:
        for part in Part:
            departure = departed.get((name, part))
            declared, seen = _bits(before.get(name), part), _bits(after.get(name), part)
            if departure is None and seen == declared:
                continue
            claimed = departure.difference.claimed if departure else declared
            layer = before.get(name) or after.get(name)
            causes = [departure.cause] if departure else []
            if seen != declared:
                causes += [step.name for step in comparison.steps if _changed(step, name, part)]
            found.append(
                Cell(
                    name,
                    layer.op if layer else "no layer",
                    part,
                    claimed if counted else None,
                    declared,
                    seen if measured else None,
                    _in_score(entry, part, Fraction(seen) - Fraction(claimed)),
                    tuple(causes),
                )
            )
    return sorted(found, key=lambda cell: -abs(cell.score))


def waterfall(comparison: Comparison) -> list[Change]:
    """Return the way from claimed to measured; the changes between two levels sum exactly."""
    entry, measured = comparison.entry, comparison.measured
    if not entry.score:
        return []
    claims = entry.manifest.claims if entry.has("claims") else None
    claimed = None if claims is None or claims.score is None else Fraction(claims.score)
    counted, changes = counted_total(entry), list[Change]()
    if claimed is not None:
        changes.append(Change(CLAIMED, claimed, level=True))
    if counted is not None:
        if claimed is not None:
            gap = counted - claimed
            changes.append(Change("the claim is not the sum of the team's own counts", gap))
        changes.append(Change(COUNTS, counted, level=True))
        found = shares(departures(entry))
        changes += [Change(f"{it.op} {it.part}: {it.cause}", it.score) for it in found]
    elif claimed is not None:
        changes.append(Change(UNEXPLAINED, entry.score.score - claimed))
    changes.append(Change(DECLARED, entry.score.score, level=True))
    if measured and measured.score:
        changes += [Change(step.name, step.score) for step in comparison.steps if step.score]
        changes.append(Change(MEASURED, measured.score.score, level=True))
    return [change for change in changes if change.level or change.score]


def not_measurable(comparison: Comparison) -> Iterator[str]:
    """Yield what no checkpoint shows, so that it stays as it is declared."""
    entry = comparison.entry
    yield "widths of activations"
    yield "widths of additions"
    if entry.has("model") and entry.manifest.network.sections:
        yield "how often sections are executed"
    yield QUALITY


def _interval(entry: Entry, term: str) -> tuple[Fraction, Fraction] | None:
    if not (entry.score and entry.high_score):
        return None
    low, high = (getattr(score, term) for score in (entry.score, entry.high_score))
    return low, high


def _bits(layer: LayerCost | None, part: Part) -> Number:
    if layer is None:
        return 0
    if part is Part.STORAGE:
        return layer.stored_bits
    adds = sum(item.total for item in layer.of(Kind.ADD))
    return adds if part is Part.ADDS else layer.op_bits - adds


def _changed(step: Step, layer: str, part: Part) -> bool:
    """Tell whether a step changed one part of a layer."""
    before, after = (
        next((it for it in layers(entry) if it.name == layer), None)
        for entry in (step.before, step.after)
    )
    return _bits(before, part) != _bits(after, part)


def _in_score(entry: Entry, part: Part, bits: Fraction) -> Fraction:
    assert entry.task
    assert entry.challenge
    baseline = entry.task.baseline
    of = baseline.parameters if part is Part.STORAGE else baseline.operations
    return bits / (entry.challenge.unit_bits * of)
