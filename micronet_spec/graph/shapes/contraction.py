"""Shapes of layers that sum products of inputs and weights, and of their weights."""

import math

from micronet_spec.graph.shapes.base import (
    Shape,
    divide,
    image,
    output_shape,
    pair,
    single,
    windows,
)
from micronet_spec.manifest import layers as ops


@output_shape.register
def _(layer: ops.Conv2d, inputs: list[Shape]) -> Shape:
    channels, height, width = image(inputs)
    groups = group_count(layer, channels)
    divide(channels, "input channels", groups, "groups")
    divide(layer.out, "output channels", groups, "groups", "out")
    taps, steps = pair(layer.kernel), pair(layer.dilation)
    # A dilated kernel covers its taps and what lies between them; the padding `same` is half of it.
    reach = ((taps[0] - 1) * steps[0] + 1, (taps[1] - 1) * steps[1] + 1)
    return (layer.out, *windows((height, width), reach, pair(layer.stride), layer.padding))


@output_shape.register
def _(layer: ops.Linear, inputs: list[Shape]) -> Shape:
    single(inputs)
    return (layer.out,)


@output_shape.register
def _(layer: ops.Embedding, inputs: list[Shape]) -> Shape:
    single(inputs)
    return (layer.out,)


def group_count(layer: ops.Conv2d, channels: int) -> int:
    """Return the number of groups of a convolution over `channels` input channels."""
    return channels if layer.groups == "depthwise" else layer.groups


def weight_shape(
    layer: ops.Conv2d | ops.Linear | ops.Embedding, inputs: list[Shape]
) -> tuple[int, int]:
    """Return the weights of a layer as a matrix: output channels x weights of each."""
    if isinstance(layer, ops.Linear):
        return layer.out, math.prod(inputs[0])
    if isinstance(layer, ops.Embedding):
        return layer.entries, layer.out
    channels = inputs[0][0] // group_count(layer, inputs[0][0])
    return layer.out, channels * math.prod(pair(layer.kernel))
