"""The wire format of protocol buffers: fields of a message, each a view of its bytes.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from micronet_spec.checkpoint.refusal import malformed, unsafe

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_WIDTHS = {FIXED64: 8, FIXED32: 4}
_VARINT_BYTES = 10


class Field(NamedTuple):
    """One field of a message."""

    number: int
    kind: int
    value: int
    """Of a varint."""
    data: memoryview
    """Of any other."""
    start: int
    """Where the data are in the message."""


def fields(message: memoryview) -> Iterator[Field]:
    """Yield the fields of a message in their order; raise `RefusedError`."""
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        kind, value = tag & 7, 0
        if kind == VARINT:
            value, position = _varint(message, position)
            length = 0
        elif kind == BYTES:
            length, position = _varint(message, position)
        elif kind in _WIDTHS:
            length = _WIDTHS[kind]
        else:
            raise malformed(f"a field of the protocol buffer is of the kind {kind}")
        if position + length > len(message):
            raise malformed("a field of the protocol buffer is cut short")
        data = message[position : position + length]
        yield Field(tag >> 3, kind, value, data, position)
        position += length


def text(field: Field) -> str:
    """Return the text of a field."""
    try:
        return bytes(field.data).decode()
    except UnicodeDecodeError:
        raise malformed("a text of the protocol buffer is not UTF-8") from None


def keep(found: dict[int, Field], field: Field) -> None:
    """Note a field that a message has at most once; readers differ in which of two they believe."""
    if field.number in found:
        raise unsafe(f"the field {field.number} of a message is there twice")
    found[field.number] = field


def varints(data: memoryview) -> NDArray[np.uint64]:
    """Return the numbers of a packed field, modulo 2^64."""
    raw = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(raw < 0x80)  # noqa: PLR2004 (the last byte of a number)
    if not raw.size:
        return np.zeros(0, np.uint64)
    if not ends.size or ends[-1] != raw.size - 1:
        raise malformed("a number of the protocol buffer is cut short")
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts + 1
    if lengths.max() > _VARINT_BYTES:
        raise malformed("a number of the protocol buffer is too long")
    places = np.arange(raw.size) - np.repeat(starts, lengths)
    parts = (raw & 0x7F).astype(np.uint64) << (7 * places).astype(np.uint64)
    return np.add.reduceat(parts, starts)


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    value = 0
    for index, byte in enumerate(message[position : position + _VARINT_BYTES]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:  # noqa: PLR2004 (the last byte of a number)
            return value & (2**64 - 1), position + index + 1
    raise malformed("a number of the protocol buffer is cut short, or too long")
