"""A tensor as a table of output channels by values of a channel, taken in pieces."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from micronet_spec.checkpoint.tensor import Quantization, StoredTensor
from micronet_spec.measure.formats import Array, Format, UnknownFormatError, codes_of

PIECE = 1 << 20
"""Elements of a piece: few enough for a cache that cores share, and so many that what Python does
around a piece does not count."""

_Result = TypeVar("_Result")
Place = tuple[slice, slice]


@dataclass(frozen=True)
class Table:
    """Codes by output channel; of integers, the values or (quantized) the levels."""

    format: Format
    codes: Array
    """Two axes: output channels, and the values of a channel in their order."""
    zero: Array | None = None
    """Zero points of a quantized tensor, to be broadcast over the codes."""

    @property
    def shape(self) -> tuple[int, int]:
        """Channels, values of a channel."""
        channels, columns = self.codes.shape
        return channels, columns

    @property
    def size(self) -> int:
        """Number of elements."""
        return int(self.codes.size)

    def at(self, place: Place) -> Array:
        """Return a piece: codes of floats, or integers as int64 less their zero points."""
        piece = self.codes[place]
        if self.zero is None:
            return piece
        rows, columns = self.zero.shape
        zero = self.zero[place[0] if rows > 1 else slice(None)]
        zero = zero[:, place[1] if columns > 1 else slice(None)]
        levels: Array = piece.astype(np.int64) - zero
        return levels

    def each(self, function: Callable[[Place], _Result], size: int = PIECE) -> Iterator[_Result]:
        """Yield the result of `function` for every place, in order, worked out on every core."""
        channels, columns = self.shape
        todo = list(places(channels, columns, size))
        if len(todo) <= 2:  # noqa: PLR2004 - too little to share
            yield from map(function, todo)
            return
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            try:
                yield from threads.map(function, todo)
            finally:
                threads.shutdown(cancel_futures=True)


def table_of(tensor: StoredTensor) -> Table:
    """Return the table of a tensor. Raises `UnknownFormatError`."""
    form, codes = codes_of(tensor.data, tensor.dtype, tensor.shape)
    channels = tensor.shape[0] if tensor.shape else 1
    codes = codes.reshape(channels, codes.size // channels if channels else 0)
    if tensor.quantization is None or form.is_float:
        return Table(form, codes)
    return Table(form, codes, _zero_points(tensor.quantization, tensor.shape))


def places(channels: int, columns: int, size: int = PIECE) -> Iterator[Place]:
    """Yield pieces of at most `size` elements: whole channels where several fit."""
    if columns >= size:
        for row in range(channels):
            for column in range(0, columns, size):
                yield slice(row, row + 1), slice(column, min(column + size, columns))
    elif columns:
        step = size // columns
        for row in range(0, channels, step):
            yield slice(row, min(row + step, channels)), slice(0, columns)


def _zero_points(quantization: Quantization, shape: tuple[int, ...]) -> Array:
    points = np.array([int(point) for point in quantization.zero_points])
    if points.tolist() != list(quantization.zero_points):
        raise UnknownFormatError("zero points that are no whole numbers are not understood")
    if quantization.axis is None or points.size == 1:
        return points[:1].reshape(1, 1)
    if quantization.axis == 0:
        return points.reshape(-1, 1)
    along = [1] * (len(shape) - 1)
    along[quantization.axis - 1] = points.size
    return np.broadcast_to(points.reshape(along), shape[1:]).reshape(1, -1)
