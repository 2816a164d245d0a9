"""Where an ONNX tensor keeps its values: raw, or in a field of its type."""

from math import prod

from micronet_spec.checkpoint.collect import Extent
from micronet_spec.checkpoint.formats import FORMATS, bits_of
from micronet_spec.checkpoint.refusal import short, unsafe, unsupported, within
from micronet_spec.checkpoint.wire import BYTES, Field, varints

_TYPE, _RAW = 2, 9
_SEGMENT = 3
_FLOATS, _INT32S, _INT64S, _DOUBLES, _UINT64S = 4, 5, 7, 10, 11
_COUNTED = {_INT32S, _INT64S, _UINT64S}
"""Fields of numbers of any length."""
_VALUES = {_RAW, _FLOATS, _INT32S, _INT64S, _DOUBLES, _UINT64S}
_SIX = 6
_DTYPES = dict(
    enumerate(
        (
            *("float32", "uint8", "int8", "uint16", "int16", "int32", "int64", None, "bool"),
            *("float16", "float64", "uint32", "uint64", "complex64", "complex128", "bfloat16"),
            *("float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz"),
            *("uint4", "int4", "float4_e2m1fn", "float8_e8m0fnu", "uint2", "int2"),
            *("float6_e2m3fn", "float6_e3m2fn"),
        ),
        start=1,
    )
)
"""By `TensorProto.DataType`; 8 is text."""
_FIELDS = {
    "float32": _FLOATS,
    "complex64": _FLOATS,
    "float64": _DOUBLES,
    "complex128": _DOUBLES,
    "int64": _INT64S,
    "uint32": _UINT64S,
    "uint64": _UINT64S,
}
"""The field of values by dtype; all others share the field of int32."""


def dtype_of(found: dict[int, Field]) -> str | None:
    """Return the format of a tensor's values, None if it is text or unknown."""
    return _DTYPES.get(found[_TYPE].value) if _TYPE in found else None


def values(name: str, dtype: str, found: dict[int, Field], start: int, most: int) -> Extent:
    """Return the bytes of a tensor's values; `start` is where the tensor is in the file.

    Numbers of any length, of up to `most` bytes, are made equally long.
    """
    present = _VALUES & found.keys()
    typed = _FIELDS.get(dtype, _INT32S)
    if not present:
        return Extent(memoryview(b""), start)
    if len(present) > 1 or not present <= {_RAW, typed} or _SEGMENT in found:
        raise unsafe(f"the values of `{short(name)}` are there twice, or of another format")
    (number,) = present
    part = found[number]
    if part.kind != BYTES:
        raise unsupported(f"the values of `{short(name)}` are not packed")
    at = start + part.start
    if number == _RAW or number not in _COUNTED:
        return Extent(part.data, at)
    if bits_of(dtype) == _SIX:
        raise unsupported(f"the values of `{short(name)}` are {dtype}, and not raw")
    # Only the low bits of a number count; packed formats give a byte of values with each.
    within(len(part.data), most, f"bytes of numbers of any length in `{short(name)}`")
    numbers = varints(part.data).astype(FORMATS[dtype].view)
    return Extent(memoryview(numbers.tobytes()), at)


def check_length(name: str, dtype: str, shape: tuple[int, ...], extent: Extent) -> None:
    """Refuse a tensor that has more or fewer bytes than its shape."""
    length = -(-prod(shape) * bits_of(dtype) // 8)
    if length != len(extent.data):
        raise unsafe(
            f"`{short(name)}` has {prod(shape):,} {dtype} values in {len(extent.data):,} bytes"
        )
