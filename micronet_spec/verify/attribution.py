"""Where claimed, declared and measured differ: by part of a layer, and by cause; sums are exact."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from micronet_spec.causes import UNEXPLAINED
from micronet_spec.causes.attribution import Departure, counted_total, departures, shares
from micronet_spec.entry.claims import PARTS, Part, bits_of, parts_of
from micronet_spec.entry.entry import Entry
from micronet_spec.score import LayerCost
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
    before = {layer.name: layer for layer in entry.cost.layers}
    after = {layer.name: layer for layer in (measured or entry).cost.layers}  # type: ignore[union-attr]
    places = _places(entry, {**before, **after})
    found: list[Cell] = []
    for (names, part), departure in places.items():
        declared, seen = (
            sum((_bits(kept.get(name), part) for name in names), Fraction())
            for kept in (before, after)
        )
        if departure is None and seen == declared:
            continue
        layer = before.get(names[0]) or after.get(names[0])
        name, op, claimed, causes = names[0], layer.op if layer else "", declared, list[str]()
        if departure:
            difference = departure.difference
            name, op = difference.layer or difference.op, difference.op
            claimed, causes = difference.claimed, [departure.cause]
        if seen != declared:
            causes += [step.name for step in comparison.steps if _changed(step, names, part)]
        found.append(
            Cell(
                name,
                op,
                part,
                claimed if counted else None,
                declared,
                seen if measured else None,
                _in_score(entry, part, seen - claimed),
                tuple(causes),
            )
        )
    return sorted(found, key=lambda cell: -abs(cell.score))


def _places(
    entry: Entry, names: Iterable[str]
) -> dict[tuple[tuple[str, ...], Part], Departure | None]:
    """Return every part of every layer, or of the total that it is in, and how it departs."""
    places: dict[tuple[tuple[str, ...], Part], Departure | None] = {}
    departed = departures(entry)
    for it in departed:
        places[it.difference.layers or (it.difference.layer,), it.difference.part] = it
    inside = {
        (name, part)
        for it in departed
        for name in it.difference.layers
        for part in parts_of(it.difference.part)
    }
    for name in names:
        for part in PARTS:
            if (name, part) not in inside:
                places.setdefault(((name,), part), None)
    return places


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
        changes += [Change(f"{it.what}: {it.cause}", it.score) for it in found]
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


def _bits(layer: LayerCost | None, part: Part) -> Fraction:
    return Fraction() if layer is None else bits_of(layer, part)


def _changed(step: Step, names: Collection[str], part: Part) -> bool:
    """Tell whether a step changed one part of layers."""
    before, after = (
        [_bits(layer, part) for layer in layers(entry) if layer.name in names]
        for entry in (step.before, step.after)
    )
    return before != after


def _in_score(entry: Entry, part: Part, bits: Fraction) -> Fraction:
    assert entry.task
    assert entry.challenge
    baseline = entry.task.baseline
    of = baseline.parameters if part is Part.STORAGE else baseline.operations
    return bits / (entry.challenge.unit_bits * of)
