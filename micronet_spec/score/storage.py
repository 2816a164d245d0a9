"""Tensors to stored items, and how many terms each output channel sums."""

import math
from collections import Counter
from collections.abc import Sequence

from micronet_spec.manifest.tensors import DenseTensor, MaskedTensor
from micronet_spec.score.items import Stored

Terms = dict[int, int]
"""How many output channels sum how many products: `{terms: channels}`."""


def mask_bits(shape: Sequence[int], block: Sequence[int] | None = None) -> int:
    """Return the bits of a mask: one per element, or per block, ragged edges rounded up (S2)."""
    sizes = block or [1] * len(shape)
    return math.prod(-(-size // step) for size, step in zip(shape, sizes, strict=True))


def store_weight(
    tensor: DenseTensor | MaskedTensor, rows: int, columns: int, bits: int
) -> list[Stored]:
    """Return the items of a weight tensor of `rows` output channels x `columns` weights."""
    if isinstance(tensor, DenseTensor):
        factors = ((rows, "output channels"), (columns, "weights each"))
        return [Stored("weights", factors, bits, ("S1", "R10"))]
    mask = mask_bits((rows, columns))
    return [
        Stored("nonzero weights", ((nonzeros(tensor), "nonzeros"),), bits, ("S2",)),
        Stored("mask", ((mask, "elements"),), 1, ("S2",)),
    ]


def nonzeros(tensor: MaskedTensor) -> int:
    """Return the number of nonzero values of `tensor`."""
    return tensor.nonzero if isinstance(tensor.nonzero, int) else sum(tensor.nonzero)


def terms_per_channel(tensor: DenseTensor | MaskedTensor, rows: int, columns: int) -> Terms:
    """Return how many products each output channel sums.

    A count for the whole tensor is spread evenly: then no channel is empty that need not be.
    That changes neither the multiplies nor, where no channel is really empty, the additions of
    fixed width; an adder tree needs counts per channel (`is_exact`).
    """
    if isinstance(tensor, DenseTensor):
        return {columns: rows}
    if isinstance(tensor.nonzero, tuple):
        return dict(Counter(tensor.nonzero))
    each, more = divmod(tensor.nonzero, rows)
    return {terms: n for terms, n in ((each + 1, more), (each, rows - more)) if n}


def is_exact(tensor: DenseTensor | MaskedTensor, rows: int, columns: int) -> bool:
    """Tell whether the terms of every single channel are known."""
    if isinstance(tensor, DenseTensor) or isinstance(tensor.nonzero, tuple):
        return True
    return tensor.nonzero in {0, rows * columns}
