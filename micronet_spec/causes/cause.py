"""Which cause of the closed list it is."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations

from micronet_spec.causes import closed_list, storage
from micronet_spec.causes.differences import Difference, width
from micronet_spec.causes.layer import Layer
from micronet_spec.entry.claims import Part, Row
from micronet_spec.manifest import layers as ops
from micronet_spec.score import Kind
from micronet_spec.score.items import Number

UNEXPLAINED = "unexplained"
_NOT_COUNTED = "not counted"
_DECIMALS = "decimals of the claim"
ONE_OPERATION = "one multiply-accumulate counted as one operation"
_OF_ANY_WIDTH = {
    closed_list.ANOTHER_WIDTH,
    closed_list.MAXIMUM_AS_MEAN,
    closed_list.OTHER_CHANNELS,
}
"""Causes that do not say at which width the operations are to be counted."""
_FEWEST_DECIMALS, _MOST_DECIMALS = 3, 40
"""A number with so many decimals was cut off when it was written; with fewer it may be exact."""


def cause(difference: Difference, layer: Layer) -> str:
    """Return the slip that explains `difference`, or `UNEXPLAINED`."""
    part = difference.part
    if not any(row.bits(part) for row in layer.rows):
        return ONE_OPERATION if _counts_the_other(layer, part) else _NOT_COUNTED
    if not difference.recounted and (free := _free(layer, part)):
        return free
    slack = sum(_slack(row, part) for row in layer.rows)
    if abs(difference.bits) <= slack:
        return _DECIMALS
    causes = _of_storage(layer) if part is Part.STORAGE else _of_operations(layer, part)
    least, most = difference.claimed - slack, difference.claimed + slack
    return next((name for name, bits in causes if least <= bits <= most), UNEXPLAINED)


def _counts_the_other(layer: Layer, part: Part) -> bool:
    """Tell whether products are counted, or sums, and stand for both."""
    other = {Part.ADDS: Part.MULTIPLIES, Part.MULTIPLIES: Part.ADDS}.get(part)
    return other is not None and 0 < layer.products == layer.claimed(other)


def _free(layer: Layer, part: Part) -> str | None:
    """Return why there is nothing to count, where the layer says so itself."""
    op = layer.node.layer
    if isinstance(op, ops.BatchNorm) and op.fold:
        return "counted though folded"
    if isinstance(op, ops.Quantize) and part is Part.STORAGE:
        return "a scale stored that is not needed"
    if isinstance(op, ops.Quantize) and not op.per_element:
        return "a free conversion counted"
    return None


def _slack(row: Row, part: Part) -> Fraction:
    """Return the bits that a row may be wrong by, as its numbers have finitely many decimals."""
    if part is Part.STORAGE:
        return _last_decimal(row.stored_bits)
    count, bits = (row.adds if part is Part.ADDS else row.multiplies), width(row, part)
    return _last_decimal(count) * bits + count * _last_decimal(bits)


def _last_decimal(number: Fraction) -> Fraction:
    """Return the unit of the last decimal of a number, rounded or not; 0 if it is exact."""
    for decimals in range(_MOST_DECIMALS):
        if 10**decimals % number.denominator == 0:
            return Fraction(1, 10**decimals) if decimals >= _FEWEST_DECIMALS else Fraction()
    return Fraction()


def _of_storage(layer: Layer) -> Iterator[tuple[str, Number]]:
    """Yield what the slips lead to, in bits: single ones, pairs, then those that stay alone."""
    stored = storage.stock(layer)
    slips = [(name, slip, list(slip(layer, stored))) for name, slip in closed_list.STORAGE]
    yield from ((name, outcome.bits) for name, _, outcomes in slips for outcome in outcomes)
    for (first, _, outcomes), (second, further, _) in combinations(slips, 2):
        for once in outcomes:
            # Where the first changes nothing, the second was tried alone.
            for twice in further(layer, once) if once != stored else ():
                yield f"{first}, {second}", twice.bits
    yield from _alone(closed_list.STORAGE_ALONE, layer, stored)


def _alone(
    slips: Iterable[tuple[str, storage.Slip]], layer: Layer, stored: storage.Stock
) -> Iterator[tuple[str, Number]]:
    return ((name, outcome.bits) for name, slip in slips for outcome in slip(layer, stored))


def _of_operations(layer: Layer, part: Part) -> Iterator[tuple[str, Number]]:
    """Yield what the slips lead to, as operations times the widths that the entrant counts at."""
    claimed = {width(row, part) for row in layer.rows}
    items = [it for it in layer.cost.arithmetic if (it.kind is Kind.ADD) == (part is Part.ADDS)]
    right = bool({Fraction(item.bits) for item in items if item.count} & claimed)
    slips = closed_list.ADDS if part is Part.ADDS else closed_list.MULTIPLIES
    for name, counts in slips:
        full = name if right or name in _OF_ANY_WIDTH else f"{name}, {closed_list.ANOTHER_WIDTH}"
        for count in counts(layer, part):
            for bits in claimed:
                yield full, count * bits
