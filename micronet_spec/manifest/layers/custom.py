"""The escape hatch: an op with its items written out."""

from typing import Annotated, Literal

from pydantic import Field

from micronet_spec.manifest.layers.base import LayerBase, Shape
from micronet_spec.manifest.types import Listed, Model, Quantity, Text, Width


class Operation(Model):
    """Operations of one kind and width."""

    kind: Literal["multiply", "add", "compare", "transcendental", "bitwise"]
    """What they are."""
    count: Quantity
    """How many per example, in the mean."""
    up_to: Quantity | None = None
    """The most there can be where nobody published how many; `count` is then the least."""
    bits: Width
    """The largest width they read (M3)."""


class Custom(LayerBase):
    """Anything else, counted by hand; always reported for review."""

    op: Literal["custom"]
    output: Shape
    """Shape of its output."""
    reason: Text
    """What it is, and why no other op says it."""
    operations: Annotated[tuple[Operation, ...], Listed, Field(max_length=1000)] = ()
    """What it computes."""
