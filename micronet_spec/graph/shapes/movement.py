"""Shapes of layers that move data."""

import math

from micronet_spec.graph.shapes.base import (
    Shape,
    ShapeError,
    image,
    output_shape,
    pair,
    show,
    show_all,
    single,
)
from micronet_spec.manifest import layers as ops


@output_shape.register
def _(layer: ops.Concat, inputs: list[Shape]) -> Shape:  # noqa: ARG001
    if len({shape[1:] for shape in inputs}) > 1:
        raise ShapeError(f"inputs that differ in more than channels: {show_all(inputs)}")
    return (sum(shape[0] for shape in inputs), *inputs[0][1:])


@output_shape.register
def _(layer: ops.Select, inputs: list[Shape]) -> Shape:  # noqa: ARG001
    if len(set(inputs)) > 1:
        raise ShapeError(f"chooses between inputs of different shapes: {show_all(inputs)}")
    return inputs[0]


@output_shape.register
def _(layer: ops.Slice, inputs: list[Shape]) -> Shape:
    shape = single(inputs)
    first, last = layer.channels
    if not first < last <= shape[0]:
        raise ShapeError(f"no channels {first} to {last} in {show(shape)}", "channels")
    return (last - first, *shape[1:])


@output_shape.register
def _(layer: ops.Reshape, inputs: list[Shape]) -> Shape:
    shape = single(inputs)
    if math.prod(shape) != math.prod(layer.shape):
        raise ShapeError(f"{show(shape)} does not fill {show(layer.shape)}", "shape")
    return layer.shape


@output_shape.register
def _(layer: ops.Pad, inputs: list[Shape]) -> Shape:
    shape = single(inputs)
    if layer.channels < shape[0]:
        raise ShapeError(f"{layer.channels} channels are fewer than {shape[0]}", "channels")
    return (layer.channels, *shape[1:])


@output_shape.register
def _(layer: ops.Repeat, inputs: list[Shape]) -> Shape:
    shape = single(inputs)
    return (shape[0] * layer.times, *shape[1:])


@output_shape.register
def _(layer: ops.Upsample, inputs: list[Shape]) -> Shape:
    channels, height, width = image(inputs)
    rows, columns = pair(layer.factor)
    return (channels, height * rows, width * columns)


@output_shape.register
def _(layer: ops.Permute, inputs: list[Shape]) -> Shape:  # noqa: ARG001
    return single(inputs)
