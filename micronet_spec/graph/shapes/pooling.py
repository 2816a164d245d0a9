"""Shapes of windows without weights."""

from micronet_spec.graph.shapes.base import Shape, divide, image, output_shape, pair, windows
from micronet_spec.manifest import layers as ops


@output_shape.register
def _(layer: ops.Pool, inputs: list[Shape]) -> Shape:
    channels, height, width = image(inputs)
    kernel = pair(layer.kernel)
    stride = kernel if layer.stride is None else pair(layer.stride)
    return (channels, *windows((height, width), kernel, stride, layer.padding))


@output_shape.register
def _(layer: ops.GlobalPool, inputs: list[Shape]) -> Shape:  # noqa: ARG001
    return (image(inputs)[0], 1, 1)


@output_shape.register
def _(layer: ops.WindowSum, inputs: list[Shape]) -> Shape:
    channels, height, width = image(inputs)
    divide(channels, "input channels", layer.groups, "groups")
    size = windows((height, width), pair(layer.kernel), pair(layer.stride), layer.padding)
    return (layer.groups, *size)
