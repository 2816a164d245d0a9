"""A network to its cost: the items of every layer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from micronet_spec.challenge import Challenge
from micronet_spec.graph import Graph
from micronet_spec.manifest.entry import Numerics
from micronet_spec.manifest.layers import Layer
from micronet_spec.manifest.read import Broken
from micronet_spec.score.items import Arithmetic, Kind, Number, Stored
from micronet_spec.score.lower import CannotCountError, Site, lower
from micronet_spec.score.precision import Precisions


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


def count(
    challenge: Challenge,
    numerics: Numerics,
    layers: Sequence[Layer | Broken],
    graph: Graph,
    sections: Mapping[str, Number] = MappingProxyType({}),
) -> Cost:
    """Return the cost of a network whose `graph` is complete and whose counts are all known.

    `sections` are the expected executions per example of the parts of the network (M2). Raises
    `KeyError` for a format or a section that is not declared.
    """
    precisions = Precisions(challenge, numerics, layers)
    costs: list[LayerCost] = []
    uncountable: list[Uncountable] = []
    for node in graph.nodes:
        precisions.write(node)
        site = Site(node, precisions.reads(node), precisions, challenge.costs)
        layer = node.layer
        try:
            stored, arithmetic = lower(layer, site)
        except CannotCountError as error:
            uncountable.append(Uncountable(error.code, str(error), node.index, error.field))
            continue
        stored += _extras(layer, precisions)
        if layer.section:
            arithmetic = _weighted(arithmetic, sections[layer.section])
        costs.append(LayerCost(node.index, layer.name, layer.op, tuple(stored), tuple(arithmetic)))
    costs.sort(key=lambda cost: cost.index)
    return Cost(tuple(costs), tuple(uncountable), precisions.freebie)


def _extras(layer: Layer, precisions: Precisions) -> Iterator[Stored]:
    """Yield the further values of a layer (S1)."""
    for extra in layer.stored:
        assert isinstance(extra.count, int)
        bits = precisions.parameter(extra.format).stored
        yield Stored(extra.what, ((extra.count, "values"),), bits, ("S1",))


def _weighted(items: list[Arithmetic], executions: Number) -> list[Arithmetic]:
    """Return items that are executed so many times per example (M2)."""
    weight = (executions, "expected executions")
    return [
        replace(item, factors=(*item.factors, weight), clauses=(*item.clauses, "M2"))
        for item in items
    ]
