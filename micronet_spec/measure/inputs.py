"""Nonzeros by input channel: how many weights read each index of a tensor's second axis."""

import numpy as np
from numpy.typing import NDArray

from micronet_spec.measure.flags import Flags
from micronet_spec.measure.table import Place, Table

_ROWS = 255
"""Flags that a byte can count."""


def input_nonzeros(table: Table, shape: tuple[int, ...], flags: Flags) -> tuple[int, ...]:
    """Return the set flags of every index of the second axis; nothing without such an axis."""
    if len(shape) < 2 or not table.size:  # noqa: PLR2004
        return ()
    totals = np.zeros(table.shape[1], np.int64)

    def look(place: Place) -> tuple[slice, NDArray[np.int64]]:
        found = flags(place)
        counts = np.zeros(found.shape[1], np.int64)
        for first in range(0, len(found), _ROWS):
            counts += np.add.reduce(found[first : first + _ROWS], axis=0, dtype=np.uint8)
        return place[1], counts

    for columns, counts in table.each(look):
        totals[columns] += counts
    return tuple(totals.reshape(shape[1], -1).sum(axis=1).tolist())
