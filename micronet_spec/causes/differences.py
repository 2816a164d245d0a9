"""The recount beside the entrant's own counts: every part of a layer, or of a total, that differs.

Many entrants publish one figure for several layers. It is held against the recount of exactly the
layers that it is for.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from micronet_spec.entry.claims import PARTS, ClaimsFile, Part, Row, bits_of, parts_of
from micronet_spec.score import LayerCost

_NO_LAYER = "no layer"
_OPERATIONS = parts_of(Part.OPERATIONS)


@dataclass(frozen=True, slots=True)
class Difference:
    """Bits of one part of one layer, or of a total: by the recount, and as the entrant has them."""

    layer: str
    """Empty for a total."""
    op: str
    part: Part
    recounted: Fraction
    claimed: Fraction
    most: Fraction
    """By the recount completed high; the same as `recounted` where every count is known."""
    layers: tuple[str, ...] = ()
    """The layers that a total is of; none for a row that is of no layer."""

    @property
    def bits(self) -> Fraction:
        """What the recount adds, completed low."""
        return self.recounted - self.claimed

    @property
    def at_most(self) -> "Difference":
        """The difference from the recount completed high."""
        return self if self.most == self.recounted else replace(self, recounted=self.most)

    @property
    def what(self) -> str:
        """What differs, for people: `conv2d storage`, or `storage of 53 layers in one total`."""
        if self.layers:
            return f"{self.part} of {self.op} in one total"
        return f"{self.op} {self.part}"


@dataclass(frozen=True, slots=True)
class Total:
    """One part of several layers, which the entrant counts together."""

    part: Part
    layers: tuple[str, ...]
    rows: tuple[Row, ...]
    """The rows that are of several layers, or of none, and those of each of the layers."""


def differences(
    counts: ClaimsFile, low: Sequence[LayerCost], high: Sequence[LayerCost]
) -> Iterator[Difference]:
    """Yield every part that differs from the recount, `low` or `high`; together they are all."""
    least, most = ({layer.name: layer for layer in layers} for layers in (low, high))
    found = totals(counts.rows, list(least))
    covered = {(part, name) for it in found for part in parts_of(it.part) for name in it.layers}
    used = {(part, row) for it in found for part in parts_of(it.part) for row in it.rows}
    for layer in low:
        for part in PARTS:
            if (part, layer.name) not in covered:
                claimed = _claimed(part, counts.rows_of(layer.name))
                ends = bits_of(layer, part), claimed, bits_of(most[layer.name], part)
                yield from _differ(Difference(layer.name, layer.op, part, *ends))
    for it in found:
        low_bits, high_bits = (
            sum((bits_of(layers[name], it.part) for name in it.layers), Fraction())
            for layers in (least, most)
        )
        of = "all layers" if len(it.layers) == len(least) else f"{len(it.layers):,} layers"
        claimed = _claimed(it.part, it.rows)
        yield from _differ(Difference("", of, it.part, low_bits, claimed, high_bits, it.layers))
    for name in dict.fromkeys(row.layer for row in counts.rows if row.layer not in least):
        for part in PARTS:
            rows = [row for row in counts.rows_of(name) if (part, row) not in used]
            zero, claimed = Fraction(), _claimed(part, rows)
            yield from _differ(Difference(name, _NO_LAYER, part, zero, claimed, zero))


def totals(rows: Sequence[Row], layers: Sequence[str]) -> list[Total]:
    """Return what rows of several of `layers`, and rows without a layer, are the totals of.

    None is made of layers that another total has already, or that there are not.
    """
    found: list[Total] = []
    stated = list(dict.fromkeys(row.layers for row in rows if len(row.layers) > 1))
    for part in PARTS:
        for of in [*stated, _implied(part, rows, layers)]:
            shared = [row for row in rows if row.layers == (of if of in stated else ())]
            taken = {name for it in found if part in parts_of(it.part) for name in it.layers}
            if of and set(of) <= set(layers) - taken and _claimed(part, shared):
                found.append(_total(part, of, shared, rows))
    return found


def _implied(part: Part, rows: Iterable[Row], layers: Sequence[str]) -> tuple[str, ...]:
    """Return the layers that rows without one are the total of.

    A part that only such rows count is one of all layers. Beside counts by layer it is one of those
    layers that have no row at all.
    """
    counted = [row for row in rows if row.bits(part)]
    if not any(not row.layers for row in counted) or rounds_up(part, rows):
        return ()
    named = {name for row in rows for name in row.layers}
    by_layer = any(row.layers for row in counted)
    return tuple(name for name in layers if not by_layer or name not in named)


def _total(part: Part, of: tuple[str, ...], shared: Iterable[Row], rows: Iterable[Row]) -> Total:
    """Return a total with what its layers have in rows of their own.

    One of multiplies is of all operations if additions of these layers are counted nowhere, and one
    of additions likewise.
    """
    own = [row for row in rows if len(row.layers) == 1 and row.layer in of]
    counted = [it for it in PARTS if _claimed(it, (*shared, *own))]
    joint = part in _OPERATIONS and not set(_OPERATIONS) <= set(counted)
    return Total(Part.OPERATIONS if joint else part, of, (*shared, *own))


def rounds_up(part: Part, rows: Iterable[Row]) -> bool:
    """Tell whether the rows without a layer only round up what the others add up to."""
    counted = [row for row in rows if row.bits(part)]
    alone = [row for row in counted if not row.layers]
    widths = {Fraction(1) if part is Part.STORAGE else width(row, part) for row in counted}
    if not alone or len(alone) == len(counted) or len(widths) > 1:
        return False
    [only] = widths
    total, added = (sum(row.bits(part) for row in some) / only for some in (counted, alone))
    unit = 1
    while (total / (unit * 10)).denominator == 1:
        unit *= 10
    return bool(added < unit)


def width(row: Row, part: Part) -> Fraction:
    """Return the width that a row counts the operations of a part at."""
    return row.add_bits if part is Part.ADDS else row.multiply_bits


def _claimed(part: Part, rows: Iterable[Row]) -> Fraction:
    return sum((row.bits(part) for row in rows), Fraction())


def _differ(difference: Difference) -> Iterator[Difference]:
    if {difference.recounted, difference.most} != {difference.claimed}:
        yield difference
