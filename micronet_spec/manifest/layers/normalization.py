"""Normalization, folded or kept."""

from typing import Literal

from micronet_spec.manifest.layers.base import LayerBase
from micronet_spec.manifest.tensors import Shift, Vector
from micronet_spec.manifest.types import LayerName, Model, Text, Width


class Fold(Model):
    """Where the scale and shift of a batch norm went."""

    into: LayerName
    """The convolution or linear layer whose output it normalizes."""
    tensors: Text | None = None
    """Prefix of its tensors in the checkpoint."""


class BatchNorm(LayerBase):
    """Batch normalization: a bias of the layer it is folded into, or kept (M12).

    Kept, it stores two values per channel and computes a multiply and an add per element.
    """

    op: Literal["batch_norm"]
    fold: Fold | None = None
    """The layer that carries its scale and shift; default: kept."""
    weight: Vector = Vector()
    """The scale, if it is kept."""
    bias: Shift = Shift()
    """The shift, if it is kept."""


class LayerNorm(LayerBase):
    """Normalization over all values of its input (R4)."""

    op: Literal["layer_norm"]
    weight: Vector | None = None
    """One factor per value; absent if it is folded into the layer that reads it."""
    bias: Shift | None = None
    """One shift per value; absent if it is folded."""
    accumulator: Width | None = None
    """Width of its additions; default: the challenge's (R3)."""
