"""A checkpoint read in a process of its own, within limits, and digested meanwhile."""

import hashlib
import os
import stat
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from micronet_spec.checkpoint.refusal import RefusedError
from micronet_spec.checkpoint.request import Request
from micronet_spec.checkpoint.sandbox import Child, CrashedError
from micronet_spec.verify.contents import contents_from
from micronet_spec.verify.conventions import conventions
from micronet_spec.verify.evidence import Contents, File, Verdict
from micronet_spec.verify.measuring import Block, measured

Told = Callable[[int, int], None]
"""Told the bytes that are done, and those of the file."""

_PIECE = 1 << 22


@dataclass(frozen=True)
class Reading:
    """A file as far as it was read."""

    file: File | None
    contents: Contents
    reader: str = ""
    budgets: dict[str, int] = field(default_factory=dict)


def read_checkpoint(
    request: Request, blocks: Sequence[Block] = (), told: Told = lambda *_: None
) -> Reading:
    """Return what a file contains, or why that is not known; never raises for what the file is."""
    try:
        size = _size(request.path)
    except OSError as error:
        reason = f"the checkpoint cannot be opened: {(error.strerror or 'unknown').lower()}"
        return Reading(None, Contents(verdict=Verdict.ABSENT, reason=reason))
    with ThreadPoolExecutor(1) as other:
        digest = other.submit(_file, request.path, size, request.budget.file_bytes)
        contents = _contents(request, blocks, lambda done: told(done, size))
        budgets = vars(request.budget)
        return Reading(digest.result(), contents, request.reader, budgets)


def _contents(request: Request, blocks: Sequence[Block], told: Callable[[int], None]) -> Contents:
    argument = {
        "request": request.json(),
        "blocks": list(blocks),
        "masks": conventions().masks,
    }
    child = Child(f"{measured.__module__}:{measured.__name__}", argument, request.limits())
    done = 0
    contents = Contents(verdict=Verdict.CRASHED, reason="the reading process said nothing")
    try:
        for piece in contents_from(iter(child)):
            if isinstance(piece, Contents):
                contents = piece
            else:
                done += piece
                told(done)
    except RefusedError as error:
        return Contents(verdict=Verdict.REFUSED, reason=f"{error.reason}: {error}")
    except (CrashedError, ValueError) as error:
        # What a process says that was taken over need not make sense.
        return Contents(verdict=Verdict.CRASHED, reason=str(error))
    return contents


def _size(path: Path) -> int:
    """Return the bytes of a regular file. Raises `OSError`."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(0, "it is no regular file")
    return status.st_size


def _file(path: Path, size: int, most: int) -> File:
    """Return name, digest and size of a file; no digest of one larger than `most`."""
    if size > most:
        return File(name=path.name, sha256=None, bytes=size)
    digest, left = hashlib.sha256(), size
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(path, flags), "rb", buffering=0) as file:  # noqa: PTH123
        while left and (piece := file.read(min(left, _PIECE))):
            digest.update(piece)
            left -= len(piece)
    return File(name=path.name, sha256=digest.hexdigest(), bytes=size)
