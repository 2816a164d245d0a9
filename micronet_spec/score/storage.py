"""Tensors to stored items, and how many terms each output channel sums."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import or_

from micronet_spec.manifest.tensors import (
    BlockMaskedTensor,
    DenseTensor,
    MaskedTensor,
    Nominal,
    Nonzeros,
    PerChannel,
    Tensor,
    TwoMaskTensor,
)
from micronet_spec.score.items import Factor, Number, Stored
from micronet_spec.score.precision import Precision, Precisions

Terms = dict[Number, int]
"""How many output channels sum how many products: `{terms: channels}`."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Output channels that share a number format, and how many products each sums."""

    precision: Precision
    terms: Terms

    @property
    def products(self) -> Number:
        """Products of all channels at one position."""
        return sum(count * channels for count, channels in self.terms.items())

    @property
    def busy(self) -> int:
        """Channels that sum anything at all (R2)."""
        return sum(channels for count, channels in self.terms.items() if count)


@dataclass(frozen=True, slots=True)
class Busy:
    """Output channels that sum anything at all (R2)."""

    count: int
    which: tuple[bool, ...] | None = None
    """Whether each of them does, where that is known."""

    def either(self, other: "Busy", rows: int, *, often: bool = False) -> "Busy":
        """Return the channels of `rows` that are busy here or there.

        Where it is not known which, they meet as rarely as they can: like counts of a whole
        tensor, which are spread so that no channel is empty that need not be. Or as `often`.
        """
        if self.which is None or other.which is None or len(self.which) != len(other.which):
            if often:
                return Busy(max(self.count, other.count))
            return Busy(min(rows, self.count + other.count))
        which = tuple(map(or_, self.which, other.which))
        return Busy(sum(which), which)


def busy_channels(part: Rows, nonzero: Nonzeros | None) -> Busy:
    """Return the channels of a `part` that has `nonzero` values."""
    if isinstance(nonzero, tuple):
        return Busy(part.busy, tuple(map(bool, nonzero)))
    rows = sum(part.terms.values())
    # All, or none: then it is known which.
    return Busy(part.busy, (part.busy > 0,) * rows if part.busy in {0, rows} else None)


def mask_bits(shape: Sequence[int], block: Sequence[int] | None = None) -> int:
    """Return the bits of a mask: one per element, or per block, ragged edges rounded up (S2)."""
    sizes = block or [1] * len(shape)
    return math.prod(-(-size // step) for size, step in zip(shape, sizes, strict=True))


def weight_rows(tensor: Tensor, rows: int, columns: int, precisions: Precisions) -> list[Rows]:
    """Return the output channels of a tensor of `rows` x `columns`; of two masks, for each sign."""
    precision = precisions.weight(tensor.format)
    if isinstance(tensor, DenseTensor):
        if tensor.channel_formats:
            chosen = ((precisions.weight(name), count) for name, count in tensor.channel_formats)
            return [Rows(precision, {columns: count}) for precision, count in chosen]
        return [Rows(precision, {columns: rows})]
    if isinstance(tensor, MaskedTensor):
        return [Rows(precision, terms_per_channel(tensor.nonzero, rows, columns))]
    if isinstance(tensor, TwoMaskTensor):
        signs = (tensor.positive, tensor.negative)
        return [Rows(precision, terms_per_channel(sign, rows, columns)) for sign in signs]
    return [Rows(precision, _terms_of_blocks(tensor, rows, columns))]


def _terms_of_blocks(tensor: BlockMaskedTensor, rows: int, columns: int) -> Terms:
    """Return how many products each output channel sums where whole blocks are kept.

    Where that is not stated: a block brings all of its channels, and fewer blocks than rows of
    blocks leave channels empty. What a ragged edge stores beyond the tensor is not multiplied, as
    far as that is known.
    """
    if tensor.weights is not None:
        return terms_per_channel(tensor.weights, rows, columns)
    blocks = _known(tensor.blocks)
    kept = kept_values(tensor, (rows, columns), blocks, most=True)
    busy = min(blocks * tensor.block[0], rows)
    terms = terms_per_channel(kept, busy, columns) if busy else {}
    return terms | ({0: rows - busy} if busy < rows else {})


def kept_values(
    tensor: BlockMaskedTensor, shape: tuple[int, int], blocks: int, *, most: bool
) -> int:
    """Return the least or the most weights in so many kept blocks of a tensor of `shape`.

    Blocks at a ragged edge have fewer than the others.
    """
    heights, widths = map(_sizes, shape, tensor.block)
    kinds = [(h * w, m * n) for h, m in heights for w, n in widths]
    values, left = 0, blocks
    for size, count in sorted(kinds, reverse=most):
        values += size * min(left, count)
        left -= min(left, count)
    return values


def _sizes(size: int, step: int) -> tuple[tuple[int, int], ...]:
    """Return sizes of the blocks along an axis, and how many have each."""
    whole = -(-size // step) - 1
    return (step, whole), (size - whole * step, 1)


def stored_weight(tensor: Tensor, rows: int, columns: int, parts: list[Rows]) -> Iterator[Stored]:
    """Yield the items of a weight tensor; none if another layer stores it (S1)."""
    if tensor.same_as:
        return
    elements: Factor = (rows * columns, "elements")
    if isinstance(tensor, TwoMaskTensor):
        yield Stored("masks", (elements, (2, "masks")), 1, ("S2", "R10"))
        yield Stored("centroids", ((2, "signs"),), parts[0].precision.stored, ("S1",))
        return
    if isinstance(tensor, BlockMaskedTensor):
        blocks: Factor = (_known(tensor.blocks), "blocks")
        factors: tuple[Factor, ...] = (blocks, (math.prod(tensor.block), "values each"))
        yield from stored_values("values of kept blocks", factors, parts[0].precision, ("S2",))
        mask: Factor = (mask_bits((rows, columns), tensor.block), "blocks")
        yield Stored("block mask", (mask,), 1, ("S2",))
        return
    if isinstance(tensor, MaskedTensor):
        nonzeros: Factor = (parts[0].products, "nonzeros")
        yield from stored_values("nonzero weights", (nonzeros,), parts[0].precision, ("S2",))
        yield Stored("mask", (elements,), 1, ("S2",))
        return
    for part in parts:
        channels: Factor = (part.busy, "output channels")
        tiles = tensor.tiled
        repeated: tuple[Factor, ...] = ((Fraction(1, tiles), "of it stored"),) if tiles > 1 else ()
        factors = (channels, (columns, "weights each"), *repeated)
        yield from stored_values("weights", factors, part.precision, ("S1", "R10"))


def stored_values(
    what: str, factors: tuple[Factor, ...], precision: Precision, clauses: tuple[str, ...]
) -> Iterator[Stored]:
    """Yield values as such, or as indices and the codebook they index (R13)."""
    book = precision.codebook
    if book is None:
        yield Stored(what, factors, precision.stored, clauses)
        return
    values = math.prod(number for number, _ in factors)
    indices = -(-values // book.block)
    width = (book.entries - 1).bit_length()
    yield Stored(f"indices of {what}", ((indices, "indices"),), width, ("R13",))
    entries = ((book.entries, "entries"), (book.block, "values each"))
    yield Stored("codebook", entries, precision.stored, ("S1", "R13"))


def terms_per_channel(nonzero: Nonzeros, rows: int, columns: int) -> Terms:
    """Return how many products each output channel sums.

    A count for the whole tensor is spread evenly: then no channel is empty that need not be.
    That changes neither the multiplies nor, where no channel is really empty, the additions of
    fixed width; an adder tree needs counts per channel (`is_exact`).
    """
    if isinstance(nonzero, tuple):
        return dict(Counter(nonzero))
    if isinstance(nonzero, PerChannel):
        terms: Terms = {}
        for count, channels in nonzero.per_channel:
            terms[count] = terms.get(count, 0) + channels
        return terms
    if isinstance(nonzero, Nominal):
        return {columns * (1 - nonzero.sparsity): rows}
    each, more = divmod(_known(nonzero), rows)
    return {count: n for count, n in ((each + 1, more), (each, rows - more)) if n}


def is_exact(tensor: Tensor, rows: int, columns: int) -> bool:
    """Tell whether the terms of every single channel are known."""
    if isinstance(tensor, DenseTensor):
        return True
    if isinstance(tensor, TwoMaskTensor):
        return False
    if isinstance(tensor, BlockMaskedTensor):
        return tensor.weights is not None
    if isinstance(tensor.nonzero, int):
        return tensor.nonzero in {0, rows * columns}
    return isinstance(tensor.nonzero, tuple | PerChannel)


def _known(amount: object) -> int:
    """Return a count; the counter never sees an unknown one (`completion.py` fills them in)."""
    assert isinstance(amount, int), amount
    return amount
