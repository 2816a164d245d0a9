"""Which values of a tensor are not zero, above zero, or left by a mask: a flag for each."""

from collections.abc import Callable

import numpy as np

from micronet_spec.measure.formats import Array
from micronet_spec.measure.scan import nonzero_flags, row_counts
from micronet_spec.measure.table import Place, Table

Flags = Callable[[Place], Array]
"""Flags of a piece of a table."""


def not_zero(table: Table) -> Flags:
    """Flag what is not zero."""
    return lambda place: nonzero_flags(table.at(place), table.format)


def above_zero(table: Table) -> Flags:
    """Flag what is above zero."""

    def flags(place: Place) -> Array:
        codes, form = table.at(place), table.format
        above: Array
        if not form.is_float:
            above = codes > 0
        elif form.is_wide:
            above = nonzero_flags(codes, form) & (codes >> (form.bits - 1) == 0)
        else:
            above = (form.table > 0)[codes]
        return above

    return flags


def left(mask: Flags, flags: Flags) -> Flags:
    """Flag what a mask leaves."""
    return lambda place: mask(place) & flags(place)


def by_channel(table: Table, flags: Flags) -> tuple[int, ...]:
    """Return how many flags of every output channel are set."""
    totals = np.zeros(table.shape[0], np.int64)
    for (rows, _), counts in table.each(lambda place: (place, row_counts(flags(place)))):
        totals[rows] += counts
    return tuple(totals.tolist())
