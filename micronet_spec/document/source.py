"""Bytes from a path, read without trust: regular files only, bounded before reading."""

import codecs
import os
import stat
from pathlib import Path

MANIFEST_BYTES = 4 * 1024 * 1024
"""The largest file that is read as a manifest or as a claims file. The longest real one has
about 0.2 MB."""

_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class UnreadableError(Exception):
    """A file that cannot or must not be read; `code` is the finding it becomes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_bytes(path: Path, most: int = MANIFEST_BYTES) -> bytes:
    """Return the bytes of the regular file at `path`.

    Raises `UnreadableError` for anything else, and for more than `most` bytes.
    """
    try:
        # Without O_NONBLOCK, opening a named pipe waits for a writer forever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UnreadableError("MN001", f"the file cannot be opened: {reason}") from None
    except ValueError as error:
        raise UnreadableError("MN001", f"the file cannot be opened: {error}") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            kind = _KINDS.get(stat.S_IFMT(status.st_mode), "no regular file")
            raise UnreadableError("MN001", f"this is {kind}, not a file")
        if status.st_size > most:
            raise UnreadableError("MN002", _too_large(status.st_size, most))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(most + 1)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UnreadableError("MN001", f"the file cannot be read: {reason}") from None
    finally:
        os.close(descriptor)
    if len(data) > most:
        raise UnreadableError("MN002", _too_large(len(data), most))
    return data


def decode(data: bytes) -> tuple[str, int | None]:
    """Return `data` as text without a byte order mark, and the offset of what is not UTF-8.

    What cannot be decoded stands as U+FFFD in the text, so that the place can be shown.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode(), None
    except UnicodeDecodeError as error:
        return data.decode(errors="replace"), len(data[: error.start].decode())


def _too_large(size: int, most: int) -> str:
    return f"the file has {size:,} bytes; at most {most:,} are read"
