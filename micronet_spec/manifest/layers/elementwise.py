"""Functions of every element, and of several inputs element by element."""

from typing import Annotated, Literal

from pydantic import Field

from micronet_spec.manifest.layers.base import LayerBase
from micronet_spec.manifest.tensors import Shift, Vector
from micronet_spec.manifest.types import Count, FormatName, Model, Width


class Activation(LayerBase):
    """A function of every element, at the cost that the challenge's table states (M11, R4)."""

    op: Literal[
        "relu",
        "relu6",
        "hsigmoid",
        "hswish",
        "sigmoid",
        "swish",
        "elu",
        "tanh",
        "exp",
        "sqrt",
        "rsqrt",
        "divide",
        "threshold",
    ]
    accumulator: Width | None = None
    """Width of its additions; default: the challenge's (R3)."""


class Scale(LayerBase):
    """One multiply per element by a stored value, and an add if it has a bias."""

    op: Literal["scale"]
    per: Literal["channel", "tensor", "constant"] = "channel"
    """One factor per channel, one for all, or a literal constant that is not stored (S1, M3)."""
    weight: Vector = Vector()
    """The factors."""
    bias: Shift | None = None
    """One shift per channel."""


class PerElement(Model):
    """Operations per element of a conversion that is not free."""

    multiply: Count = 0
    """Multiplications and divisions."""
    add: Count = 0
    """Additions and subtractions."""
    compare: Count = 0
    """Comparisons."""


class Quantize(LayerBase):
    """Conversion to a number format: free where FP32 represents it exactly (M6, R7)."""

    op: Literal["quantize"]
    to: FormatName
    """The format it writes."""
    per_element: PerElement | None = None
    """Operations per element, for a conversion to an exotic format or one that does more."""


class Multiply(LayerBase):
    """Product of two or more inputs, element by element; sizes of one are repeated."""

    op: Literal["mul"]


class Add(LayerBase):
    """Sum of two or more inputs, element by element; sizes of one are repeated."""

    op: Literal["add"]
    accumulator: Width | None = None
    """Width of its additions; default: the challenge's (R3)."""


class Softmax(LayerBase):
    """Softmax along the channels: n exponentials, n - 1 additions, n divisions (R4)."""

    op: Literal["softmax"]
    groups: Annotated[int, Field(ge=1, le=10**6)] = 1
    """Equal parts of the channels that have a softmax each, such as heads."""
    accumulator: Width | None = None
    """Width of its additions; default: the challenge's (R3)."""


class Reduce(LayerBase):
    """One value for all channels of a position."""

    op: Literal["reduce"]
    function: Literal["sum", "mean", "max", "argmax"]
    """What is computed: sums add, maxima compare (R4)."""
    accumulator: Width | None = None
    """Width of its additions; default: the challenge's (R3)."""
