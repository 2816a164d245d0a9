"""Windows without weights."""

from typing import Literal

from micronet_spec.manifest.layers.base import LayerBase
from micronet_spec.manifest.layers.contraction import Padding
from micronet_spec.manifest.types import Size, Width, Window


class Pool(LayerBase):
    """Mean or maximum over a window of every channel."""

    op: Literal["avg_pool", "max_pool"]
    kernel: Window
    """Height and width of the window."""
    stride: Window | None = None
    """Step of the window; default: the window."""
    padding: Padding = "valid"
    """Zeros around the input; they count like elements (R1)."""
    accumulator: Width | None = None
    """Width of its additions; default: the challenge's (R3)."""


class GlobalPool(LayerBase):
    """Mean or maximum over all positions of every channel."""

    op: Literal["global_avg_pool", "global_max_pool"]
    accumulator: Width | None = None
    """Width of its additions; default: the challenge's (R3)."""


class WindowSum(LayerBase):
    """Sum over a window of all channels: what the zero point of a weight costs (R7)."""

    op: Literal["window_sum"]
    kernel: Window
    """Height and width of the window."""
    stride: Window = 1
    """Step of the window."""
    padding: Padding = "valid"
    """Zeros around the input."""
    groups: Size = 1
    """Groups of channels that have a sum each."""
    accumulator: Width | None = None
    """Width of its additions; default: the challenge's (R3)."""
