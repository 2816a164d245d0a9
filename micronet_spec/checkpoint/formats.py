"""Number formats that checkpoints store, and how numpy views them."""

from typing import NamedTuple

import numpy as np


class Format(NamedTuple):
    """How the values of a format are stored."""

    bits: int
    """Of one value; formats of less than a byte are packed."""
    view: str
    """The little-endian numpy type of its values, or of its raw bits where numpy lacks it."""

    def numpy(self, *, big_endian: bool = False) -> np.dtype[np.generic]:
        """Return the numpy type that views a file of the given byte order."""
        return np.dtype(self.view).newbyteorder(">" if big_endian else "<")


# A byte of a bool may hold more than 0 and 1, and numpy counts such bytes wrongly.
FORMATS = {
    "float64": Format(64, "f8"),
    "float32": Format(32, "f4"),
    "float16": Format(16, "f2"),
    "bfloat16": Format(16, "u2"),
    "float8_e4m3fn": Format(8, "u1"),
    "float8_e4m3fnuz": Format(8, "u1"),
    "float8_e5m2": Format(8, "u1"),
    "float8_e5m2fnuz": Format(8, "u1"),
    "float8_e8m0fnu": Format(8, "u1"),
    "float6_e2m3fn": Format(6, "u1"),
    "float6_e3m2fn": Format(6, "u1"),
    "float4_e2m1fn": Format(4, "u1"),
    "int64": Format(64, "i8"),
    "int32": Format(32, "i4"),
    "int16": Format(16, "i2"),
    "int8": Format(8, "i1"),
    "int4": Format(4, "u1"),
    "int2": Format(2, "u1"),
    "uint64": Format(64, "u8"),
    "uint32": Format(32, "u4"),
    "uint16": Format(16, "u2"),
    "uint8": Format(8, "u1"),
    "uint4": Format(4, "u1"),
    "uint2": Format(2, "u1"),
    "bool": Format(8, "u1"),
}
"""By the name that a `StoredTensor` gives."""

UNREAD = {"complex32": 32, "complex64": 64, "complex128": 128, "float4_e2m1fn_x2": 8}
"""Bits of formats that are understood but not read."""


def bits_of(dtype: str) -> int:
    """Return the bits of one value."""
    return UNREAD[dtype] if dtype in UNREAD else FORMATS[dtype].bits
