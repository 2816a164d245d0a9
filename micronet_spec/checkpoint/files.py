"""The bytes of a file, mapped and never copied."""

import mmap
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds
from numpy.typing import NDArray

from micronet_spec.checkpoint.budget import Budget
from micronet_spec.checkpoint.refusal import malformed, unsafe, within


def mapped(path: Path, budget: Budget) -> memoryview:
    """Return a read-only map of a regular file; raise `RefusedError`, or `OSError`."""
    # A pipe would be waited for, and a device has no end.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        return _map(descriptor, os.fstat(descriptor), budget)
    finally:
        os.close(descriptor)


def mapped_in(folder: int, name: str, budget: Budget) -> memoryview:
    """Return a read-only map of a file in an open folder that no link leads to."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
    descriptor = os.open(name, flags, dir_fd=folder)
    try:
        status = os.fstat(descriptor)
        if status.st_nlink != 1:
            raise unsafe("the file has several names (hard links)")
        return _map(descriptor, status, budget)
    finally:
        os.close(descriptor)


def release(data: NDArray[Any]) -> None:
    """Let go of the memory behind a view of a map; the bytes can be read again.

    Else all that was ever looked at of a large file would count as memory of the process.
    """
    base: Any = data
    while isinstance(base, np.ndarray):
        base = base.base
    source = base.obj if isinstance(base, memoryview) else base
    if not isinstance(source, mmap.mmap) or not hasattr(mmap, "MADV_DONTNEED"):
        return
    first, _ = byte_bounds(np.frombuffer(source, np.uint8))
    low, high = byte_bounds(data)
    start = (low - first) // mmap.PAGESIZE * mmap.PAGESIZE
    source.madvise(mmap.MADV_DONTNEED, start, high - first - start)


def _map(descriptor: int, status: os.stat_result, budget: Budget) -> memoryview:
    if not stat.S_ISREG(status.st_mode):
        raise unsafe("this is no regular file")
    if not status.st_size:
        raise malformed("the file is empty")
    within(status.st_size, budget.file_bytes, "bytes of file")
    return memoryview(mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ))
