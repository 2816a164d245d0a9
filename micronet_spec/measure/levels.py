"""The distinct values of a tensor, given up at the first proof that they are too many for codes."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from micronet_spec.measure.formats import Array, Format
from micronet_spec.measure.table import Place, Table

MOST = 1 << 16
"""Distinct values of codes of 16 bits. Every value of a 16-bit format can be told apart so."""
SAMPLES = (1 << 17, 1 << 20)
"""Elements of the samples that may prove that there are more."""
_RUN = 1 << 10
"""Neighbours in a sample."""


@dataclass(frozen=True)
class Levels:
    """Distinct values in their order, NaN last if there is one, and how often each occurs."""

    values: Array
    counts: NDArray[np.int64]


def levels(table: Table) -> Levels | None:
    """Return the distinct values of a tensor, or levels if quantized; None if more than `MOST`."""
    if any(len(_counted(sample, table.format)[0]) > MOST for sample in _samples(table)):
        return None
    codes, counts = np.empty(0, np.int64), np.empty(0, np.int64)
    for found, often in table.each(partial(_at, table)):
        codes, counts = _merged(codes, counts, found, often)
        if len(codes) > MOST:
            return None
    values = table.format.values(codes)
    order = np.argsort(values)
    values, counts = values[order], counts[order]
    unknown = np.isnan(values) if table.format.is_float else np.zeros(len(values), bool)
    if unknown.any():
        values = np.append(values[~unknown], np.nan)
        counts = np.append(counts[~unknown], counts[unknown].sum())
    return Levels(values, counts)


def _at(table: Table, place: Place) -> tuple[Array, NDArray[np.int64]]:
    return _counted(table.at(place).reshape(-1), table.format)


def _counted(codes: Array, form: Format) -> tuple[Array, NDArray[np.int64]]:
    """Return the distinct codes in their order, -0.0 as zero, and how often each occurs."""
    codes = np.sort(codes)
    first = np.concatenate(([0], np.flatnonzero(codes[1:] != codes[:-1]) + 1))
    counts = np.diff(first, append=codes.size)
    codes = codes[first]
    negative_zero = 1 << (form.bits - 1)
    if form.is_float and form.top != "zero is nan" and negative_zero in codes:
        codes = np.where(codes == negative_zero, codes.dtype.type(0), codes)
        return _merged(codes[:0], counts[:0], codes, counts)
    return codes, counts


def _merged(
    codes: Array, counts: NDArray[np.int64], more: Array, often: NDArray[np.int64]
) -> tuple[Array, NDArray[np.int64]]:
    if not len(codes) and len(more) and (more[1:] > more[:-1]).all():
        return more, often
    both, place = np.unique(np.concatenate((codes.astype(more.dtype), more)), return_inverse=True)
    total = np.zeros(len(both), np.int64)
    np.add.at(total, place, np.concatenate((counts, often)))
    return both, total


def _samples(table: Table) -> Iterator[Array]:
    """Yield samples of runs spread over the tensor, of a tensor that is longer than they."""
    if table.zero is not None or table.format.bits <= 16:  # noqa: PLR2004 - cannot prove it
        return
    flat = table.codes.reshape(-1)
    for size in SAMPLES:
        if flat.size > size:
            starts = np.linspace(0, flat.size - _RUN, size // _RUN).astype(np.int64)
            yield np.concatenate([flat[start : start + _RUN] for start in starts.tolist()])
