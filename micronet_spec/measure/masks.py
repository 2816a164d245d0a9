"""What a stored mask leaves of the values it is for."""

import numpy as np

from micronet_spec.checkpoint.tensor import StoredTensor
from micronet_spec.measure.facts import MaskFacts
from micronet_spec.measure.formats import Array
from micronet_spec.measure.inputs import input_nonzeros
from micronet_spec.measure.scan import nonzero_flags, row_counts
from micronet_spec.measure.table import Place, table_of


def masked(values: StoredTensor, mask: StoredTensor) -> MaskFacts:
    """Count what a mask of the same shape keeps.

    Raises `ValueError` if the shapes differ, `UnknownFormatError` for unknown formats.
    """
    if values.shape != mask.shape:
        raise ValueError(f"a mask of the shape {mask.shape} for values of {values.shape}")
    table, stored = table_of(values), table_of(mask)

    def left(place: Place) -> Array:
        return nonzero_flags(stored.at(place), stored.format) & nonzero_flags(
            table.at(place), table.format
        )

    def look(place: Place) -> tuple[Place, bool, list[np.ndarray[tuple[int], np.dtype[np.int64]]]]:
        codes = stored.at(place)
        kept, nonzero = (
            nonzero_flags(codes, stored.format),
            nonzero_flags(table.at(place), table.format),
        )
        binary = bool((stored.format.values(codes[kept]) == 1).all())
        return place, binary, [row_counts(flags) for flags in (kept, kept & nonzero, nonzero)]

    is_binary, counts = True, np.zeros((3, table.shape[0]), np.int64)
    for (rows, _), binary, found in table.each(look):
        is_binary &= binary
        for total, part in zip(counts, found, strict=True):
            total[rows] += part
    kept, both, nonzero = counts.sum(axis=1).tolist()
    return MaskFacts(
        values=values.name,
        mask=mask.name,
        is_binary=is_binary,
        kept=kept,
        nonzeros=both,
        channel_nonzeros=tuple(counts[1].tolist()),
        masked_nonzeros=nonzero - both,
        input_nonzeros=input_nonzeros(table, values.shape, left),
    )
