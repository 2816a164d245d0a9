"""What a slip in one layer may take from the others."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from micronet_spec.challenge.challenge import Challenge
from micronet_spec.entry.claims import ClaimsFile
from micronet_spec.graph import Graph, Node
from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.entry import Network as Model
from micronet_spec.score import Cost, LayerCost
from micronet_spec.score.items import Number
from micronet_spec.score.sparse import tensor_shapes

_LONGEST_BLOCK = 64
"""Layers to look back over for the start of a block."""
_MOST_WIDTHS = 8
_FEWEST = 3
"""Layers that must share a density before it can be meant for all."""


@dataclass(frozen=True)
class Network:
    """A counted network, and the entrant's counts of it."""

    challenge: Challenge
    graph: Graph
    cost: Cost
    claims: ClaimsFile
    model: Model
    examples: int | None = None
    """Examples of the test set, if the challenge states them."""

    @cached_property
    def nodes(self) -> dict[int, Node]:
        """Layers by their place in the manifest."""
        return {node.index: node for node in self.graph.nodes}

    @cached_property
    def costs(self) -> dict[str, LayerCost]:
        """What each layer costs, by name."""
        return {layer.name: layer for layer in self.cost.layers}

    @cached_property
    def widths(self) -> tuple[Number, ...]:
        """Widths that values have: of the unit, of the freebie, and the commonest elsewhere."""
        stored = (item.bits for layer in self.cost.layers for item in layer.stored)
        claimed = (row.multiply_bits for row in self.claims.rows if row.multiplies)
        common = Counter((*stored, *claimed)).most_common(_MOST_WIDTHS)
        widths = (self.challenge.unit_bits, self.challenge.freebie.bits, *(it for it, _ in common))
        return tuple(dict.fromkeys(widths))

    @cached_property
    def positions(self) -> frozenset[int]:
        """Numbers of positions that layers work at."""
        return frozenset(math.prod(node.shape[1:]) for node in self.graph.nodes)

    @cached_property
    def padded(self) -> dict[int, frozenset[int]]:
        """Numbers of channels that are padded with zeros, by the number they are padded to."""
        sizes = [
            (node.shape[0], node.input_shapes[0][0])
            for node in self.graph.nodes
            if isinstance(node.layer, ops.Pad)
        ]
        return {after: frozenset(old for new, old in sizes if new == after) for after, _ in sizes}

    @cached_property
    def shared_densities(self) -> tuple[Fraction, ...]:
        """Densities that most claims share, which may stand for layers without a mask too."""
        dense = {node.layer.name: _dense(node) for node in self.graph.nodes}
        rows = [row for row in self.claims.rows if dense.get(row.layer)]
        return tuple(
            density
            for counts in ([row.multiplies for row in rows], [row.adds for row in rows])
            for density in _shared(counts, [dense[row.layer] for row in rows])
        )

    @cached_property
    def densities(self) -> tuple[Fraction, ...]:
        """Densities that may stand for all layers with a mask: those shared, and the mean."""
        weights = sum(
            rows * columns for node in self.graph.nodes for _, rows, columns in tensor_shapes(node)
        )
        nonzeros = Fraction(sum(nonzero_weights(layer) for layer in self.cost.layers))
        return (*self.shared_densities, *([nonzeros / weights] if weights and nonzeros else []))

    def channels_of_block(self, node: Node) -> Iterator[int]:
        """Yield the channels inside the block that ends with `node`.

        That are the layers before it, back to the last that writes as many channels as it does.
        """
        inside = False
        for index in range(node.index - 1, max(-1, node.index - 1 - _LONGEST_BLOCK), -1):
            before = self.nodes.get(index)
            if before is None:
                return
            same = before.shape[0] == node.shape[0]
            if inside and same:
                return
            inside = inside or not same
            if inside:
                yield before.shape[0]


def nonzero_weights(layer: LayerCost) -> Number:
    """Return the weights of a layer that a mask keeps."""
    return sum(item.count for item in layer.stored if item.what == "nonzero weights")


def _shared(counts: list[Fraction], dense: list[int]) -> Iterator[Fraction]:
    """Yield the share of all operations that most layers count, if it is the same."""
    shares = Counter(
        count / whole for count, whole in zip(counts, dense, strict=True) if 0 < count < whole
    )
    for share, layers in shares.most_common(1):
        if layers >= _FEWEST and 2 * layers > shares.total():
            yield share


def _dense(node: Node) -> int:
    sizes = [rows * columns for _, rows, columns in tensor_shapes(node)]
    return sizes[0] * math.prod(node.shape[1:]) if len(sizes) == 1 else 0
