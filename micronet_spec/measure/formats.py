"""Number formats of stored tensors: what their bits mean."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_BYTE = 8


class UnknownFormatError(ValueError):
    """A format whose values are not understood."""


@dataclass(frozen=True)
class Format:
    """A number format. Its codes are unsigned for floats, and the values themselves for integers.

    A float has a sign bit, `exponent` bits and the rest of its bits as mantissa.
    """

    name: str
    bits: int
    exponent: int = 0
    """0 for an integer."""
    bias: int = 0
    signed: bool = True
    top: Literal["ieee", "nan", "zero is nan", "finite", "power"] = "ieee"
    """What the topmost exponent means: infinity and NaN; NaN for the last code alone; nothing,
    with NaN in place of -0; nothing; or that the format is an exponent alone, without sign, zero
    and mantissa, whose last code is NaN."""

    @property
    def is_float(self) -> bool:
        """Whether it is a floating point format."""
        return self.exponent > 0

    @property
    def mantissa(self) -> int:
        """Bits of a float's mantissa, without the leading one that is not stored."""
        return self.bits - 1 - self.exponent

    @property
    def is_wide(self) -> bool:
        """Whether it is a float with too many codes for a table of them."""
        return self.is_float and self.bits > _BYTE

    @property
    def infinity(self) -> int:
        """The code of infinity of an IEEE format."""
        return ((1 << self.exponent) - 1) << self.mantissa

    @cached_property
    def table(self) -> NDArray[np.float64]:
        """The value of every code of a format of at most 16 bits."""
        codes = np.arange(1 << self.bits)
        if self.top == "power":
            return np.where(codes == codes[-1], np.nan, np.ldexp(1.0, codes - self.bias))
        sign, magnitude = codes >> (self.bits - 1), codes & ((1 << (self.bits - 1)) - 1)
        exponent, mantissa = magnitude >> self.mantissa, magnitude & ((1 << self.mantissa) - 1)
        normal = exponent > 0
        leading = normal.astype(np.int64) << self.mantissa
        power = np.maximum(exponent, 1) - self.bias - self.mantissa
        values: NDArray[np.float64] = np.ldexp((leading + mantissa).astype(np.float64), power)
        if self.top == "ieee":
            values[magnitude == self.infinity] = np.inf
            values[magnitude > self.infinity] = np.nan
        elif self.top == "nan":
            values[magnitude == magnitude.max()] = np.nan
        values[sign > 0] *= -1
        if self.top == "zero is nan":
            values[1 << (self.bits - 1)] = np.nan
        return values

    def denormals(self) -> NDArray[np.bool_]:
        """Tell of every code of the table whether it is a denormal."""
        magnitude = np.arange(1 << self.bits) & ((1 << (self.bits - 1)) - 1)
        if self.top == "power":
            return np.zeros(magnitude.size, bool)
        denormal: NDArray[np.bool_] = (magnitude > 0) & (magnitude >> self.mantissa == 0)
        return denormal

    def values(self, codes: Array) -> Array:
        """Return the values of codes: integers as they are, floats as float64."""
        if not self.is_float:
            return codes
        if not self.is_wide:
            return self.table[codes]
        native = codes.view(self.name) if self.name in _NATIVE else _as_float32(codes)
        with np.errstate(invalid="ignore"):  # a NaN may be of the kind that signals
            return native.astype(np.float64)


def _as_float32(bfloat16: Array) -> Array:
    return (bfloat16.astype(np.uint32) << 16).view(np.float32)


_NATIVE = ("float16", "float32", "float64")

FORMATS = {
    known.name: known
    for known in (
        Format("float64", 64, 11, 1023),
        Format("float32", 32, 8, 127),
        Format("float16", 16, 5, 15),
        Format("bfloat16", 16, 8, 127),
        Format("float8_e5m2", 8, 5, 15),
        Format("float8_e5m2fnuz", 8, 5, 16, top="zero is nan"),
        Format("float8_e4m3fn", 8, 4, 7, top="nan"),
        Format("float8_e4m3fnuz", 8, 4, 8, top="zero is nan"),
        Format("float8_e8m0fnu", 8, 8, 127, signed=False, top="power"),
        Format("float4_e2m1fn", 4, 2, 1, top="finite"),
        Format("bool", 1, signed=False),
        *(Format(f"int{bits}", bits) for bits in (2, 4, 8, 16, 32, 64)),
        *(Format(f"uint{bits}", bits, signed=False) for bits in (2, 4, 8, 16, 32, 64)),
    )
}


def codes_of(data: Array, dtype: str, shape: tuple[int, ...]) -> tuple[Format, Array]:
    """Return the format of a tensor and its codes, in its shape.

    A view of `data` but for packed formats, of which the first element is in the lowest bits of a
    byte. Raises `UnknownFormatError`.
    """
    form = FORMATS.get(dtype)
    if form is None:
        raise UnknownFormatError(f"values of the format {dtype} are not understood")
    if form.bits < _BYTE and dtype != "bool":
        return form, _unpacked(data.view(np.uint8), form, shape)
    native = data.astype(data.dtype.newbyteorder("="), copy=False)
    if form.is_float or dtype == "bool":
        native = native.view(f"u{native.dtype.itemsize}")
    return form, native.reshape(shape)


def _unpacked(data: Array, form: Format, shape: tuple[int, ...]) -> Array:
    size, each = int(np.prod(shape, dtype=np.int64)), _BYTE // form.bits
    codes = np.empty((data.size, each), np.uint8)
    for place in range(each):
        codes[:, place] = data.reshape(-1) >> (place * form.bits)
    codes &= (1 << form.bits) - 1
    flat = codes.reshape(-1)[:size].reshape(shape)
    if form.is_float or not form.signed:
        return flat
    half = 1 << (form.bits - 1)
    return ((flat ^ half) - half).view(np.int8)
