"""One pass over a tensor: nonzeros of every channel, NaN, infinity, denormals, extremes.

Floats are told apart by their bits, or by comparing them where the processor is seen not to take
denormals for zero: that must not change a count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from micronet_spec.measure.formats import Array, Format
from micronet_spec.measure.table import Place, Table

_PIECE = 1 << 23
"""Bytes of a piece: it is looked at several times while it is in a cache, and long enough that
handing it to a thread does not count."""
_SHORT = 64
"""Values of a channel below which adding up flags is faster than packing them."""


@dataclass(frozen=True)
class Scan:
    """What is in one piece, or in a whole tensor."""

    channel_nonzeros: NDArray[np.int64]
    nan: int
    infinite: int
    denormal: int
    minimum: int | float | None
    maximum: int | float | None


def scan(table: Table) -> Scan:
    """Return what is in a tensor."""

    def look(place: Place) -> tuple[Place, Scan]:
        piece = table.at(place)
        if not table.format.is_float:
            return place, _integers(piece, table.format)
        look_at = _wide if table.format.is_wide else _small
        return place, look_at(piece, table.format)

    nonzeros = np.zeros(table.shape[0], np.int64)
    parts = []
    for (rows, _), part in table.each(look, _PIECE // table.codes.itemsize):
        nonzeros[rows] += part.channel_nonzeros
        parts.append(part)
    return Scan(
        nonzeros,
        sum(part.nan for part in parts),
        sum(part.infinite for part in parts),
        sum(part.denormal for part in parts),
        min(_known(part.minimum for part in parts), default=None),
        max(_known(part.maximum for part in parts), default=None),
    )


def nonzero_flags(piece: Array, form: Format) -> NDArray[np.bool_]:
    """Tell which elements of a piece are not zero."""
    flags: NDArray[np.bool_]
    if not form.is_float:
        flags = piece != 0
    elif form.is_wide:
        flags = piece.view(form.name) != 0 if _tells_denormals(form) else (piece << 1) != 0
    else:
        flags = (form.table != 0)[piece]
    return flags


def row_counts(flags: Array) -> NDArray[np.int64]:
    """Return how many flags of every row are set: bools, or bytes that are not zero."""
    rows, columns = flags.shape
    if rows == 1:
        return np.array([np.count_nonzero(flags)], np.int64)
    counts: NDArray[np.int64]
    if columns < _SHORT:
        counts = np.add.reduce(flags != 0, axis=1, dtype=np.int64)
    else:
        packed = np.packbits(flags, axis=1)
        if packed.shape[1] % 8 == 0:
            packed = packed.view(np.uint64)
        counts = np.bitwise_count(packed).sum(axis=1, dtype=np.int64)
    return counts


def _wide(codes: Array, form: Format) -> Scan:
    """Scan floats of 16 bits or more, of which a view as unsigned integers is given.

    Four extremes of the codes tell what need not be looked for: most tensors have no zero, no
    denormal, no infinity and no NaN.
    """
    ends = _Ends.of(codes)
    nonzeros = np.full(codes.shape[0], codes.shape[1], np.int64)
    denormal = 0
    if ends.has_small(form):
        nonzeros = row_counts(nonzero_flags(codes, form))
        denormal = _smallest(codes, form, ends) - (codes.size - int(nonzeros.sum()))
    low, high = ends.extremes(form)
    greatest = (1 << (form.bits - 1)) - 1
    nan = infinite = 0
    finite: Array = codes
    if max(low & greatest, high & greatest) >= form.infinity:
        magnitude = codes & greatest
        nan = int(np.count_nonzero(magnitude > form.infinity))
        infinite = int(np.count_nonzero(magnitude == form.infinity))
        finite = codes[magnitude < form.infinity]
        low, high = _Ends.of(finite).extremes(form) if finite.size else (0, 0)
    extremes = form.values(np.array([low, high], codes.dtype)) + 0.0
    least, most = (extremes[0].item(), extremes[1].item()) if finite.size else (None, None)
    return Scan(nonzeros, nan, infinite, denormal, least, most)


class _Ends(NamedTuple):
    """The extremes of codes of floats, as unsigned integers and as signed ones."""

    least: int
    most: int
    signed_least: int
    signed_most: int

    @classmethod
    def of(cls, codes: Array) -> "_Ends":
        signed = codes.view(f"i{codes.itemsize}")
        return cls(int(codes.min()), int(codes.max()), int(signed.min()), int(signed.max()))

    def has_small(self, form: Format) -> bool:
        """Tell whether there are zeros or denormals."""
        return self.least < 1 << form.mantissa or self.has_small_negative(form)

    def has_small_negative(self, form: Format) -> bool:
        """Tell whether there are -0.0 or negative denormals."""
        return self.signed_least < (1 << form.mantissa) - (1 << (form.bits - 1))

    def extremes(self, form: Format) -> tuple[int, int]:
        """Return the codes of the least and the greatest float, NaN beyond infinity."""
        sign = 1 << (form.bits - 1)
        if self.most < sign:  # none is negative
            return self.least, self.signed_most
        return self.most, self.least if self.signed_most < 0 else self.signed_most


def _smallest(codes: Array, form: Format, ends: _Ends) -> int:
    """Return the number of zeros and denormals."""
    sign, limit = 1 << (form.bits - 1), 1 << form.mantissa
    small = int(np.count_nonzero(codes < limit))
    if ends.has_small_negative(form):
        small += int(np.count_nonzero((codes >= sign) & (codes < sign + limit)))
    return small


def _tells_denormals(form: Format) -> bool:
    """Tell whether comparing numbers of a format is fast, and takes no denormal for zero here.

    The latter is a state of the thread, which any library may have set.
    """
    if form.name not in {"float32", "float64"}:
        return False
    least = np.ones(1, f"u{form.bits // 8}")
    return bool((least.view(form.name) != 0)[0])


def _small(codes: Array, form: Format) -> Scan:
    """Scan floats of at most 8 bits, of which every code has a place in a table."""
    count = np.bincount(codes.reshape(-1), minlength=form.table.size)
    finite = form.table[(count > 0) & np.isfinite(form.table)] + 0.0
    return Scan(
        row_counts(nonzero_flags(codes, form)),
        int(count[np.isnan(form.table)].sum()),
        int(count[np.isinf(form.table)].sum()),
        int(count[form.denormals()].sum()),
        finite.min().item() if finite.size else None,
        finite.max().item() if finite.size else None,
    )


def _integers(values: Array, form: Format) -> Scan:
    least, most = int(values.min()), int(values.max())
    flags = values if values.itemsize == 1 else nonzero_flags(values, form)
    return Scan(row_counts(flags), 0, 0, 0, least, most)


def _known(numbers: Iterable[int | float | None]) -> list[int | float]:
    return [number for number in numbers if number is not None]
