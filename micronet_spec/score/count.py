"""A network to its cost: the items of every layer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from micronet_spec.challenge.challenge import Challenge
from micronet_spec.graph import Graph, Node
from micronet_spec.manifest.entry import Numerics
from micronet_spec.manifest.layers import Embedding, Layer
from micronet_spec.manifest.read import Broken
from micronet_spec.manifest.tensors import Tensor
from micronet_spec.score.bits import Bits
from micronet_spec.score.items import Arithmetic, Kind, Number, Stored
from micronet_spec.score.lower import CannotCountError, Site, lower
from micronet_spec.score.precision import Precisions
from micronet_spec.score.storage import stored_values


@dataclass(frozen=True, slots=True)
class LayerCost:
    """What one layer stores, and what it computes per example."""

    index: int
    name: str
    op: str
    stored: tuple[Stored, ...]
    arithmetic: tuple[Arithmetic, ...]

    @property
    def stored_bits(self) -> Number:
        """Bits of all stored values."""
        return sum(item.total for item in self.stored)

    @property
    def op_bits(self) -> Number:
        """Operations times their widths."""
        return sum(item.total for item in self.arithmetic)

    def bits(self, addition_bits: int) -> Bits:
        """Return all that figures depend on; wide additions have `addition_bits` (R3)."""
        adds = list(self.of(Kind.ADD))
        narrow = sum(item.total for item in adds)
        wide = sum(item.count * max(addition_bits, item.bits) for item in adds)
        return Bits(self.stored_bits, self.op_bits - narrow, narrow, wide)

    def of(self, *kinds: Kind) -> Iterator[Arithmetic]:
        """Yield the items of some kinds of operation."""
        return (item for item in self.arithmetic if item.kind in kinds)

    def with_additions_at(self, bits: int) -> "LayerCost":
        """Return the cost with every addition at `bits` bits or more (R3)."""
        items = (
            replace(item, bits=max(bits, item.bits)) if item.kind is Kind.ADD else item
            for item in self.arithmetic
        )
        return replace(self, arithmetic=tuple(items))


@dataclass(frozen=True, slots=True)
class Uncountable:
    """A layer that says too little to be counted."""

    code: str
    message: str
    index: int
    field: tuple[str, ...]


@dataclass(frozen=True)
class Cost:
    """The cost of a network, layers in the order of the manifest."""

    layers: tuple[LayerCost, ...]
    uncountable: tuple[Uncountable, ...]
    freebie: bool
    """Whether it was counted by the challenge's freebie."""


class Counter:
    """Counts layers of a network, each with known counts of nonzeros, by the same declarations."""

    def __init__(
        self,
        challenge: Challenge,
        numerics: Numerics,
        layers: Sequence[Layer | Broken],
        graph: Graph,
        sections: Mapping[str, Number] = MappingProxyType({}),
    ) -> None:
        """Decide in which widths the layers of a complete `graph` read and write.

        `sections` are the expected executions per example of the parts of the network (M2). Raises
        `KeyError` for a format that is not declared.
        """
        self.addition_bits = challenge.addition_bits
        self._precisions = Precisions(challenge, numerics, layers)
        self._sections = sections
        self._sites: dict[int, Site] = {}
        for node in graph.nodes:
            self._precisions.write(node)
            reads = self._precisions.reads(node)
            self._sites[node.index] = Site(node, reads, self._precisions, challenge.costs)

    def layer(self, node: Node) -> LayerCost:
        """Return the cost of a layer of the network.

        Raises `CannotCountError`, or `KeyError` for a section that is not declared.
        """
        layer = node.layer
        site = self._sites[node.index]
        stored, arithmetic = lower(layer, site if site.node is node else replace(site, node=node))
        stored += _extras(layer, self._precisions)
        if layer.section:
            arithmetic = _weighted(arithmetic, self._sections[layer.section])
        return LayerCost(node.index, layer.name, layer.op, tuple(stored), tuple(arithmetic))

    def network(self, graph: Graph) -> Cost:
        """Return the cost of the network with the counts that `graph` has."""
        costs: list[LayerCost] = []
        uncountable: list[Uncountable] = []
        for node in graph.nodes:
            try:
                costs.append(self.layer(node))
            except CannotCountError as error:
                uncountable.append(Uncountable(error.code, str(error), node.index, error.field))
        costs.sort(key=lambda cost: cost.index)
        return Cost(tuple(costs), tuple(uncountable), self._precisions.freebie)

    def adds_in_a_tree(self, node: Node) -> bool:
        """Tell whether the products of a layer are added in a tree, channel by channel (R3)."""
        width = self._precisions.dot_product(vars(node.layer).get("accumulator"))
        return width == "tree" and not isinstance(node.layer, Embedding)

    def stores_each(self, tensor: Tensor) -> bool:
        """Tell whether every nonzero is stored by itself, not several under one index (R13)."""
        book = self._precisions.weight(tensor.format).codebook
        return book is None or book.block == 1


def _extras(layer: Layer, precisions: Precisions) -> Iterator[Stored]:
    """Yield the further values of a layer (S1)."""
    for extra in layer.stored:
        assert isinstance(extra.count, int)
        precision = precisions.parameter(extra.format)
        yield from stored_values(extra.what, ((extra.count, "values"),), precision, ("S1",))


def _weighted(items: list[Arithmetic], executions: Number) -> list[Arithmetic]:
    """Return items that are executed so many times per example (M2)."""
    weight = (executions, "expected executions")
    return [
        replace(item, factors=(*item.factors, weight), clauses=(*item.clauses, "M2"))
        for item in items
    ]
