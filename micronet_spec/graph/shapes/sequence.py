"""Shapes of layers of language models: vectors of features, one token at a time (M8)."""

import math

from micronet_spec.graph.shapes.base import Shape, ShapeError, divide, output_shape, single
from micronet_spec.manifest import layers as ops


@output_shape.register
def _(layer: ops.AttentionScores, inputs: list[Shape]) -> Shape:
    divide(math.prod(single(inputs)), "features", layer.heads, "heads")
    return (layer.heads * layer.positions,)


@output_shape.register
def _(layer: ops.AttentionValues, inputs: list[Shape]) -> Shape:
    size, wanted = math.prod(single(inputs)), layer.heads * layer.positions
    if size != wanted:
        message = f"{layer.heads} heads x {layer.positions} positions, reads {size} probabilities"
        raise ShapeError(message, "positions")
    divide(layer.out, "features", layer.heads, "heads")
    return (layer.out,)


@output_shape.register(ops.Recurrent)
@output_shape.register(ops.Qrnn)
def _(layer: ops.Recurrent | ops.Qrnn, inputs: list[Shape]) -> Shape:
    single(inputs)
    return (layer.units,)
