"""All facts of one tensor."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from micronet_spec.checkpoint.tensor import Quantization, StoredTensor
from micronet_spec.measure.blocks import blocks_of
from micronet_spec.measure.facts import Grid, TensorFacts
from micronet_spec.measure.flags import above_zero, by_channel, not_zero
from micronet_spec.measure.grid import Rows, grid_of
from micronet_spec.measure.inputs import input_nonzeros
from micronet_spec.measure.levels import Levels, levels
from micronet_spec.measure.scan import Scan, scan
from micronet_spec.measure.table import Table, places, table_of
from micronet_spec.measure.width import fewest, saves

FEW = 256
"""Distinct values up to which a histogram is kept."""
_TRIED = 4
"""Output channels that are tried before all of them are."""
_TOGETHER, _LONGEST = 64, 1 << 18
"""Output channels of which steps are sought together, and how many values they have at most."""


def measure(tensor: StoredTensor, *, blocks: Sequence[tuple[int, int]] = ()) -> TensorFacts:
    """Return what a tensor contains, with `blocks` for every block shape that is asked for.

    Needs memory for a few pieces, and a byte per element of packed formats. Raises
    `UnknownFormatError`.
    """
    table, kept = table_of(tensor), tensor.quantization
    seen = scan(table)
    found = levels(table)
    grid = _grid(kept, table, seen, found)
    nonzeros = int(seen.channel_nonzeros.sum())
    bits, representation = fewest(table.format, table.size, nonzeros, found, grid)
    return TensorFacts(
        name=tensor.name,
        dtype=tensor.dtype,
        shape=tensor.shape,
        values=table.size,
        nonzeros=nonzeros,
        channel_nonzeros=tuple(seen.channel_nonzeros.tolist()),
        input_nonzeros=_inputs(table, tensor.shape) if nonzeros < table.size else (),
        channel_positives=by_channel(table, above_zero(table)) if _is_ternary(found) else (),
        nan=seen.nan,
        infinite=seen.infinite,
        denormal=seen.denormal,
        minimum=seen.minimum,
        maximum=seen.maximum,
        distinct=None if found is None else len(found.values),
        histogram=_histogram(found),
        grid=grid,
        bits=bits if table.size else None,
        representation=representation if table.size else "",
        blocks=tuple(blocks_of(table, block, not_zero(table)) for block in blocks),
        scales=len(kept.scales) if kept else 0,
        zero_points=len(kept.zero_points) if kept and any(kept.zero_points) else 0,
    )


def _inputs(table: Table, shape: tuple[int, ...]) -> tuple[int, ...]:
    return input_nonzeros(table, shape, not_zero(table))


def _is_ternary(found: Levels | None) -> bool:
    """Tell whether there is at most one value of either sign, and one that is not zero."""
    signs = [] if found is None else [sign for sign in np.sign(found.values).tolist() if sign]
    return bool(signs) and len(signs) == len(set(signs))


def _histogram(found: Levels | None) -> tuple[tuple[int | float, int], ...]:
    if found is None or len(found.values) > FEW or not np.isfinite(found.values).all():
        return ()
    return tuple(zip(found.values.tolist(), found.counts.tolist(), strict=True))


def _grid(
    quantization: Quantization | None, table: Table, seen: Scan, found: Levels | None
) -> Grid | None:
    if seen.minimum is None or seen.maximum is None or seen.nan or seen.infinite:
        return None
    nonzeros = int(seen.channel_nonzeros.sum())
    if not table.format.is_float:
        return _integer_grid(quantization, int(seen.minimum), int(seen.maximum), found)
    if found is not None:
        grid = grid_of([found.values[None, :]], table.format)
        if grid and saves(grid, table.format, nonzeros):
            return grid
    grid = _channel_grid(table)
    return grid if grid and saves(grid, table.format, nonzeros) else None


def _integer_grid(
    quantization: Quantization | None, least: int, most: int, found: Levels | None
) -> Grid:
    if quantization is not None:
        axis = quantization.axis
        return Grid(steps=quantization.scales, least=least, most=most, axis=axis)
    values = [] if found is None else found.values.tolist()
    step = math.gcd(*values) if len(values) > 1 else 1
    return Grid(steps=(step,), least=least // step, most=most // step)


def _channel_grid(table: Table) -> Grid | None:
    """Seek a step for every output channel; one that is very long is not taken for quantized."""
    channels, columns = table.shape
    if channels == 1 or columns == 1 or columns > _LONGEST:
        return None
    tried = np.linspace(0, channels - 1, min(_TRIED, channels)).astype(np.int64)
    some = table.format.values(table.codes[tried])
    if grid_of([some], table.format, axis=0) is None:
        return None
    return grid_of(_channels(table), table.format, axis=0)


def _channels(table: Table) -> Iterator[Rows]:
    channels, columns = table.shape
    for place in places(channels, columns, min(_LONGEST, columns * _TOGETHER)):
        yield table.format.values(table.codes[place])
