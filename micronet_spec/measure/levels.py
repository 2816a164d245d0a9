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
_NARROW = 2
"""Bytes of codes for which there is room for a counter each."""
Counted = tuple[Array, NDArray[np.int64]]
"""Distinct codes, and how often each occurs."""


@dataclass(frozen=True)
class Levels:
    """Distinct values in their order, NaN last if there is one, and how often each occurs."""

    values: Array
    counts: NDArray[np.int64]


def levels(table: Table) -> Levels | None:
    """Return the distinct values of a tensor, or levels if quantized; None if more than `MOST`."""
    narrow = table.codes.itemsize <= _NARROW and table.zero is None
    found = _of_narrow_codes(table) if narrow else _of_wide_codes(table)
    if found is None:
        return None
    codes, counts = found
    values = table.format.values(codes)
    order = np.argsort(values)
    values, counts = values[order], counts[order]
    unknown = np.isnan(values) if table.format.is_float else np.zeros(len(values), bool)
    if unknown.any():
        values = np.append(values[~unknown], np.nan)
        counts = np.append(counts[~unknown], counts[unknown].sum())
    return Levels(values, counts)


def _of_narrow_codes(table: Table) -> Counted:
    """Count every code of at most two bytes; -0.0 is counted as zero."""
    total = np.zeros(1 << (8 * table.codes.itemsize), np.int64)

    def count(place: Place) -> NDArray[np.int64]:
        codes = table.codes[place].reshape(-1)
        if codes.itemsize == _NARROW:
            return np.bincount(codes.view(np.uint16), minlength=total.size)
        # Counting pairs takes half as long.
        pairs = np.bincount(codes[: codes.size // 2 * 2].view(np.uint16), minlength=1 << 16)
        square = pairs.reshape(total.size, total.size)
        counts = np.bincount(codes[codes.size // 2 * 2 :].view(np.uint8), minlength=total.size)
        counts += square.sum(axis=0) + square.sum(axis=1)
        return counts

    for counts in table.each(count):
        total += counts
    if (negative := _negative_zero(table.format)) is not None:
        total[0] += total[negative]
        total[negative] = 0
    codes = np.flatnonzero(total)
    return codes.astype(f"u{table.codes.itemsize}").view(table.codes.dtype), total[codes]


def _of_wide_codes(table: Table) -> Counted | None:
    for sample in _samples(table):
        if len(_counted(sample, table.format)[0]) > MOST:
            return None
    codes, counts = np.empty(0, np.int64), np.empty(0, np.int64)
    for found, often in table.each(partial(_at, table)):
        codes, counts = _merged(codes, counts, found, often)
        if len(codes) > MOST:
            return None
    return codes, counts


def _at(table: Table, place: Place) -> Counted:
    return _counted(table.at(place).reshape(-1), table.format)


def _counted(codes: Array, form: Format) -> Counted:
    """Return the distinct codes in their order, -0.0 as zero, and how often each occurs."""
    codes = np.sort(codes)
    first = np.concatenate(([0], np.flatnonzero(codes[1:] != codes[:-1]) + 1))
    counts = np.diff(first, append=codes.size)
    codes = codes[first]
    negative = _negative_zero(form)
    if negative is not None and negative in codes:
        codes = np.where(codes == negative, codes.dtype.type(0), codes)
        return _merged(codes[:0], counts[:0], codes, counts)
    return codes, counts


def _merged(
    codes: Array, counts: NDArray[np.int64], more: Array, often: NDArray[np.int64]
) -> Counted:
    if not len(codes) and (more[1:] > more[:-1]).all():
        return more, often
    both, place = np.unique(np.concatenate((codes.astype(more.dtype), more)), return_inverse=True)
    total = np.zeros(len(both), np.int64)
    np.add.at(total, place, np.concatenate((counts, often)))
    return both, total


def _negative_zero(form: Format) -> int | None:
    """Return the code of -0.0, if the format has one."""
    exists = form.is_float and form.top not in {"zero is nan", "power"}
    return 1 << (form.bits - 1) if exists else None


def _samples(table: Table) -> Iterator[Array]:
    """Yield samples of runs spread over the tensor, of a tensor that is longer than they."""
    if table.zero is not None:
        return
    flat = table.codes.reshape(-1)
    for size in SAMPLES:
        if flat.size > size:
            starts = np.linspace(0, flat.size - _RUN, size // _RUN).astype(np.int64)
            yield np.concatenate([flat[start : start + _RUN] for start in starts.tolist()])
