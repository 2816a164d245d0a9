"""Counts that nobody published, filled in so that a network costs the least, or the most (S2).

For a fixed encoding more nonzeros never cost less. The counter only ever sees known counts: how
many nonzeros a tensor has, and in how many channels they are.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from micronet_spec.graph import Graph, Node
from micronet_spec.manifest.tensors import Amount, Between, MaskedTensor, TwoMaskTensor
from micronet_spec.score.allotment import Share, allot
from micronet_spec.score.bits import Bits, Weights
from micronet_spec.score.bounds import LayerBounds, is_crowded, open_bounds, tighten
from micronet_spec.score.count import Cost, Counter
from micronet_spec.score.items import Number
from micronet_spec.score.lower import CannotCountError
from micronet_spec.score.placement import Numbers, placements, with_counts, with_numbers
from micronet_spec.score.sparse import (
    Bounds,
    Field,
    sparse_counts,
    tensor_shapes,
    written_out,
)
from micronet_spec.score.totals import Total, Totals
from micronet_spec.score.tree import cheapest, dearest

_SIGNS = 2
"""Counts of a tensor with two masks."""
_Filled = tuple[int, tuple[tuple[Field, int], ...]]
"""A layer, and counts that it leaves open, chosen."""


class UnboundedError(ValueError):
    """An unknown count without an upper bound; `field` is where it stands in its layer."""

    def __init__(self, index: int, field: tuple[str | int, ...]) -> None:
        super().__init__("the count has no upper bound")
        self.index = index
        self.field = field


class _Chosen(NamedTuple):
    """A bound of a figure, and the counts that make it."""

    figure: Number
    parts: tuple[tuple[Mapping[int, Numbers], Weights], ...]
    """Counts by layer, and what they make the least or the most; storage first if there are two."""


@dataclass(frozen=True)
class Completion:
    """Fills in the counts of a network, for the least or the `most` of a figure.

    What layers cost with counts filled in is remembered: further figures take little.
    """

    counter: Counter
    graph: Graph
    totals: Totals
    """Published totals; what becomes of them is said in `allotment`."""
    most: bool
    _known: dict[_Filled, tuple[Bits, ...]] = field(default_factory=dict, init=False, repr=False)

    def cost(self, weights: Weights) -> Cost:
        """Return the cost of the network with every count known. Raises `UnboundedError`.

        Storage and operations may be those of two networks, each the least (most) by itself.
        """
        parts = self._chosen(weights, self._nodes).parts
        costs = [self._counted(numbers, part) for numbers, part in parts]
        layers = zip(costs[0].layers, costs[-1].layers, strict=True)
        merged = (replace(stored, arithmetic=ops.arithmetic) for stored, ops in layers)
        return replace(costs[0], layers=tuple(merged))

    def bound(self, weights: Weights, layers: Collection[str] | None = None) -> Number:
        """Return the figure of that network, or of some of its layers alone.

        Raises `UnboundedError`.
        """
        nodes = [it for it in self._nodes if layers is None or it.layer.name in layers]
        return self._chosen(weights, nodes).figure

    def _chosen(self, weights: Weights, nodes: Collection[Node]) -> _Chosen:
        """Return the counts of `nodes` that bound the figure most closely.

        Several totals bound it in several ways, also storage and operations each by itself.
        """
        families = self.totals.families
        whole = self._closest(weights, nodes, families)
        halves = weights._replace(stored=0), Weights(stored=weights.stored)
        if len(families) == 1 or not all(map(any, halves)):
            return whole
        ops, stored = (self._closest(half, nodes, families) for half in halves)
        apart = _Chosen(stored.figure + ops.figure, (*stored.parts, *ops.parts))
        return self._closer([whole, apart])

    def _closest(
        self, weights: Weights, nodes: Collection[Node], families: Iterable[Sequence[Total]]
    ) -> _Chosen:
        found = []
        for family in families:
            numbers = self._numbers(weights, nodes, family)
            figure = sum(self._price(node, numbers[node.index], weights) for node in nodes)
            found.append(_Chosen(figure, ((numbers, weights),)))
        return self._closer(found)

    def _closer(self, bounds: Iterable[_Chosen]) -> _Chosen:
        return (min if self.most else max)(bounds, key=lambda it: it.figure)

    def _counted(self, numbers: Mapping[int, Numbers], weights: Weights) -> Cost:
        placed = (self._placed(node, numbers[node.index], weights) for node in self._nodes)
        return self.counter.network(replace(self.graph, nodes=tuple(placed)))

    @cached_property
    def _nodes(self) -> list[Node]:
        return [self._with_items(_pinned(node)) for node in self.graph.nodes]

    @cached_property
    def _bounds(self) -> dict[int, LayerBounds]:
        bounds = {node.index: open_bounds(node) for node in self._nodes}
        tighten(bounds, self._nodes, self.totals.every, self._is_opaque)
        return bounds

    def _numbers(
        self, weights: Weights, nodes: Collection[Node], family: Iterable[Total]
    ) -> dict[int, Numbers]:
        """Return the counts of `nodes` at which they cost the least, or the most, together."""
        bounds = self._bounds
        numbers = {node.index: _extreme(node, bounds[node.index], self.most) for node in nodes}
        for total in family:
            inside = [node for node in self._nodes if total.each.get(node.layer.name)]
            shares = {
                node.index: self._share(node, weights, total.each[node.layer.name])
                for node in inside
                if node.index in numbers and self._is_simple(node, bounds[node.index])
            }
            # What the total gives to other layers may be anything they can have.
            rest = total.possible(node for node in inside if node.index not in shares)
            left = total.bounds[self.most] - rest[not self.most]
            given = allot(left, list(shares.values()), most=self.most)
            for index, number in zip(shares, given, strict=True):
                numbers[index] = self._shared(bounds[index], number)
        return numbers

    def _placed(self, node: Node, numbers: Numbers, weights: Weights) -> Node:
        prices = [weights.of(bits) for bits in self._costs(node, numbers)]
        best = prices.index(self._best(prices))
        return next(islice(self._ways(node, numbers), best, None))

    def _price(self, node: Node, numbers: Numbers, weights: Weights) -> Number:
        return self._best([weights.of(bits) for bits in self._costs(node, numbers)])

    def _best(self, prices: Sequence[Number]) -> Number:
        return max(prices) if self.most else min(prices)

    def _costs(self, node: Node, numbers: Numbers) -> tuple[Bits, ...]:
        """Return what a layer costs in each of its ways."""
        key = node.index, tuple(numbers.items())
        if key not in self._known:
            self._known[key] = tuple(self._cost(way) for way in self._ways(node, numbers))
        return self._known[key]

    def _cost(self, node: Node) -> Bits:
        try:
            return self.counter.layer(node).bits(self.counter.addition_bits)
        except CannotCountError:
            return Bits()

    def _ways(self, node: Node, numbers: Numbers) -> Iterator[Node]:
        """Yield a layer with counts filled in, in each way that may cost the least, or the most."""
        if not numbers:
            yield node
        elif self._is_opaque(node):
            filled = with_numbers(node, numbers)
            for often in (node.meeting.bias_often, not node.meeting.bias_often):
                yield replace(filled, meeting=replace(node.meeting, bias_often=often))
        elif self.counter.adds_in_a_tree(node):
            yield self._in_a_tree(node, numbers)
        else:
            yield from placements(node, numbers, most=self.most)

    def _in_a_tree(self, node: Node, numbers: Numbers) -> Node:
        [(_, rows, columns)], [nonzeros] = tensor_shapes(node), numbers.values()
        filled = dearest(nonzeros, rows, columns) if self.most else cheapest(nonzeros, rows)
        return with_counts(node, dict.fromkeys(numbers, filled))

    def _is_opaque(self, node: Node) -> bool:
        """Tell whether it is not known what the channels of a layer do to its cost."""
        if not self.counter.adds_in_a_tree(node):
            return is_crowded(node)
        tensor = getattr(node.layer, "weight", None)
        return (
            len(list(tensor_shapes(node))) != 1
            or not isinstance(tensor, MaskedTensor)
            or bool(node.folded or getattr(node.layer, "bias", None))
        )

    def _is_simple(self, node: Node, bounds: LayerBounds) -> bool:
        """Tell whether its nonzeros alone decide, and all but linearly, what a layer costs."""
        if not bounds:
            return False
        tensors, counts = list(tensor_shapes(node)), list(sparse_counts(node))
        if is_crowded(node) or self.counter.adds_in_a_tree(node):
            return False
        if len(tensors) > 1 or len(counts) != len(bounds):
            return False
        tensor = getattr(node.layer, "weight", None)
        if isinstance(tensor, TwoMaskTensor):
            return len(counts) == _SIGNS and all(it.bounds == (0, it.size) for it in counts)
        return (
            isinstance(tensor, MaskedTensor)
            and len(counts) == 1
            and self.counter.stores_each(tensor)
        )

    def _share(self, node: Node, weights: Weights, each: Number) -> Share:
        bounds = self._bounds[node.index]
        [(_, rows, columns)] = tensor_shapes(node)
        ends = (0, rows * columns) if len(bounds) == _SIGNS else next(iter(bounds.values()))

        def cost(nonzeros: int) -> Number:
            return self._price(node, self._shared(bounds, nonzeros), weights)

        return Share(ends, rows, columns, len(bounds), cost, each)

    def _shared(self, bounds: LayerBounds, nonzeros: int) -> Numbers:
        """Return what a layer's counts are: values of one sign cost the least, of both the most."""
        first, *second = bounds
        other = dict.fromkeys(second, nonzeros // 2 if self.most else 0)
        return {first: nonzeros - sum(other.values()), **other}

    def _with_items(self, node: Node) -> Node:
        """Return a layer with the counts of its further values and written operations known."""
        update: dict[str, Any] = {}
        extras, written = node.layer.stored, written_out(node)
        if not all(isinstance(extra.count, int) for extra in extras):
            counts = [_extra(node.index, n, it.count, self.most) for n, it in enumerate(extras)]
            update["stored"] = tuple(
                extra.model_copy(update={"count": count})
                for extra, count in zip(extras, counts, strict=True)
            )
        if self.most and any(it.up_to is not None for it in written):
            update["operations"] = tuple(
                it if it.up_to is None else it.model_copy(update={"count": it.up_to})
                for it in written
            )
        return replace(node, layer=node.layer.model_copy(update=update)) if update else node


def _pinned(node: Node) -> Node:
    """Return a layer in which bounds that meet are a known count."""
    met = {it.field: it.bounds[0] for it in sparse_counts(node) if it.bounds and _meet(it.bounds)}
    return with_numbers(node, met)


def _meet(bounds: Bounds) -> bool:
    return bounds[0] == bounds[1]


def _extreme(node: Node, bounds: LayerBounds, most: bool) -> Numbers:  # noqa: FBT001
    """Return the least, or the most, of every count; values of both signs share their tensor."""
    numbers = {field: ends[most] for field, ends in bounds.items()}
    for it in sparse_counts(node):
        name, sign = it.field
        negative = name, "negative"
        if sign == "positive" and most and {it.field, negative} <= bounds.keys():
            (low, high), (least, highest) = bounds[it.field], bounds[negative]
            # Both signs in as many channels as possible cost the most.
            numbers[it.field] = min(max(it.size // 2, it.size - highest, low), high)
            numbers[negative] = max(min(it.size - numbers[it.field], highest), least)
    return numbers


def _extra(index: int, place: int, count: Amount, most: bool) -> int:  # noqa: FBT001
    if isinstance(count, int):
        return count
    if isinstance(count, Between) and count.at_most is not None:
        return count.at_most if most else count.at_least
    raise UnboundedError(index, ("stored", place, "count"))
