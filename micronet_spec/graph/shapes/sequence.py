"""Shapes of layers of language models: vectors of features, one token at a time (M8)."""

import math

from micronet_spec.graph.shapes.base import Shape, ShapeError, divide, output_shape, single
from micronet_spec.manifest import layers as ops


@output_shape.register
def _(layer: ops.AttentionScores, inputs: list[Shape]) -> Shape:
    query = math.prod(single(inputs) if layer.weight else _with_newest(inputs, "key"))
    divide(query, "features", layer.heads, "heads")
    newest = math.prod(inputs[-1])
    if newest != query:
        raise ShapeError(f"a query of {query} features meets a key of {newest}")
    return (layer.heads * layer.positions,)


@output_shape.register
def _(layer: ops.AttentionValues, inputs: list[Shape]) -> Shape:
    size, wanted = math.prod(_with_newest(inputs, "value")), layer.heads * layer.positions
    if size != wanted:
        message = f"{layer.heads} heads x {layer.positions} positions, reads {size} probabilities"
        raise ShapeError(message, "positions")
    divide(layer.out, "features", layer.heads, "heads")
    if len(inputs) > 1 and math.prod(inputs[1]) != layer.out:
        message = f"{layer.out} features of all heads, reads a value of {math.prod(inputs[1])}"
        raise ShapeError(message, "out")
    return (layer.out,)


def _with_newest(inputs: list[Shape], what: str) -> Shape:
    """Return the first of one or two inputs, the second being what enters the cache."""
    if len(inputs) > 2:  # noqa: PLR2004
        raise ShapeError(f"needs one input, or the newest {what} too, reads {len(inputs)}")
    return inputs[0]


@output_shape.register(ops.Recurrent)
@output_shape.register(ops.Qrnn)
def _(layer: ops.Recurrent | ops.Qrnn, inputs: list[Shape]) -> Shape:
    single(inputs)
    return (layer.units,)
