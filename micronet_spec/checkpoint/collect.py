"""Turns descriptions of tensors into views, each checked before its bytes are touched."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from micronet_spec.checkpoint.budget import Budget
from micronet_spec.checkpoint.formats import FORMATS, UNREAD, Format
from micronet_spec.checkpoint.refusal import malformed, short, unsafe, within
from micronet_spec.checkpoint.sums import Sums
from micronet_spec.checkpoint.tensor import Checkpoint, Quantization, StoredTensor, Unread


@dataclass(frozen=True, slots=True)
class Extent:
    """Bytes that tensors may view."""

    data: memoryview
    start: int
    """Where they are in the file."""
    big_endian: bool = False


class Geometry(NamedTuple):
    """Where in its extent the values of a tensor lie; strides and offset in elements."""

    shape: tuple[int, ...]
    strides: tuple[int, ...] | None = None
    """None if rows follow each other without gap."""
    offset: int = 0


class Collector:
    """The tensors of one file so far, within its budget."""

    def __init__(self, budget: Budget) -> None:
        self.ignored: list[str] = []
        self.sums = Sums(memoryview(b""), ())
        self._budget = budget
        self._tensors: list[StoredTensor] = []
        self._unread: list[Unread] = []
        self._names: set[str] = set()
        self._elements = 0

    def add(
        self,
        name: str,
        dtype: str,
        extent: Extent,
        geometry: Geometry,
        quantization: Quantization | None = None,
    ) -> None:
        """Add a tensor; raise `RefusedError` if it does not fit into its extent."""
        if dtype in UNREAD:
            self.leave(name, f"{dtype} values are not read")
            return
        self._known(name)
        array, offset = self.view(name, dtype, extent, geometry)
        length = -(-prod(geometry.shape) * FORMATS[dtype].bits // 8)
        storage = (extent.start + offset, length)
        self._tensors.append(
            StoredTensor(name, dtype, geometry.shape, array, storage, quantization)
        )

    def view(
        self, name: str, dtype: str, extent: Extent, geometry: Geometry
    ) -> tuple[NDArray[np.generic], int]:
        """Return a view of a tensor of a format of `formats.py`, and its offset in the extent."""
        self._count(name, geometry.shape)
        kind = FORMATS[dtype]
        make = _packed if kind.bits < 8 else _view  # noqa: PLR2004 (bits of a byte)
        array, offset = make(name, kind, extent, geometry)
        array.flags.writeable = False
        return array, offset

    @property
    def is_empty(self) -> bool:
        """Whether no tensor was found, read or not."""
        return not self._names

    def leave(self, name: str, why: str) -> None:
        """Note a tensor that is not read."""
        self._known(name)
        self._unread.append(Unread(name, why))

    def checkpoint(self, path: Path, kind: str, size: int) -> Checkpoint:
        """Return what was collected."""
        tensors, unread = tuple(self._tensors), tuple(self._unread)
        return Checkpoint(path, kind, size, tensors, self.sums, tuple(self.ignored), unread)

    def _known(self, name: str) -> None:
        if name in self._names:
            raise unsafe(f"two tensors are called `{short(name)}`")
        self._names.add(name)
        within(len(self._names), self._budget.tensors, "tensors")

    def _count(self, name: str, shape: tuple[int, ...]) -> None:
        within(len(shape), self._budget.dimensions, f"dimensions of `{short(name)}`")
        if any(size < 0 for size in shape):
            raise unsafe(f"`{short(name)}` has a negative size")
        # Without its empty dimensions, since numpy multiplies the others as well.
        self._elements += prod(size for size in shape if size)
        within(self._elements, self._budget.elements, "values")


def _packed(
    name: str, kind: Format, extent: Extent, geometry: Geometry
) -> tuple[NDArray[np.uint8], int]:
    """Return the bytes of a tensor whose values share bytes."""
    length = -(-prod(geometry.shape) * kind.bits // 8)
    first = geometry.offset * kind.bits // 8
    if geometry.offset < 0 or first + length > len(extent.data):
        raise unsafe(_outside(name, length, extent))
    return np.frombuffer(extent.data[first : first + length], np.uint8), first


def _view(
    name: str, kind: Format, extent: Extent, geometry: Geometry
) -> tuple[NDArray[np.generic], int]:
    """Return a view of values of whole bytes, and its offset in the extent."""
    strides = geometry.strides
    if strides is None:
        strides = contiguous(geometry.shape)
    if not prod(geometry.shape):
        return np.empty(geometry.shape, kind.numpy()), 0
    _check_strides(name, geometry.shape, strides)
    itemsize = kind.bits // 8
    length = prod(geometry.shape) * itemsize
    first = geometry.offset * itemsize
    if geometry.offset < 0 or first + length > len(extent.data):
        raise unsafe(_outside(name, length, extent))
    array: NDArray[np.generic] = np.ndarray(
        geometry.shape,
        kind.numpy(big_endian=extent.big_endian),
        extent.data,
        first,
        # The stride of a dimension of one is anything, but numpy checks it against the buffer.
        tuple(
            stride * itemsize if size > 1 else 0
            for stride, size in zip(strides, geometry.shape, strict=True)
        ),
    )
    return array, first


def contiguous(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the strides, in elements, of rows that follow each other."""
    strides: list[int] = []
    step = 1
    for size in reversed(shape):
        strides.append(step)
        step *= max(size, 1)
    return tuple(reversed(strides))


def _check_strides(name: str, shape: tuple[int, ...], strides: Sequence[int]) -> None:
    """Refuse strides other than those of a block without gaps, in any order of its axes."""
    if len(strides) != len(shape):
        raise malformed(f"`{short(name)}` has {len(shape)} dimensions and {len(strides)} strides")
    step = 1
    for stride, size in sorted(zip(strides, shape, strict=True)):
        if size == 1:
            continue
        if stride != step:
            raise unsafe(
                f"the strides of `{short(name)}` make its values overlap or leave gaps: "
                f"{stride} where {step} is expected"
            )
        step *= size


def _outside(name: str, length: int, extent: Extent) -> str:
    return f"`{short(name)}` of {length:,} bytes lies outside its {len(extent.data):,} bytes"
