"""safetensors: a JSON header with offsets, then the bytes of the tensors without gaps."""

import json
import struct
from typing import Any

from micronet_spec.checkpoint.budget import Budget
from micronet_spec.checkpoint.collect import Collector, Extent, Geometry
from micronet_spec.checkpoint.formats import bits_of
from micronet_spec.checkpoint.refusal import malformed, short, unsafe, unsupported, within

_LENGTH = struct.Struct("<Q")
_DTYPES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2": "float8_e5m2",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
    "F8_E8M0": "float8_e8m0fnu",
    "F6_E2M3": "float6_e2m3fn",
    "F6_E3M2": "float6_e3m2fn",
    "F4": "float4_e2m1fn",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U64": "uint64",
    "U32": "uint32",
    "U16": "uint16",
    "U8": "uint8",
    "BOOL": "bool",
    "C64": "complex64",
}
_KEYS = {"dtype", "shape", "data_offsets"}


def read(file: memoryview, collector: Collector, budget: Budget) -> None:
    """Add the tensors of a safetensors file; raise `RefusedError`."""
    header, start = _header(file, budget)
    metadata = header.pop("__metadata__", None)
    if metadata is not None:
        _note(metadata, collector)
    within(len(header), budget.tensors, "tensors")
    entries = sorted(header.items(), key=lambda item: _offsets(*item))
    position = 0
    for name, entry in entries:
        begin, end = _offsets(name, entry)
        if begin != position:
            raise unsafe(f"the bytes of `{short(name)}` overlap others, or leave a gap")
        position = end
    if start + position != len(file):
        raise unsafe(f"the tensors end at byte {start + position:,}, the file at {len(file):,}")
    for name, entry in entries:
        _add(name, entry, file[start:], start, collector)


def _header(file: memoryview, budget: Budget) -> tuple[dict[str, Any], int]:
    """Return the header, and where the tensors begin."""
    if len(file) < _LENGTH.size:
        raise malformed("the file is cut short in the length of its header")
    (length,) = _LENGTH.unpack_from(file, 0)
    within(length, budget.header_bytes, "bytes of header")
    start = _LENGTH.size + length
    if start > len(file):
        raise malformed("the file is cut short in its header")
    try:
        header = json.loads(
            bytes(file[_LENGTH.size : start]).decode(),
            object_pairs_hook=_unique,
        )
    except (ValueError, RecursionError):
        raise malformed("the header is no JSON") from None
    if not isinstance(header, dict):
        raise malformed("the header is no JSON object")
    return header, start


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise unsafe("a key is in the header twice")
    return found


def _note(metadata: Any, collector: Collector) -> None:
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise malformed("the metadata are no texts")
    for key, text in metadata.items():
        collector.ignored.append(f"metadata {short(key)}: `{short(text)}`")


def _offsets(name: str, entry: Any) -> tuple[int, int]:
    match entry:
        case {"dtype": str(), "shape": list(shape), "data_offsets": [begin, end]} if set(
            entry
        ) == _KEYS and all(type(n) is int and n >= 0 for n in (*shape, begin, end)):
            return begin, end
    raise malformed(f"the header's entry of `{short(name)}` cannot be read")


def _add(name: str, entry: Any, data: memoryview, start: int, collector: Collector) -> None:
    begin, end = _offsets(name, entry)
    dtype = _DTYPES.get(entry["dtype"])
    if dtype is None:
        raise unsupported(f"`{short(name)}` is of the format `{short(entry['dtype'])}`")
    extent = Extent(data[begin:end], start + begin)
    shape = tuple(entry["shape"])
    elements = 1
    for size in shape:
        elements *= size
    if elements * bits_of(dtype) != (end - begin) * 8:
        raise unsafe(f"`{short(name)}` has {elements:,} {dtype} values in {end - begin:,} bytes")
    collector.add(name, dtype, extent, Geometry(shape))
