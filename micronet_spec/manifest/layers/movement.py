"""Layers that move data; free unless they permute it (M9)."""

from typing import Annotated, Literal

from pydantic import Field

from micronet_spec.manifest.layers.base import LayerBase, Shape
from micronet_spec.manifest.tensors import Vector
from micronet_spec.manifest.types import Count, LayerName, Listed, Size, Window


class Concat(LayerBase):
    """Inputs one after the other along the channels: free (M9)."""

    op: Literal["concat"]


class Select(LayerBase):
    """The output of whichever of its inputs was executed: free.

    It joins sections of which exactly one is executed; all inputs have the same shape.
    """

    op: Literal["select"]


class Slice(LayerBase):
    """A contiguous run of channels: free (M9)."""

    op: Literal["slice"]
    channels: Annotated[tuple[Count, Size], Listed]
    """First channel, and the one after the last, counted from 0."""


class Reshape(LayerBase):
    """The same values in another shape: free (M9)."""

    op: Literal["reshape"]
    shape: Shape
    """The new shape."""


class Pad(LayerBase):
    """Zero channels after those of the input: free."""

    op: Literal["pad_channels"]
    channels: Size
    """Channels of the output."""


class Repeat(LayerBase):
    """The channels of the input several times: free."""

    op: Literal["repeat"]
    times: Annotated[int, Field(ge=1, le=10**6)]
    """How many times."""


class Upsample(LayerBase):
    """Every position repeated: free."""

    op: Literal["upsample"]
    factor: Window
    """How many times in height and width."""


class Permute(LayerBase):
    """Channels in another order, as by a channel shuffle: a sparse product (M9, R9)."""

    op: Literal["permute"]
    weight: Vector = Vector()
    """The ones of the permutation matrix."""
    same_as: LayerName | None = None
    """The layer that stores the same permutation; then nothing is stored here."""
