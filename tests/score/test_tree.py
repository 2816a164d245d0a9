"""Adder trees over channels that nobody knows: the bounds hold every way there is."""

from itertools import product
from typing import TYPE_CHECKING

import pytest

from micronet_spec.manifest.tensors import PerChannel
from micronet_spec.score.lower.contraction import adder_tree
from micronet_spec.score.tree import cheapest, dearest
from tests.score.networks import count, network, understood

if TYPE_CHECKING:
    from micronet_spec.score.items import Number

ONCE = (1, "position")


def cost(terms: PerChannel | tuple[int, ...], bits: int) -> "Number":
    pairs = terms.per_channel if isinstance(terms, PerChannel) else [(it, 1) for it in terms]
    return sum(item.total for each, n in pairs for item in adder_tree({each: n}, ONCE, bits))


@pytest.mark.parametrize(("rows", "columns"), [(1, 9), (2, 7), (3, 5), (4, 3)])
@pytest.mark.parametrize("bits", [2, 14])
def test_no_way_is_cheaper_or_dearer(rows: int, columns: int, bits: int) -> None:
    ways = list(product(range(columns + 1), repeat=rows))
    for nonzeros in range(rows * columns + 1):
        costs = [cost(way, bits) for way in ways if sum(way) == nonzeros]
        low, high = cheapest(nonzeros, rows), dearest(nonzeros, rows, columns)
        for placed in (low, high):
            assert sum(each * n for each, n in placed.per_channel) == nonzeros
            assert sum(n for _, n in placed.per_channel) == rows
        assert cost(low, bits) <= min(costs)
        assert cost(high, bits) >= max(costs)
        if nonzeros <= columns:
            assert [cost(low, bits), cost(high, bits)] == [min(costs), max(costs)]


def test_a_tree_over_unknown_channels_has_bounds() -> None:
    weight = {"store": "mask", "nonzero": {"at_least": 2, "at_most": 5}}
    layer = {"name": "fc", "op": "linear", "out": 2, "weight": weight, "accumulator": "tree"}
    entry = understood(network(layer, shape=(8,)))
    assert entry.interval
    known = [layer | {"weight": weight | {"nonzero": terms}} for terms in ([1, 1], [5, 0])]
    ends = [count(network(it, shape=(8,))).score.score for it in known]
    assert list(entry.interval) == ends
