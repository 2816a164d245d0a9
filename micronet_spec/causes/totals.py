"""Slips in counts that are stated for several layers at once.

The formulas are those of single layers (`closed_list.py`), made in every layer of the total. They
must give the whole figure: exactly, or to its last digit where it is written rounded. Where counts
are unknown it must be between what they give at least and at most, and these close together.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations

from micronet_spec.causes import closed_list, storage
from micronet_spec.causes.cause import ONE_OPERATION, UNEXPLAINED
from micronet_spec.causes.differences import Difference, rounds_up
from micronet_spec.causes.layer import Layer
from micronet_spec.causes.network import Network
from micronet_spec.causes.operations import Counts
from micronet_spec.causes.storage import Slip, Stock
from micronet_spec.entry.claims import Part, bits_of
from micronet_spec.score.items import Number

ROUNDED_UP = "the total rounded up"
ROUNDED = "the total rounded"
_CLOSE = Fraction(1, 1000)
"""How far a formula's least and most may be apart, of the figure they explain."""
_FEWEST_DIGITS = 4
"""Digits of a rounded figure that say enough to tell formulas apart."""

_Slipped = Callable[[Layer], Number]
"""Bits of a layer with a slip; as they are where the slip does not concern it."""


def cause_of_total(difference: Difference, low: Network, high: Network) -> str:
    """Return the slip that explains a total, given the network at the least and at the most."""
    part, claimed = difference.part, difference.claimed
    if not difference.layers:
        alone = not difference.layer and rounds_up(part, low.claims.rows)
        return ROUNDED_UP if alone else UNEXPLAINED
    slack = _slack(claimed / low.challenge.unit_bits) * low.challenge.unit_bits
    known = difference.most == difference.recounted
    if known and abs(difference.bits) <= slack:
        return ROUNDED
    members = [_members(each, difference.layers) for each in ((low,) if known else (low, high))]
    for name, slipped in _slips(part):
        least = sum(map(slipped, members[0]))
        # Only what is close enough below at its least can be close, and as much, at its most.
        if claimed - slack - _CLOSE * claimed <= least <= claimed + slack:
            most = sum(map(slipped, members[-1]))
            changed = (least, most) != (difference.recounted, difference.most)
            if changed and most - least <= _CLOSE * claimed and claimed <= most + slack:
                return name
    return UNEXPLAINED


def _members(network: Network, names: Sequence[str]) -> list[Layer]:
    nodes = {node.layer.name: node for node in network.graph.nodes}
    rows = network.claims.rows_of
    return [Layer(network.costs[name], nodes[name], rows(name), network) for name in names]


def _slack(units: Fraction) -> Fraction:
    """Return half a unit of the last digit of a figure with enough digits; 0 if it is exact."""
    if units.denominator != 1 or not units:
        return Fraction()
    unit = 1
    while units % (unit * 10) == 0:
        unit *= 10
    written_rounded = unit > 1 and units >= unit * 10 ** (_FEWEST_DIGITS - 1)
    return Fraction(unit, 2) if written_rounded else Fraction()


def _slips(part: Part) -> Iterator[tuple[str, _Slipped]]:
    if part is Part.STORAGE:
        stock = cache(storage.stock)
        for name, slip in (*closed_list.STORAGE, *closed_list.STORAGE_ALONE):
            yield name, _stored(stock, slip)
        for (first, slip), (second, other) in combinations(closed_list.STORAGE, 2):
            yield f"{first}, {second}", _stored(stock, slip, other)
    elif part is Part.OPERATIONS:
        yield ONE_OPERATION, lambda layer: bits_of(layer.cost, Part.MULTIPLIES)
        adds, added = dict(closed_list.ADDS), _computed(Part.ADDS)
        multiplied = _computed(Part.MULTIPLIES)
        for name, counts in closed_list.MULTIPLIES:
            if name in adds:
                yield name, _both(multiplied(counts), added(adds[name]))
    else:
        computed = _computed(part)
        slips = closed_list.ADDS if part is Part.ADDS else closed_list.MULTIPLIES
        for name, counts in slips:
            yield name, computed(counts)


def _stored(stock: Callable[[Layer], Stock], *slips: Slip) -> _Slipped:
    def bits(layer: Layer) -> Number:
        stored = stock(layer)
        for slip in slips:
            stored = next(iter(slip(layer, stored)), stored)
        return stored.bits

    return bits


def _computed(part: Part) -> Callable[[Counts], _Slipped]:
    """Take the operations that slips lead to, at the width that those of the layer have."""
    own = cache(lambda layer: bits_of(layer.cost, part))
    counted = cache(lambda layer: layer.counted(part))

    def slipped(counts: Counts) -> _Slipped:
        def bits(layer: Layer) -> Number:
            found = next(iter(counts(layer, part)), None) if counted(layer) else None
            return own(layer) if found is None else own(layer) * Fraction(found) / counted(layer)

        return bits

    return slipped


def _both(first: _Slipped, second: _Slipped) -> _Slipped:
    return lambda layer: first(layer) + second(layer)
