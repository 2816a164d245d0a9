"""The facts that are measured on one tensor, as they are kept in an evidence record."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar


class Facts:
    """A part of an evidence record, which is closed to unknown keys."""

    # The evidence record is validated with pydantic, for which the process that reads has no time.
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}


@dataclass(frozen=True)
class Grid(Facts):
    """Values that are whole multiples of a step: value = level * step."""

    steps: tuple[float, ...]
    """One for the tensor, or one per index of `axis`; 0 where every value is zero."""
    least: int
    """The least level."""
    most: int
    """The greatest level."""
    axis: int | None = None
    """The axis that steps run along: 0 for output channels; None for one step."""
    exact: bool = True
    """Whether level * step, rounded to the tensor's format, is the value; else it is within two
    units in the last place, as when a scale was applied in more than one operation."""

    @property
    def power_of_two(self) -> bool:
        """Whether every step is a power of two, so that a shift applies it."""
        return all(step == 0 or math.frexp(step)[0] == 1 / 2 for step in self.steps)

    @property
    def bits(self) -> int:
        """Bits of an integer that holds every level: two's complement if one is negative."""
        return integer_bits(self.least, self.most)


@dataclass(frozen=True)
class BlockFacts(Facts):
    """Nonzeros by blocks of output channels x weights of a channel; ragged edges round up (S2)."""

    block: tuple[int, int]
    blocks: int
    """Number of blocks."""
    kept: int
    """Blocks with a nonzero."""
    kept_values: int
    """Values in those blocks: what block-sparse storage holds."""
    nonzeros: tuple[tuple[int, int], ...]
    """Pairs (nonzeros, blocks): so many blocks have so many nonzeros each."""
    channel_values: tuple[int, ...] = ()
    """Values in kept blocks, of every output channel."""


@dataclass(frozen=True)
class TensorFacts(Facts):
    """What one tensor contains. An output channel is an index of its first axis."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    values: int
    """Number of elements."""
    nonzeros: int
    """Elements that are not zero; -0.0 is zero, denormals and NaN are not."""
    channel_nonzeros: tuple[int, ...]
    """Nonzeros of every output channel; of a tensor without axes, of its one value."""
    input_nonzeros: tuple[int, ...] = ()
    """Nonzeros of every input channel, an index of the second axis; left out if none is zero."""
    channel_positives: tuple[int, ...] = ()
    """Values above zero of every output channel, if it has at most one value of either sign."""
    nan: int = 0
    infinite: int = 0
    denormal: int = 0
    minimum: int | float | None = None
    """The least finite value; None if there is none."""
    maximum: int | float | None = None
    """The greatest finite value."""
    distinct: int | None = None
    """Distinct values (of a quantized tensor: levels); None if a bounded sample already has more
    than can be codes."""
    histogram: tuple[tuple[int | float, int], ...] = ()
    """Pairs (value, elements) in order of value, if there are few and all are finite. Of a
    quantized tensor the values are levels: code - zero point."""
    grid: Grid | None = None
    """The uniform grid that the values lie on, if they do and it says more than they do."""
    bits: int | None = None
    """Fewest bits that represent every value exactly, in the representation below."""
    representation: str = ""
    """How: see `micronet_spec.measure.width`."""
    blocks: tuple[BlockFacts, ...] = ()
    """For every block shape that was asked for."""
    scales: int = 0
    """Scales that the file keeps with a quantized tensor."""
    zero_points: int = 0
    """Zero points that it keeps; none if all of them are zero."""
    digest: str = ""
    """SHA-256 of dtype, shape and bytes; empty if no other tensor could be equal."""
    same_values_as: str | None = None
    """The earlier tensor of the same dtype, shape and bytes, be it stored twice or tied."""
    same_storage_as: str | None = None
    """The earlier tensor that views the same bytes of the file."""

    @property
    def dead_channels(self) -> tuple[int, ...]:
        """Output channels without a nonzero."""
        return tuple(index for index, count in enumerate(self.channel_nonzeros) if not count)


@dataclass(frozen=True)
class MaskFacts(Facts):
    """What a stored mask leaves of a tensor, and where the two disagree."""

    values: str
    """Name of the tensor of values."""
    mask: str
    """Name of the mask."""
    is_binary: bool
    """Whether every element of the mask is 0 or 1."""
    kept: int
    """Elements where the mask is not zero."""
    nonzeros: int
    """Nonzero values where the mask is not zero."""
    channel_nonzeros: tuple[int, ...]
    """The same, of every output channel."""
    masked_nonzeros: int
    """Nonzero values where the mask is zero: what a program that forgets the mask would use."""
    input_nonzeros: tuple[int, ...] = ()
    """Nonzeros that are left, of every input channel."""
    channel_positives: tuple[int, ...] = ()
    """Values above zero that are left, of every output channel."""
    blocks: tuple[BlockFacts, ...] = ()
    """Blocks of what is left, for every block shape that was asked for."""

    @property
    def kept_zeros(self) -> int:
        """Zeros where the mask is not zero: stored, though they need not be."""
        return self.kept - self.nonzeros


def integer_bits(least: int, most: int) -> int:
    """Return the bits of an integer from `least` to `most`: two's complement if `least` < 0."""
    if least < 0:
        return max((-least - 1).bit_length(), max(most, 0).bit_length()) + 1
    return most.bit_length()
