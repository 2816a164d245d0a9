"""torch's stream of 2016 to 2020: five pickles, then every storage, its count of values first."""

import struct
from typing import Any

from micronet_spec.checkpoint.budget import Budget, Steps
from micronet_spec.checkpoint.collect import Collector, Extent
from micronet_spec.checkpoint.inert import Storage
from micronet_spec.checkpoint.meaning import Meaning
from micronet_spec.checkpoint.pickled import run
from micronet_spec.checkpoint.refusal import malformed, short, unsafe, unsupported
from micronet_spec.checkpoint.torch_tensors import Walk

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
_COUNT = struct.Struct("<q")


def read(file: memoryview, collector: Collector, budget: Budget) -> None:
    """Add the tensors of a legacy torch file; raise `RefusedError`."""
    steps = Steps(budget)
    meaning = Meaning(steps)
    pickles = _Pickles(file, meaning, steps, budget)
    if pickles.next() != _MAGIC:
        raise unsupported("this is a pickle, but none that torch wrote")
    if pickles.next() != _PROTOCOL:
        raise unsupported("this is of a protocol that torch never published")
    pickles.next()  # About the machine that wrote it; the storages are little-endian on all.
    value = pickles.next()
    extents = _extents(file, pickles.next(), meaning.storages, pickles.position)
    Walk(extents, collector, budget, steps).over(value)


class _Pickles:
    """Pickles that follow each other, together within the budget."""

    def __init__(self, file: memoryview, meaning: Meaning, steps: Steps, budget: Budget) -> None:
        self.position = 0
        self._data = file[: budget.pickle_bytes]
        self._meaning = meaning
        self._steps = steps

    def next(self) -> Any:
        """Return what stands for the next pickled object."""
        value, self.position = run(self._data, self.position, self._meaning, self._steps)
        return value


def _extents(
    file: memoryview, keys: Any, storages: dict[str, Storage], position: int
) -> dict[str, Extent]:
    """Return where each storage is; they follow each other to the end of the file."""
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise malformed("the list of storages cannot be read")
    found: dict[str, Extent] = {}
    for key in keys:
        storage = storages.get(key)
        if storage is None or key in found:
            raise unsafe(f"the storage `{short(key)}` is not used, or is there twice")
        start = position + _COUNT.size
        position = start + storage.length
        if position > len(file):
            raise malformed(f"the file is cut short in the storage `{short(key)}`")
        (count,) = _COUNT.unpack_from(file, start - _COUNT.size)
        if count != storage.elements:
            raise unsafe(
                f"the storage `{short(key)}` has {count:,} values, "
                f"but the pickle says {storage.elements:,}"
            )
        found[key] = Extent(file[start:position], start)
    if position != len(file):
        raise unsafe(f"{len(file) - position:,} bytes follow the last storage")
    return found
