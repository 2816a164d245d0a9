"""Drafts to files, without writing over anything."""

import contextlib
from collections.abc import Mapping
from pathlib import Path

from micronet_spec.document.source import MANIFEST_BYTES


class TooLongError(ValueError):
    """A draft that could not be read as a manifest again."""


def write_files(texts: Mapping[Path, str], *, force: bool) -> None:
    """Write every text to its path, or none of them.

    Raises `FileExistsError` if one exists and not `force`, `OSError` if one cannot be written, and
    `TooLongError` for a text longer than any file that is read.
    """
    for path, text in texts.items():
        size = len(text.encode())  # A manifest of this size has far fewer layers than allowed.
        if size > MANIFEST_BYTES:
            message = f"{path.name} would have {size:,} bytes; at most {MANIFEST_BYTES:,} are read"
            raise TooLongError(message)
    written: list[Path] = []
    try:
        for path, text in texts.items():
            # "x" refuses what exists, and a link that leads nowhere, in the moment of writing.
            with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
                if not force:
                    written.append(path)
                file.write(text)
    except OSError:
        for path in written:
            with contextlib.suppress(OSError):
                path.unlink()
        raise
