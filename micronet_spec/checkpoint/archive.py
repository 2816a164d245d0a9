"""Members of a zip archive, by a strict reading of its directory.

Every statement that a zip makes twice is compared, since readers differ in which they believe:
the end record with its 64-bit twin, the directory with the header before each member.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from micronet_spec.checkpoint.budget import Budget
from micronet_spec.checkpoint.refusal import malformed, short, unsafe, unsupported, within

_END = struct.Struct("<4s4H2IH")
_LOCATOR = struct.Struct("<4sIQI")
_END64 = struct.Struct("<4sQ2H2I4Q")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_ENCRYPTED = 0x2041
"""Flags of encrypted members, strong encryption and hidden headers."""
_SUMS_FOLLOW = 0x8
"""The flag of members whose sizes and sum come after them, and in the directory."""
_SYMLINK = 0o12
STORED, DEFLATED = 0, 8


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside an archive."""

    name: str
    method: int
    crc: int
    packed: int
    """Bytes in the archive."""
    size: int
    """Bytes when unpacked."""
    header: int
    """Where its header is."""
    start: int
    """Where its bytes are."""


class _Directory(NamedTuple):
    entries: int
    size: int
    start: int


def members(file: memoryview, budget: Budget) -> dict[str, Member]:
    """Return the members by name, in the order of the directory."""
    directory = _directory(file)
    within(directory.entries, budget.members, "members of an archive")
    within(directory.size, budget.header_bytes, "bytes of archive directory")
    found: dict[str, Member] = {}
    position, end = directory.start, directory.start + directory.size
    for _ in range(directory.entries):
        member, position = _entry(file, position, end)
        if member.name in found:
            raise unsafe(f"two members are called `{short(member.name)}`")
        found[member.name] = member
    if position != end:
        raise malformed("the archive's directory holds more than its entries")
    _apart(found.values(), directory.start)
    return found


def part(file: memoryview, member: Member) -> memoryview:
    """Return the bytes of a member, as they are in the archive."""
    return file[member.start : member.start + member.packed]


def _directory(file: memoryview) -> _Directory:
    start = len(file) - _END.size
    if start < 0 or bytes(file[start : start + 4]) != b"PK\5\6":
        raise malformed(
            "the archive does not end with its directory: cut short, or something follows"
        )
    _, disk, first, here, count, size, offset, comment = _END.unpack_from(file, start)
    found = _Directory(count, size, offset)
    if disk or first or comment or here != count:
        raise malformed("the archive has several volumes, or a comment")
    start = _check_end64(file, start, found) if _has_end64(file, start) else start
    if start != len(file) - _END.size:
        found = _Directory(*_END64.unpack_from(file, start)[7:])
    if found.start + found.size != start:
        raise malformed("the archive's directory does not lie before its end")
    return found


def _has_end64(file: memoryview, end: int) -> bool:
    start = end - _LOCATOR.size
    return start >= 0 and bytes(file[start : start + 4]) == b"PK\6\7"


def _check_end64(file: memoryview, end: int, short_form: _Directory) -> int:
    """Return where the 64-bit end record is, which must agree with the short one."""
    locator = end - _LOCATOR.size
    _, disk, start, disks = _LOCATOR.unpack_from(file, locator)
    if disk or disks != 1 or start + _END64.size != locator:
        raise malformed("the archive's 64-bit end is not where it is said to be")
    signature, size, *_, disk, first, here, count, length, offset = _END64.unpack_from(file, start)
    if signature != b"PK\6\6" or size != _END64.size - 12 or disk or first or here != count:
        raise malformed("the archive's 64-bit end cannot be read")
    for told, full, limit in zip(
        short_form, (count, length, offset), (_FULL16, _FULL32, _FULL32), strict=True
    ):
        if told not in {full, limit}:
            raise unsafe("the archive's two ends contradict each other")
    return int(start)


def _entry(file: memoryview, position: int, end: int) -> tuple[Member, int]:
    if position + _ENTRY.size > end:
        raise malformed("the archive's directory is cut short")
    (
        signature,
        _,
        _,
        flags,
        method,
        _,
        _,
        crc,
        packed,
        size,
        name,
        extra,
        comment,
        disk,
        _,
        mode,
        at,
    ) = _ENTRY.unpack_from(file, position)
    tail = position + _ENTRY.size
    after = tail + name + extra + comment
    if signature != b"PK\1\2" or after > end:
        raise malformed("the archive's directory cannot be read")
    raw = bytes(file[tail : tail + name])
    text = _name(raw)
    if flags & _ENCRYPTED:
        raise unsafe(f"`{short(text)}` is encrypted")
    if mode >> 28 == _SYMLINK or disk:
        raise unsafe(f"`{short(text)}` is a link, or on another volume")
    if method not in {STORED, DEFLATED}:
        raise unsupported(f"`{short(text)}` is compressed by method {method}")
    more = bytes(file[tail + name : tail + name + extra])
    size, packed, at = _wide(more, size, packed, at)
    start = _check_local(file, at, raw, (flags, method, crc, packed, size))
    if method == STORED and packed != size:
        raise unsafe(f"`{short(text)}` is stored, but in {packed:,} bytes instead of {size:,}")
    return Member(text, method, crc, packed, size, at, start), after


def _name(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise malformed("the name of a member is not UTF-8") from None
    parts = text.split("/")
    if "\0" in text or "\\" in text or {"", ".", ".."} & set(parts):
        raise unsafe(f"a member is called `{short(text)}`, which leads elsewhere")
    return text


def _wide(extra: bytes, *narrow: int) -> tuple[int, ...]:
    """Return sizes, each from the 64-bit extra field if it does not fit into 32 bits."""
    values: list[int] = []
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        position += 4
        if kind == 1:
            field = extra[position : position + length]
            values = [n for (n,) in struct.iter_unpack("<Q", field[: len(field) // 8 * 8])]
            break
        position += length
    wide = iter(values)
    found = tuple(next(wide, n) if n == _FULL32 else n for n in narrow)
    if _FULL32 in found:
        raise malformed("a 64-bit size of the archive is missing")
    return found


def _check_local(
    file: memoryview, at: int, name: bytes, told: tuple[int, int, int, int, int]
) -> int:
    """Compare the header before a member with the directory; return where its bytes begin."""
    if at + _LOCAL.size > len(file):
        raise malformed("a member of the archive lies outside it")
    signature, _, flags, method, _, _, crc, packed, size, length, extra = _LOCAL.unpack_from(
        file, at
    )
    tail = at + _LOCAL.size
    start = tail + length + extra
    if signature != b"PK\3\4" or start + told[3] > len(file):
        raise malformed("a member of the archive lies outside it, or has no header")
    size, packed = _wide(bytes(file[tail + length : start]), size, packed)
    follow = flags & _SUMS_FOLLOW and not (crc or packed or size)
    sums = told[2:] if follow else (crc, packed, size)
    if bytes(file[tail : tail + length]) != name or (flags, method, *sums) != told:
        raise unsafe(f"the header of `{short(name.decode())}` contradicts the archive's directory")
    return int(start)


def _apart(found: Iterable[Member], directory: int) -> None:
    """Refuse members that overlap each other or the directory."""
    end = 0
    for member in sorted(found, key=lambda m: m.header):
        if member.header < end:
            raise unsafe(f"`{short(member.name)}` lies in another member")
        end = member.start + member.packed
    if end > directory:
        raise unsafe("a member lies in the archive's directory")
