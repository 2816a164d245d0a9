"""numpy's npz: a zip of arrays, each with a header of text; deflated members are inflated."""

import re
import zlib
from math import prod

from micronet_spec.checkpoint.archive import DEFLATED, Member, part
from micronet_spec.checkpoint.budget import Budget
from micronet_spec.checkpoint.collect import Collector, Extent, Geometry, contiguous
from micronet_spec.checkpoint.formats import FORMATS, bits_of
from micronet_spec.checkpoint.refusal import malformed, short, unsafe, within
from micronet_spec.checkpoint.sums import Sums, compare

ENDING = ".npy"
_MAGIC = b"\x93NUMPY"
_LENGTH_BYTES = {1: 2, 2: 4, 3: 4}
"""Bytes of the header's length, by version."""
_HEADER = re.compile(
    rb"\{'descr': (?P<descr>'[^']*'|\[.*\]), 'fortran_order': (?P<order>True|False), "
    rb"'shape': \((?P<shape>(?:\d{1,19}, ?)*(?:\d{1,19})?)\),? ?\}\s*"
)
_PLAIN = ["float64", "float32", "float16"]
_PLAIN += [f"{sign}int{8 * size}" for sign in ("", "u") for size in (1, 2, 4, 8)]
_DTYPES = {FORMATS[name].view: name for name in _PLAIN} | {
    "b1": "bool",
    "c8": "complex64",
    "c16": "complex128",
}


def read(
    file: memoryview, members: dict[str, Member], collector: Collector, budget: Budget
) -> None:
    """Add the arrays of an npz; raise `RefusedError`."""
    deflated = [member for member in members.values() if member.method == DEFLATED]
    expanded = sum(member.size for member in deflated)
    within(expanded, budget.expanded_bytes, "bytes when inflated")
    most = max(budget.expanded_freely, budget.expansion * len(file))
    within(expanded, most, f"bytes out of a file of {len(file):,}")
    collector.sums = Sums(file, members.values())
    for member in members.values():
        if not member.name.endswith(ENDING):
            collector.ignored.append(f"`{short(member.name)}`, which is no array")
            continue
        data = _inflated(file, member) if member.method == DEFLATED else part(file, member)
        _add(member, data, collector, budget)


def _inflated(file: memoryview, member: Member) -> memoryview:
    """Return the bytes of a deflated member, never more than it was said to have."""
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = machine.decompress(part(file, member), member.size + 1)
    except zlib.error:
        raise malformed(f"`{short(member.name)}` cannot be inflated") from None
    if len(data) != member.size or not machine.eof or machine.unused_data:
        raise unsafe(f"`{short(member.name)}` does not have the {member.size:,} bytes it should")
    compare(member, data)
    return memoryview(data)


def _add(member: Member, data: memoryview, collector: Collector, budget: Budget) -> None:
    name = member.name.removesuffix(ENDING)
    descr, order, shape, start = _header(name, data, budget)
    extent = Extent(data[start:], member.start + start, big_endian=descr[:1] == b">")
    if b"O" in descr:
        raise unsafe(f"`{short(name)}` is an array of objects: a pickle")
    kind = descr[1:].decode(errors="replace")
    dtype = _DTYPES.get(kind)
    if dtype is None or descr[:1] not in {b"<", b">", b"|", b"="}:
        collector.leave(name, f"numpy's type `{short(descr.decode(errors='replace'))}` is not read")
        return
    if prod(shape) * bits_of(dtype) != 8 * len(extent.data):
        raise unsafe(
            f"`{short(name)}` has {prod(shape):,} {dtype} values in {len(extent.data):,} bytes"
        )
    strides = tuple(reversed(contiguous(shape[::-1]))) if order == b"True" else None
    collector.add(name, dtype, extent, Geometry(shape, strides))


def _header(
    name: str, data: memoryview, budget: Budget
) -> tuple[bytes, bytes, tuple[int, ...], int]:
    """Return type, order and shape of an array, and where its values begin."""
    prefix = bytes(data[: len(_MAGIC) + 1])
    count = _LENGTH_BYTES.get(prefix[-1], 0) if prefix.startswith(_MAGIC) else 0
    first = len(_MAGIC) + 2
    start = first + count
    if not count or len(data) < start:
        raise malformed(f"`{short(name)}` is no array of numpy")
    length = int.from_bytes(data[first:start], "little")
    within(length, budget.header_bytes, "bytes of header")
    text = bytes(data[start : start + length])
    match = _HEADER.fullmatch(text)
    if match is None or len(text) != length:
        raise malformed(f"the header of `{short(name)}` cannot be read")
    shape = tuple(int(size) for size in match["shape"].replace(b",", b" ").split())
    within(len(shape), budget.dimensions, f"dimensions of `{short(name)}`")
    return match["descr"].strip(b"'"), match["order"], shape, start + length
