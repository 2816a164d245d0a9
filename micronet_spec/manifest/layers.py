"""The layers of the language, one model an op."""

from typing import Annotated, Literal

from pydantic import Field

from micronet_spec.manifest.tensors import Accumulator, Bias, DenseTensor, Tensor
from micronet_spec.manifest.types import (
    Bits,
    ByField,
    ByForm,
    Count,
    FormatName,
    LayerName,
    Listed,
    Model,
    Size,
    Text,
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

Sources = Annotated[
    LayerName | Annotated[tuple[LayerName, ...], Listed, Field(min_length=1, max_length=10_000)],
    ByForm(),
]


class LayerBase(Model):
    """What every layer has."""

    name: LayerName
    """Its name, used by `from`; unique in the model."""
    sources: Sources | None = Field(default=None, alias="from")
    """The layer or layers it reads, or `input`; default: the layer before it."""
    reads: FormatName | None = None
    """Format in which it reads its inputs, after a free conversion (M6); default: as written."""
    writes: FormatName | None = None
    """Format of its output; default: `numerics.defaults.activation`."""
    unused: Text | None = None
    """Why its output is read by nobody (R11)."""


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
    groups: Annotated[Size | Literal["depthwise"], ByForm()] = 1
    """Groups of channels; `depthwise` is one group per input channel."""
    weight: Tensor = DenseTensor()
    """Weights, `out` x (input channels / groups) x kernel height x kernel width."""
    bias: Bias | None = None
    """One value per output channel."""
    accumulator: Accumulator | None = None
    """Width of the additions of the dot products; default: `numerics.defaults`."""


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
    """Width of the additions of the dot products; default: `numerics.defaults`."""


class Fold(Model):
    """Where the scale and shift of a batch norm went."""

    into: LayerName
    """The convolution or linear layer whose output it normalizes."""
    tensors: Text | None = None
    """Prefix of its tensors in the checkpoint."""


class BatchNorm(LayerBase):
    """Batch normalization folded into the layer before it: a bias there, nothing here (M12)."""

    op: Literal["batch_norm"]
    fold: Fold
    """The layer that carries its scale and shift."""


class Scale(LayerBase):
    """One multiply per element by a stored value per channel, and an add if it has a bias."""

    op: Literal["scale"]
    weight: DenseTensor = DenseTensor()
    """One factor per channel."""
    bias: Bias | None = None
    """One shift per channel."""


class Quantize(LayerBase):
    """Conversion to a number format: free up to the widths the challenge states (M6, R7)."""

    op: Literal["quantize"]
    to: FormatName
    """The format it writes."""


class Activation(LayerBase):
    """A function of every element, at the cost that the challenge's table states (M11, R4)."""

    op: Literal["relu", "hswish", "sigmoid"]
    accumulator: Bits | None = None
    """Width of its additions, if it has any; default: the challenge's (R3)."""


class Multiply(LayerBase):
    """Product of two or more inputs, element by element; sizes of one are repeated."""

    op: Literal["mul"]


class Add(LayerBase):
    """Sum of two or more inputs, element by element; sizes of one are repeated."""

    op: Literal["add"]
    accumulator: Bits | None = None
    """Width of its additions; default: the challenge's (R3)."""


class AveragePool(LayerBase):
    """Mean over a window of every channel."""

    op: Literal["avg_pool"]
    kernel: Window
    """Height and width of the window."""
    stride: Window | None = None
    """Step of the window; default: the window."""
    padding: Padding = "valid"
    """Zeros around the input."""
    accumulator: Bits | None = None
    """Width of its additions; default: the challenge's (R3)."""


class GlobalAveragePool(LayerBase):
    """Mean over all positions of every channel."""

    op: Literal["global_avg_pool"]
    accumulator: Bits | None = None
    """Width of its additions; default: the challenge's (R3)."""


class Concat(LayerBase):
    """Inputs one after the other along the channels: free (M9)."""

    op: Literal["concat"]


class Slice(LayerBase):
    """A contiguous run of channels: free (M9)."""

    op: Literal["slice"]
    channels: Annotated[tuple[Count, Size], Listed]
    """First channel, and the one after the last, counted from 0."""


Layer = Annotated[
    Conv2d
    | Linear
    | BatchNorm
    | Scale
    | Quantize
    | Activation
    | Multiply
    | Add
    | AveragePool
    | GlobalAveragePool
    | Concat
    | Slice,
    ByField("op"),
]
