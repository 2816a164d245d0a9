"""A layer as formulas see it."""

import math
from dataclasses import dataclass

from micronet_spec.causes.network import Network, nonzero_weights
from micronet_spec.entry.claims import Part, Row
from micronet_spec.graph import Node, pair
from micronet_spec.graph.shapes.contraction import group_count
from micronet_spec.manifest import layers as ops
from micronet_spec.score import Kind, LayerCost
from micronet_spec.score.items import Number
from micronet_spec.score.sparse import tensor_shapes


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer in its place, what it costs, and what the entrant counted of it."""

    cost: LayerCost
    node: Node
    rows: tuple[Row, ...]
    network: Network

    @property
    def executions(self) -> Number:
        """Expected executions per example (M2)."""
        section = self.node.layer.section
        return self.network.model.sections[section] if section else 1

    @property
    def positions(self) -> Number:
        """Positions of every output channel, as often as they are executed."""
        return math.prod(self.node.shape[1:]) * self.executions

    @property
    def elements(self) -> Number:
        """Elements of the output, as often as they are executed."""
        return self.node.shape[0] * self.positions

    @property
    def matrix(self) -> tuple[int, int]:
        """Output channels and weights of each; 0 x 0 for a layer without weights."""
        return next(((rows, columns) for _, rows, columns in tensor_shapes(self.node)), (0, 0))

    @property
    def nonzeros(self) -> Number:
        """Weights that a mask keeps."""
        return nonzero_weights(self.cost)

    @property
    def masked(self) -> bool:
        """Whether a mask says which weights are kept."""
        return any("mask" in item.what for item in self.cost.stored)

    @property
    def products(self) -> Number:
        """Products of weights and inputs."""
        items = self.cost.of(Kind.MULTIPLY)
        return sum(item.count for item in items if item.what == "products")

    @property
    def bias(self) -> Number:
        """Additions of a bias."""
        return sum(item.count for item in self.cost.of(Kind.ADD) if item.what == "bias")

    @property
    def window(self) -> tuple[int, int]:
        """Height and width of what a pool reads; 0 x 0 for other layers."""
        layer = self.node.layer
        if isinstance(layer, ops.Pool):
            return pair(layer.kernel)
        if isinstance(layer, ops.GlobalPool):
            height, width = self.node.input_shapes[0][1:]
            return height, width
        return 0, 0

    @property
    def groups(self) -> int:
        """Groups of a convolution; 1 of other layers."""
        layer = self.node.layer
        if not isinstance(layer, ops.Conv2d):
            return 1
        return group_count(layer, self.node.input_shapes[0][0])

    @property
    def heads(self) -> int:
        """Heads of attention, also of the scores that a sum or a scale reads; 1 without any."""
        nodes = [self.node]
        if isinstance(self.node.layer, ops.Add | ops.Scale):
            known = self.network.nodes
            nodes += [known[index] for index in self.node.inputs if index in known]
        return max(map(_heads, nodes))

    def counted(self, part: Part) -> Number:
        """Return the operations of a part by the recount."""
        kinds = (
            {Kind.ADD} if part is Part.ADDS else set(Kind) - {Kind.ADD}
        )  # divisions, comparisons and functions are no additions (R5)
        return sum(item.count for item in self.cost.of(*kinds))

    def claimed(self, part: Part) -> Number:
        """Return the operations of a part as the entrant counted them."""
        return sum(row.adds if part is Part.ADDS else row.multiplies for row in self.rows)


def _heads(node: Node) -> int:
    layer = node.layer
    if isinstance(layer, ops.Softmax):
        return layer.groups
    if isinstance(layer, ops.AttentionScores | ops.AttentionValues):
        return layer.heads
    return 1
