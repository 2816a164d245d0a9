"""Makes files byte by byte, as an attacker would: pickles, torch files, archives, ONNX models."""

import io
import struct
import zipfile
from collections.abc import Mapping

MAGIC = 0x1950A86A20F9469CFC6C

# Pickles, by opcodes ---------------------------------------------------------------------------


def text(value: str) -> bytes:
    raw = value.encode()
    return b"X" + struct.pack("<I", len(raw)) + raw


def number(value: int) -> bytes:
    raw = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(raw)]) + raw


def sequence(*parts: bytes) -> bytes:
    return b"(" + b"".join(parts) + b"t"


def numbers(*values: int) -> bytes:
    return sequence(*map(number, values))


def name(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


def stack_name(module: str, attribute: str) -> bytes:
    return text(module) + text(attribute) + b"\x93"


def call(function: bytes, *arguments: bytes) -> bytes:
    return function + sequence(*arguments) + b"R"


def mapping(**entries: bytes) -> bytes:
    return b"}(" + b"".join(text(key) + value for key, value in entries.items()) + b"u"


def pickle(value: bytes, protocol: int = 2) -> bytes:
    return b"\x80" + bytes([protocol]) + value + b"."


def storage(key: str, count: int, kind: str = "FloatStorage", *view: bytes) -> bytes:
    parts = [text("storage"), name("torch", kind), text(key), text("cpu"), number(count), *view]
    return sequence(*parts) + b"Q"


def tensor(
    stored: bytes, shape: tuple[int, ...], strides: tuple[int, ...], offset: int = 0
) -> bytes:
    hooks = call(name("collections", "OrderedDict"))
    geometry = (number(offset), numbers(*shape), numbers(*strides))
    return call(name("torch._utils", "_rebuild_tensor_v2"), stored, *geometry, b"\x89", hooks)


GOOD = mapping(w=tensor(storage("0", 4), (2, 2), (2, 1)))
"""A state dict of one tensor of four values."""
VALUES = struct.pack("<4f", 1, 2, 3, 4)

# Files -----------------------------------------------------------------------------------------


def archive(members: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for member, content in members.items():
            made.writestr(zipfile.ZipInfo(member), content, method, compresslevel=9)
    return file.getvalue()


def torch_zip(value: bytes, **storages: bytes) -> bytes:
    """Return a torch zip of a pickled value; storages are called s0, s1 and so on."""
    return archive(zip_members(pickle(value), **storages))


def zip_members(pickled: bytes, **storages: bytes) -> dict[str, bytes]:
    stored = storages or {"s0": VALUES}
    return {
        "a/data.pkl": pickled,
        "a/byteorder": b"little",
        **{f"a/data/{key[1:]}": content for key, content in stored.items()},
        "a/version": b"3\n",
    }


def torch_legacy(
    value: bytes,
    *,
    magic: bytes | None = None,
    about: bytes = b"}",
    keys: bytes | None = None,
    count: int = 4,
) -> bytes:
    listed = b"](" + text("0") + b"e" if keys is None else keys
    parts = (magic or number(MAGIC), number(1001), about, value, listed)
    return b"".join(map(pickle, parts)) + struct.pack("<q", count) + VALUES


def safetensors(header: bytes, data: bytes = b"") -> bytes:
    return struct.pack("<Q", len(header)) + header + data


def npy(descr: str, shape: str, data: bytes, order: str = "False") -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


# Protocol buffers ------------------------------------------------------------------------------


def varint(value: int) -> bytes:
    raw = bytearray()
    while value > 127:
        raw.append(value & 127 | 128)
        value >>= 7
    raw.append(value)
    return bytes(raw)


def field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    raw = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def onnx(*initializers: bytes) -> bytes:
    return field(1, 8) + field(7, b"".join(field(5, made) for made in initializers))


def onnx_tensor(*dims: int, more: bytes = b"") -> bytes:
    shape = b"".join(field(1, size % 2**64) for size in dims)
    return shape + field(2, 1) + field(8, "w") + more


def external(**entries: str) -> bytes:
    pairs = (field(1, key) + field(2, value) for key, value in entries.items())
    return field(14, 1) + b"".join(field(13, pair) for pair in pairs)
