"""Checksums of an archive's members, compared with the bytes when these are looked at.

What was summed is in the cache, or at least mapped, when it is then counted. A pass of its own over
the whole file would take as long as counting it.
"""

from bisect import bisect
from collections.abc import Iterable

import numpy as np

from micronet_spec.checkpoint.archive import STORED, Member, part
from micronet_spec.checkpoint.files import release
from micronet_spec.checkpoint.refusal import short, unsafe

try:
    from zlib_ng.zlib_ng import crc32  # several times as fast
except ImportError:  # It is not built for every Python.
    from zlib import crc32


class Sums:
    """The checksums of stored members that are still to be compared."""

    def __init__(self, file: memoryview, members: Iterable[Member]) -> None:
        """Compare nothing yet."""
        self._file = file
        self._todo = {it.start: it for it in members if it.method == STORED}
        self._starts = sorted(self._todo)

    def check(self, offset: int) -> None:
        """Compare the checksum of what the byte at `offset` is in, once; raise `RefusedError`."""
        before = bisect(self._starts, offset)
        if before and (member := self._todo.pop(self._starts[before - 1], None)):
            compare(member, part(self._file, member))

    def check_rest(self) -> None:
        """Compare what was not yet, and let go of it; raise `RefusedError`."""
        for member in self._todo.values():
            data = part(self._file, member)
            compare(member, data)
            release(np.frombuffer(data, np.uint8))
        self._todo.clear()


def compare(member: Member, data: memoryview | bytes) -> None:
    """Compare the checksum of a member with its unpacked bytes; raise `RefusedError`."""
    if crc32(data) != member.crc:
        raise unsafe(f"the bytes of `{short(member.name)}` do not have its checksum")
