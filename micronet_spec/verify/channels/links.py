"""Which channel of a layer's input becomes which of its output, where a layer keeps them apart."""

import math
from functools import singledispatch

from micronet_spec.graph import Node
from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.layers import Layer

Links = list[tuple[int, int]]
"""Pairs (channel of the input, channel of the output)."""


def is_depthwise(node: Node) -> bool:
    """Tell whether every output channel of a convolution reads one input channel."""
    layer = node.layer
    if not isinstance(layer, ops.Conv2d):
        return False
    return layer.groups == "depthwise" or layer.groups == node.input_shapes[0][0] > 1


def mixes(node: Node) -> bool:
    """Tell whether every output channel of a layer reads every input channel, by a weight each."""
    layer = node.layer
    return isinstance(layer, ops.Linear) or (
        isinstance(layer, ops.Conv2d) and layer.groups == 1 and not is_depthwise(node)
    )


def links(node: Node, position: int) -> Links | None:
    """Return where the channels of the input at `position` go; None where they are mixed.

    None too for what moves channels in an order that no manifest says.
    """
    return _links(node.layer, node, position)


@singledispatch
def _links(layer: Layer, node: Node, position: int) -> Links | None:  # noqa: ARG001
    return None


@_links.register(ops.Activation)
@_links.register(ops.BatchNorm)
@_links.register(ops.GlobalPool)
@_links.register(ops.Pad)
@_links.register(ops.Pool)
@_links.register(ops.Quantize)
@_links.register(ops.Scale)
@_links.register(ops.Select)
@_links.register(ops.Upsample)
def _(layer: Layer, node: Node, position: int) -> Links:  # noqa: ARG001
    return [(channel, channel) for channel in range(node.input_shapes[position][0])]


@_links.register(ops.Add)
@_links.register(ops.Multiply)
def _(layer: Layer, node: Node, position: int) -> Links:  # noqa: ARG001
    channels = node.shape[0]
    same = node.input_shapes[position][0] == channels
    return [(channel if same else 0, channel) for channel in range(channels)]


@_links.register
def _(layer: ops.Concat, node: Node, position: int) -> Links:  # noqa: ARG001
    before = sum(shape[0] for shape in node.input_shapes[:position])
    return [(channel, before + channel) for channel in range(node.input_shapes[position][0])]


@_links.register
def _(layer: ops.Slice, node: Node, position: int) -> Links:  # noqa: ARG001
    first, last = layer.channels
    return [(channel, channel - first) for channel in range(first, last)]


@_links.register
def _(layer: ops.Reshape, node: Node, position: int) -> Links:  # noqa: ARG001
    given, made = (math.prod(shape[1:]) for shape in (node.input_shapes[0], node.shape))
    step, values = math.gcd(given, made), math.prod(node.shape)
    return list(dict.fromkeys((at // given, at // made) for at in range(0, values, step)))


@_links.register
def _(layer: ops.Conv2d, node: Node, position: int) -> Links | None:  # noqa: ARG001
    if not is_depthwise(node):
        return None
    each = node.shape[0] // node.input_shapes[0][0]
    return [(channel // each, channel) for channel in range(node.shape[0])]
