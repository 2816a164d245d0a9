"""Output shapes, one function an op: `[channels, height, width]` or `[features]`."""

import math
from functools import singledispatch

from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.layers import Layer

Shape = tuple[int, ...]

_IMAGE = 3


class ShapeError(ValueError):
    """Inputs that do not fit a layer; `field` is the part of the layer to correct."""

    def __init__(self, message: str, field: str = "from") -> None:
        super().__init__(message)
        self.field = field


@singledispatch
def output_shape(layer: Layer, inputs: list[Shape]) -> Shape:
    """Return the shape that `layer` writes when it reads `inputs`.

    Raises `ShapeError` where they do not fit.
    """
    raise NotImplementedError(f"no shape for {type(layer).__name__} of {inputs}")


@output_shape.register
def _(layer: ops.Conv2d, inputs: list[Shape]) -> Shape:
    channels, height, width = _image(inputs)
    groups = group_count(layer, channels)
    if channels % groups:
        raise ShapeError(f"{groups} groups do not divide {channels} input channels", "groups")
    if layer.out % groups:
        raise ShapeError(f"{groups} groups do not divide {layer.out} output channels", "out")
    return (layer.out, *_windows(height, width, layer.kernel, layer.stride, layer.padding))


@output_shape.register
def _(layer: ops.Linear, inputs: list[Shape]) -> Shape:
    _single(inputs)
    return (layer.out,)


@output_shape.register(ops.BatchNorm)
@output_shape.register(ops.Scale)
@output_shape.register(ops.Quantize)
@output_shape.register(ops.Activation)
def _(layer: Layer, inputs: list[Shape]) -> Shape:  # noqa: ARG001
    return _single(inputs)


@output_shape.register(ops.Multiply)
@output_shape.register(ops.Add)
def _(layer: Layer, inputs: list[Shape]) -> Shape:
    if len(inputs) < 2:  # noqa: PLR2004
        raise ShapeError(f"`{layer.op}` needs two inputs or more")
    if len({len(shape) for shape in inputs}) > 1:
        raise ShapeError(f"inputs of different rank: {_list(inputs)}")
    sizes = [{size for size in axis if size != 1} for axis in zip(*inputs, strict=True)]
    if any(len(axis) > 1 for axis in sizes):
        raise ShapeError(f"inputs that do not fit each other: {_list(inputs)}")
    return tuple(axis.pop() if axis else 1 for axis in sizes)


@output_shape.register
def _(layer: ops.AveragePool, inputs: list[Shape]) -> Shape:
    channels, height, width = _image(inputs)
    stride = layer.kernel if layer.stride is None else layer.stride
    return (channels, *_windows(height, width, layer.kernel, stride, layer.padding))


@output_shape.register
def _(layer: ops.GlobalAveragePool, inputs: list[Shape]) -> Shape:  # noqa: ARG001
    return (_image(inputs)[0], 1, 1)


@output_shape.register
def _(layer: ops.Concat, inputs: list[Shape]) -> Shape:  # noqa: ARG001
    if len({shape[1:] for shape in inputs}) > 1:
        raise ShapeError(f"inputs that differ in more than channels: {_list(inputs)}")
    return (sum(shape[0] for shape in inputs), *inputs[0][1:])


@output_shape.register
def _(layer: ops.Slice, inputs: list[Shape]) -> Shape:
    shape = _single(inputs)
    first, last = layer.channels
    if not first < last <= shape[0]:
        raise ShapeError(f"no channels {first} to {last} in {show(shape)}", "channels")
    return (last - first, *shape[1:])


def group_count(layer: ops.Conv2d, channels: int) -> int:
    """Return the number of groups of a convolution over `channels` input channels."""
    return channels if layer.groups == "depthwise" else layer.groups


def pair(window: int | tuple[int, int]) -> tuple[int, int]:
    """Return height and width of a window."""
    return (window, window) if isinstance(window, int) else window


def weight_shape(layer: ops.Conv2d | ops.Linear, inputs: list[Shape]) -> tuple[int, int]:
    """Return the weights of a layer as a matrix: output channels x weights of each."""
    if isinstance(layer, ops.Linear):
        return layer.out, math.prod(inputs[0])
    channels = inputs[0][0] // group_count(layer, inputs[0][0])
    return layer.out, channels * math.prod(pair(layer.kernel))


def show(shape: Shape) -> str:
    """Return a shape as people write it: 32x8x8."""
    return "x".join(str(size) for size in shape)


def _list(shapes: list[Shape]) -> str:
    return ", ".join(show(shape) for shape in shapes)


def _single(inputs: list[Shape]) -> Shape:
    if len(inputs) != 1:
        raise ShapeError(f"needs one input, reads {len(inputs)}")
    return inputs[0]


def _image(inputs: list[Shape]) -> tuple[int, int, int]:
    shape = _single(inputs)
    if len(shape) != _IMAGE:
        raise ShapeError(f"needs channels, height and width, reads {show(shape)}")
    return shape[0], shape[1], shape[2]


def _windows(
    height: int,
    width: int,
    kernel: int | tuple[int, int],
    stride: int | tuple[int, int],
    padding: int | str | tuple[int, ...],
) -> tuple[int, int]:
    """Return the positions of a window: ceil((in - k + 1 + padding) / stride) per axis (M11)."""
    (k_height, k_width), (s_height, s_width) = pair(kernel), pair(stride)
    top, bottom, left, right = _sides(padding, k_height, k_width)
    rows = height - k_height + 1 + top + bottom
    columns = width - k_width + 1 + left + right
    if rows < 1 or columns < 1:
        size = f"{k_height}x{k_width}"
        raise ShapeError(f"a window of {size} in {height}x{width} with its padding", "kernel")
    return -(-rows // s_height), -(-columns // s_width)


def _sides(padding: int | str | tuple[int, ...], height: int, width: int) -> tuple[int, ...]:
    if isinstance(padding, tuple):
        return padding
    if padding == "same":
        return height // 2, height // 2, width // 2, width // 2
    return (0 if isinstance(padding, str) else padding,) * 4
