"""Layers that sum products of inputs and weights."""

from typing import Annotated, Literal

from pydantic import Field

from micronet_spec.manifest.layers.base import LayerBase
from micronet_spec.manifest.tensors import Bias, DenseTensor, Tensor
from micronet_spec.manifest.types import (
    Accumulator,
    ByForm,
    Count,
    Listed,
    Size,
    Window,
)

Padding = Annotated[
    Count
    | Literal["same", "valid"]
    | Annotated[tuple[Count, ...], Listed, Field(min_length=4, max_length=4)],
    ByForm(),
]
"""Padding on every side, `valid` (none), `same` (half the kernel, M11), or
`[top, bottom, left, right]`."""


class Conv2d(LayerBase):
    """Two-dimensional convolution, grouped or depthwise."""

    op: Literal["conv2d"]
    out: Size
    """Output channels."""
    kernel: Window
    """Height and width of the kernel."""
    stride: Window = 1
    """Step of the kernel."""
    padding: Padding = "valid"
    """Zeros around the input; taps on padding count (R1)."""
    dilation: Window = 1
    """Step between the taps of the kernel."""
    groups: Annotated[Size | Literal["depthwise"], ByForm()] = 1
    """Groups of channels; `depthwise` is one group per input channel."""
    weight: Tensor = DenseTensor()
    """Weights, `out` x (input channels / groups x kernel height x kernel width)."""
    bias: Bias | None = None
    """One value per output channel."""
    accumulator: Accumulator | None = None
    """Width of the additions of the dot products; default: `numerics.defaults` (R3)."""


class Linear(LayerBase):
    """Fully connected layer over all values of its input."""

    op: Literal["linear"]
    out: Size
    """Output features."""
    weight: Tensor = DenseTensor()
    """Weights, `out` x input values."""
    bias: Bias | None = None
    """One value per output feature."""
    accumulator: Accumulator | None = None
    """Width of the additions of the dot products; default: `numerics.defaults` (R3)."""


class Embedding(LayerBase):
    """Table of vectors, one of them read per example: stored, and nothing computed."""

    op: Literal["embedding"]
    entries: Size
    """Rows of the table."""
    out: Size
    """Features of a row."""
    weight: Tensor = DenseTensor()
    """The table, `entries` x `out`."""
