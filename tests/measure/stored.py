"""Tensors as a reader hands them out."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from micronet_spec.checkpoint.tensor import Quantization, StoredTensor


def stored(
    values: ArrayLike, dtype: str = "float32", quantization: Quantization | None = None
) -> StoredTensor:
    """Return a tensor of a format that numpy has."""
    return raw(np.array(values, dtype), dtype, quantization=quantization)


def raw(
    data: NDArray[Any],
    dtype: str,
    shape: tuple[int, ...] | None = None,
    quantization: Quantization | None = None,
) -> StoredTensor:
    """Return a tensor of raw bits."""
    data.setflags(write=False)
    shape = data.shape if shape is None else shape
    return StoredTensor("weight", dtype, shape, data, (id(data), data.nbytes), quantization)
