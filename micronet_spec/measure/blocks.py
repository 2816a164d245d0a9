"""Nonzeros by blocks of output channels x weights of a channel (S2)."""

import numpy as np

from micronet_spec.measure.facts import BlockFacts
from micronet_spec.measure.flags import Flags
from micronet_spec.measure.table import Table


def blocks_of(table: Table, block: tuple[int, int], flags: Flags) -> BlockFacts:
    """Count the flags of every block, ragged edges rounded up."""
    channels, columns = table.shape
    height, width = min(block[0], max(channels, 1)), min(block[1], max(columns, 1))
    across = -(-columns // width)
    blocks, kept, channel_values = 0, 0, list[int]()
    histogram = np.zeros(height * width + 1, np.int64)
    widths = np.minimum(width, columns - np.arange(across) * width)
    for top in range(0, channels, height):
        rows = slice(top, min(top + height, channels))
        found = flags((rows, slice(0, columns))).sum(axis=0, dtype=np.int64)
        counts = np.add.reduceat(found, np.arange(0, columns, width))
        histogram += np.bincount(counts, minlength=len(histogram))
        blocks += across
        kept += int(np.count_nonzero(counts))
        values = int(widths[counts > 0].sum())
        channel_values += [values] * (rows.stop - rows.start)
    pairs = tuple((int(count), int(histogram[count])) for count in np.flatnonzero(histogram))
    return BlockFacts(
        block=block,
        blocks=blocks,
        kept=kept,
        kept_values=sum(channel_values),
        nonzeros=pairs,
        channel_values=tuple(channel_values),
    )
