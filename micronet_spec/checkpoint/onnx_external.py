"""Values that an ONNX model keeps in other files: only in the folder given, and never by a link.

The layers of defence are those of onnx's own `docs/ExternalDataSecurity.md`.
"""

import os
import re
from pathlib import Path

from micronet_spec.checkpoint.budget import Budget
from micronet_spec.checkpoint.collect import Extent
from micronet_spec.checkpoint.files import mapped_in
from micronet_spec.checkpoint.refusal import malformed, short, unsafe, within
from micronet_spec.checkpoint.wire import Field, fields, keep, text

_KEY, _VALUE = 1, 2
_KEYS = {"location", "offset", "length", "checksum"}
_NUMBER = re.compile(r"[0-9]{1,19}")


class External:
    """Files of values in a folder."""

    def __init__(self, folder: Path | None, before: int, budget: Budget) -> None:
        self._folder = folder
        self._end = before
        """Bytes of the files so far: offsets in the next ones go on from there."""
        self._budget = budget
        self._files: dict[str, tuple[memoryview, int]] = {}

    def extent(self, entries: list[Field], name: str) -> Extent | None:
        """Return where the values of a tensor are; None if no folder is given."""
        where = _entries(entries)
        location = where.get("location", "")
        # What it says is judged even if it is not followed.
        parts = _parts(location, name)
        if self._folder is None:
            return None
        file, start = self._file(location, parts)
        offset = _number(where.get("offset", "0"))
        length = _number(where["length"]) if "length" in where else len(file) - offset
        if length < 0 or offset + length > len(file):
            raise unsafe(f"the values of `{short(name)}` lie outside `{short(location)}`")
        return Extent(file[offset : offset + length], start + offset)

    def _file(self, location: str, parts: list[str]) -> tuple[memoryview, int]:
        if location not in self._files:
            file = self._mapped(parts)
            self._files[location] = (file, self._end)
            self._end += len(file)
            within(self._end, self._budget.file_bytes, "bytes of model and external files")
        return self._files[location]

    def _mapped(self, parts: list[str]) -> memoryview:
        """Map a file, going down folder by folder without following a link."""
        shown = short("/".join(parts))
        folder = os.open(self._folder or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in parts[:-1]:
                inner = os.open(
                    part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder
                )
                os.close(folder)
                folder = inner
            return mapped_in(folder, parts[-1], self._budget)
        except OSError as error:
            raise unsafe(
                f"the external file `{shown}` is a link or missing: {error.strerror}"
            ) from None
        finally:
            os.close(folder)


def _entries(entries: list[Field]) -> dict[str, str]:
    where: dict[str, str] = {}
    for entry in entries:
        pair: dict[int, Field] = {}
        for part in fields(entry.data):
            keep(pair, part)
        if not {_KEY, _VALUE} <= pair.keys():
            raise malformed("an entry of external data is no pair")
        key = text(pair[_KEY])
        if key not in _KEYS or key in where:
            raise unsafe(f"external data have a key `{short(key)}`, or have it twice")
        where[key] = text(pair[_VALUE])
    return where


def _parts(location: str, name: str) -> list[str]:
    """Return the folders and the file of a location that leads down."""
    parts = location.split("/")
    if not location or "\\" in location or "\0" in location or {"", ".", ".."} & set(parts):
        raise unsafe(f"the values of `{short(name)}` are said to be in `{short(location)}`")
    return parts


def _number(digits: str) -> int:
    if not _NUMBER.fullmatch(digits):
        raise malformed("an offset or length of external data is no number")
    return int(digits)
