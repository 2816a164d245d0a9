"""Shapes of functions of every element, of several inputs, and along the channels."""

from micronet_spec.graph.shapes.base import (
    Shape,
    ShapeError,
    divide,
    output_shape,
    show_all,
    single,
)
from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.layers import Layer


@output_shape.register(ops.BatchNorm)
@output_shape.register(ops.LayerNorm)
@output_shape.register(ops.Scale)
@output_shape.register(ops.Quantize)
@output_shape.register(ops.Activation)
def _(layer: Layer, inputs: list[Shape]) -> Shape:  # noqa: ARG001
    return single(inputs)


@output_shape.register(ops.Multiply)
@output_shape.register(ops.Add)
def _(layer: ops.Multiply | ops.Add, inputs: list[Shape]) -> Shape:
    if len(inputs) < 2:  # noqa: PLR2004
        raise ShapeError(f"`{layer.op}` needs two inputs or more")
    if len({len(shape) for shape in inputs}) > 1:
        raise ShapeError(f"inputs of different rank: {show_all(inputs)}")
    sizes = [{size for size in axis if size != 1} for axis in zip(*inputs, strict=True)]
    if any(len(axis) > 1 for axis in sizes):
        raise ShapeError(f"inputs that do not fit each other: {show_all(inputs)}")
    return tuple(axis.pop() if axis else 1 for axis in sizes)


@output_shape.register
def _(layer: ops.Softmax, inputs: list[Shape]) -> Shape:
    shape = single(inputs)
    divide(shape[0], "channels", layer.groups, "groups")
    return shape


@output_shape.register
def _(layer: ops.Reduce, inputs: list[Shape]) -> Shape:  # noqa: ARG001
    return (1, *single(inputs)[1:])


@output_shape.register
def _(layer: ops.Custom, inputs: list[Shape]) -> Shape:  # noqa: ARG001
    return layer.output
