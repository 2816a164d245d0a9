"""Published totals, as what every nonzero of a layer adds to them (R1, S2)."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from micronet_spec.graph import Graph, Node
from micronet_spec.manifest.entry import Network
from micronet_spec.score.items import Number
from micronet_spec.score.sparse import weight_nonzeros

Ends = tuple[Number, Number]
"""The least and the most of something."""


@dataclass(frozen=True, slots=True)
class Total:
    """A total over layers."""

    each: Mapping[str, Number]
    """What a nonzero adds to it, by layer."""
    bounds: Ends
    """The least and the most that it can be."""

    def possible(self, nodes: Iterable[Node]) -> Ends:
        """Return the least and the most that its layers can have."""
        low: Number = 0
        high: Number = 0
        for node in nodes:
            least, most = weight_nonzeros(node)
            factor = self.each.get(node.layer.name, 0)
            low, high = low + factor * least, high + factor * most
        return low, high


@dataclass(frozen=True, slots=True)
class Totals:
    """All that is published of a network in totals."""

    nonzeros: tuple[Total, ...] = ()
    figures: tuple[Total, ...] = ()

    @property
    def every(self) -> tuple[Total, ...]:
        """All of them."""
        return *self.nonzeros, *self.figures

    @property
    def families(self) -> list[list[Total]]:
        """Totals that can be kept at the same time, as no layer is in two of a family."""
        nonzeros = [list(disjoint(self.nonzeros))] if self.nonzeros or not self.figures else []
        return [*nonzeros, *([figure] for figure in self.figures)]


def totals(network: Network, graph: Graph) -> Totals:
    """Return the published totals of a network, each over those of its layers that there are."""
    positions = {node.layer.name: math.prod(node.shape[1:]) for node in graph.nodes}
    nonzeros = tuple(
        Total(dict.fromkeys(total.layers, 1), total.bounds) for total in network.nonzero_totals
    )
    figures = []
    for total in network.published_totals:
        each: dict[str, Number] = {}
        for term in total.sum:
            for name in dict.fromkeys(term.layers):
                factor = positions.get(name, 0) if term.of == "products" else 1
                each[name] = each.get(name, 0) + term.times * factor
        figures.append(Total(each, (total.at_least, total.at_most)))
    return Totals(nonzeros, tuple(figures))


def disjoint(totals: Sequence[Total]) -> Iterator[Total]:
    """Yield totals of nonzeros that share no layer: of nested ones, what the outer adds.

    A total that crosses another is left out, which can only make a bound less tight.
    """
    parts: list[Total] = []
    for total in sorted(totals, key=lambda it: len(it.each)):
        inner = [part for part in parts if part.each.keys() & total.each.keys()]
        if all(part.each.keys() <= total.each.keys() for part in inner):
            rest = total.each.keys() - {name for part in inner for name in part.each}
            least, most = total.bounds
            least -= sum(part.bounds[1] for part in inner)
            most -= sum(part.bounds[0] for part in inner)
            parts.append(Total(dict.fromkeys(rest, 1), (least, most)))
    return iter(parts)
