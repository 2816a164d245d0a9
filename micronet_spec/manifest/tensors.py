"""Number formats, and tensors as they are stored."""

from typing import Annotated, Literal

from pydantic import Field

from micronet_spec.manifest.types import (
    Bits,
    ByField,
    ByForm,
    Count,
    FormatName,
    Listed,
    Model,
    Text,
)


class IntegerFormat(Model):
    """Integer codes: two's complement if signed."""

    kind: Literal["integer"]
    bits: Bits
    """Width in which operations read a value."""
    signed: bool
    """Whether negative codes exist; decides the width of an adder tree (R3)."""
    stored_bits: Bits | None = None
    """Width in which a value is stored, if not `bits`."""


class FloatFormat(Model):
    """Floating point with a standalone sign bit."""

    kind: Literal["float"]
    bits: Bits
    """Width in which operations read a value."""
    stored_bits: Bits | None = None
    """Width in which a value is stored, if not `bits`."""

    @property
    def signed(self) -> bool:
        """Floats always have a sign."""
        return True


Format = Annotated[IntegerFormat | FloatFormat, ByField("kind")]

Nonzeros = Annotated[
    Count | Annotated[tuple[Count, ...], Listed, Field(min_length=1, max_length=1_000_000)],
    ByForm(),
]
"""Nonzero values of a tensor: one count, or one count per output channel."""

Accumulator = Annotated[Bits | Literal["tree"], ByForm()]
"""Width of the additions of a sum: n bits, or `tree` (R3)."""


class DenseTensor(Model):
    """Every value is stored, and no operation is skipped for a zero (S2)."""

    store: Literal["dense"] = "dense"
    tensor: Text | None = None
    """Its key in the checkpoint."""
    format: FormatName | None = None
    """Name of its number format; default: `numerics.defaults`."""


class MaskedTensor(Model):
    """Nonzero values, and a mask of one bit per element (S2)."""

    store: Literal["mask"]
    nonzero: Nonzeros
    """How many values are not zero: one count, or one count per output channel."""
    tensor: Text | None = None
    """Its key in the checkpoint."""
    format: FormatName | None = None
    """Name of its number format; default: `numerics.defaults`."""


Tensor = Annotated[DenseTensor | MaskedTensor, ByField("store", default="dense")]


class Bias(Model):
    """One value per output channel, added to its sum (R2); stored dense."""

    tensor: Text | None = None
    """Its key in the checkpoint."""
    format: FormatName | None = None
    """Name of its number format; default: `numerics.defaults`."""
    accumulator: Bits | None = None
    """Width of its addition; default: the challenge's (R3)."""
