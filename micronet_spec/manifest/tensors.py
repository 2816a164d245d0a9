"""Number formats, and tensors as they are stored."""

from typing import Annotated, Literal

from pydantic import Field

from micronet_spec.manifest.types import (
    ByField,
    ByForm,
    ByKey,
    Count,
    FormatName,
    LayerName,
    Listed,
    Model,
    Sha256,
    Share,
    Size,
    Text,
    Width,
)


class IntegerFormat(Model):
    """Integer codes: two's complement if signed."""

    kind: Literal["integer"]
    bits: Width
    """Width in which operations read a value; a mean width may be a fraction."""
    up_to: Width | None = None
    """The most that `bits` can be, where nobody published it; then `bits` is the least."""
    signed: bool
    """Whether negative codes exist; decides the width of an adder tree (R3)."""
    sign_bit: bool = False
    """Whether the sign is a bit of its own, as in sign and magnitude (M5)."""
    stored_bits: Width | None = None
    """Width in which a value is stored, if not `bits`."""


class FloatFormat(Model):
    """Floating point, with a sign bit of its own."""

    kind: Literal["float"]
    bits: Width
    """Width in which operations read a value."""
    stored_bits: Width | None = None
    """Width in which a value is stored, if not `bits`."""


class BinaryFormat(Model):
    """-1 and 1, one bit. Under a mask it is ternary, mask and sign (M5)."""

    kind: Literal["binary"]


class CodebookFormat(Model):
    """An index into a list of values, or of blocks of values, stored with the tensor (R13)."""

    kind: Literal["codebook"]
    entries: Annotated[int, Field(ge=2, le=2**31)]
    """Entries of the codebook; an index has the fewest bits that name them all."""
    block: Size = 1
    """Values that one index stands for; more than one is product quantization."""
    values: FormatName
    """Format of the values in the codebook, in which operations read them."""


Format = Annotated[IntegerFormat | FloatFormat | BinaryFormat | CodebookFormat, ByField("kind")]


class Between(Model):
    """A count that nobody published, between two bounds."""

    at_least: Count = 0
    """The least it can be."""
    at_most: Count | None = None
    """The most it can be; default: every value of the tensor."""


class PerChannel(Model):
    """Nonzeros of output channels as a histogram."""

    per_channel: Annotated[
        tuple[Annotated[tuple[Count, Size], Listed], ...],
        Listed,
        Field(min_length=1, max_length=1_000_000),
    ]
    """Pairs `[nonzeros, channels]`: so many channels have so many nonzeros each."""


class Nominal(Model):
    """A nominal sparsity in place of counted nonzeros; never exact."""

    sparsity: Share
    """Share of zeros."""


class Sidecar(Model):
    """Nonzeros per output channel in a JSON file beside the manifest."""

    file: Text
    """Name of the file, which holds a list of counts, or such lists by name."""
    sha256: Sha256
    """Digest of the file."""
    tensor: Text | None = None
    """Name of the list in the file, if it holds several."""


Nonzeros = Annotated[
    Count
    | Literal["unknown"]
    | Annotated[tuple[Count, ...], Listed, Field(min_length=1, max_length=1_000_000)]
    | Annotated[
        PerChannel | Nominal | Sidecar | Between, ByKey(("per_channel", "sparsity", "file"))
    ],
    ByForm(),
]
"""Nonzero values of a tensor: one count, one per output channel, bounds, or `unknown`."""

ChannelNonzeros = Annotated[
    Annotated[tuple[Count, ...], Listed, Field(min_length=1, max_length=1_000_000)]
    | Annotated[PerChannel | Sidecar, ByKey(("per_channel",))],
    ByForm(),
]
"""Nonzero values of every output channel."""

Amount = Annotated[Count | Literal["unknown"] | Between, ByForm()]
"""A count, bounds, or `unknown`."""

KnownAmount = Annotated[Count | Between, ByForm()]
"""A count, or bounds."""


class TensorBase(Model):
    """What every stored tensor has."""

    tensor: Text | None = None
    """Its key in the checkpoint."""
    format: FormatName | None = None
    """Name of its number format; default: `numerics.defaults`."""
    same_as: LayerName | None = None
    """The layer that stores the same values, transposed or not; nothing is stored here (S1)."""


class DenseTensor(TensorBase):
    """Every value is stored, and no operation is skipped for a zero (S2)."""

    store: Literal["dense"] = "dense"
    channel_formats: Annotated[
        tuple[Annotated[tuple[FormatName, Size], Listed], ...], Listed, Field(max_length=64)
    ] = ()
    """Pairs `[format, channels]` where output channels differ in format; instead of `format`."""
    tiled: Size = 1
    """How many times the stored values repeat to fill the tensor; stored once (S1)."""


class MaskedTensor(TensorBase):
    """Nonzero values, and a mask of one bit per element (S2)."""

    store: Literal["mask"]
    nonzero: Nonzeros
    """How many values are not zero."""


class BlockMaskedTensor(TensorBase):
    """Blocks that are not all zero, and a mask of one bit per block (S2)."""

    store: Literal["block_mask"]
    block: Annotated[tuple[Size, Size], Listed]
    """Output channels x weights of a channel in one block; ragged edges round up."""
    blocks: Amount
    """How many blocks are kept; every value of a kept block is stored."""
    weights: ChannelNonzeros | None = None
    """Weights in kept blocks, per output channel; default: spread evenly, whole blocks first."""


class TwoMaskTensor(TensorBase):
    """Ternary with a centroid of its own for each sign: two masks, two sums, two products."""

    store: Literal["two_masks"]
    positive: Nonzeros
    """Values at the positive centroid."""
    negative: Nonzeros
    """Values at the negative centroid."""


Tensor = Annotated[
    DenseTensor | MaskedTensor | BlockMaskedTensor | TwoMaskTensor,
    ByField("store", default="dense"),
]


class Vector(TensorBase):
    """Values that each have a channel or an element of their own, stored dense."""


class Shift(Model):
    """Values that are added to elements, stored dense."""

    tensor: Text | None = None
    """Its key in the checkpoint."""
    format: FormatName | None = None
    """Name of its number format; default: `numerics.defaults`."""
    accumulator: Width | None = None
    """Width of its addition; default: the challenge's (R3)."""


class Bias(Shift):
    """One value per output channel, added to its sum (R2)."""

    nonzero: Nonzeros | None = None
    """Nonzero values under a mask; default: stored dense."""


class Extra(Model):
    """Further values that inference needs: scales, zero points, thresholds, tables (S1)."""

    what: Text
    """What they are."""
    count: Amount
    """How many values."""
    format: FormatName | None = None
    """Their number format; default: `numerics.defaults.parameter`."""
    tensor: Text | None = None
    """Their key in the checkpoint."""
