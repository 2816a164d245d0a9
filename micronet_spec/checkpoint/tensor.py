"""What a reader hands out: descriptions of tensors, and views of their bytes in the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from micronet_spec.checkpoint.files import release
from micronet_spec.checkpoint.sums import Sums


@dataclass(frozen=True, slots=True)
class Quantization:
    """How a quantized tensor's codes stand for values: (code - zero point) * scale."""

    scales: tuple[float, ...]
    zero_points: tuple[float, ...]
    """Whole numbers, but where torch keeps them as floats."""
    axis: int | None = None
    """The axis that scales and zero points run along; None for one of each."""


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """One tensor of a checkpoint."""

    name: str
    """Its key, with nested keys joined by dots, as in the file."""
    dtype: str
    """Name of the format of its values, such as `float32`, `bfloat16`, `int4`."""
    shape: tuple[int, ...]
    data: NDArray[np.generic]
    """Its values: a read-only view of the file, of the logical shape. Formats that numpy lacks are
    raw bits (`bfloat16` as uint16; `bool` and 8-bit floats as uint8); packed formats of less than
    a byte are a flat array of bytes."""
    storage: tuple[int, int]
    """Offset and length, in bytes, of what it views in the file: equal for tied tensors. Of a
    deflated member, where it lies deflated."""
    quantization: Quantization | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A tensor that the file holds and the reader does not understand."""

    name: str
    why: str


@dataclass(frozen=True)
class Checkpoint:
    """The tensors of one file, in its order."""

    path: Path
    format: str
    """Such as `torch zip`, `torch legacy`, `safetensors`, `npz`, `onnx`."""
    size: int
    """Bytes of the file."""
    tensors: tuple[StoredTensor, ...]
    sums: Sums
    """What is still to be compared before the values of a tensor are believed."""
    ignored: tuple[str, ...] = ()
    """What else the file holds, a few words each: optimizer state, numbers, text."""
    unread: tuple[Unread, ...] = ()
    """Tensors that are missing above: with any of them, the reading is incomplete."""

    def checked(self) -> Iterator[StoredTensor]:
        """Yield every tensor whose bytes have their checksum, and let go of them then.

        Raises `RefusedError`, at the end also for what is no tensor.
        """
        for tensor in self.tensors:
            self.sums.check(tensor.storage[0])
            yield tensor
            release(tensor.data)
        self.sums.check_rest()
