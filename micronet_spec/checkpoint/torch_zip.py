"""torch's zip files, written since 2020: a pickle, and one stored member for every storage."""

from micronet_spec.checkpoint.archive import STORED, Member, part
from micronet_spec.checkpoint.budget import Budget, Steps
from micronet_spec.checkpoint.collect import Collector, Extent
from micronet_spec.checkpoint.inert import Storage
from micronet_spec.checkpoint.meaning import Meaning
from micronet_spec.checkpoint.pickled import run
from micronet_spec.checkpoint.refusal import malformed, short, unsafe, unsupported, within
from micronet_spec.checkpoint.sums import Sums
from micronet_spec.checkpoint.torch_tensors import Walk

PICKLE = "/data.pkl"


def read(
    file: memoryview, members: dict[str, Member], collector: Collector, budget: Budget
) -> None:
    """Add the tensors of a torch zip; raise `RefusedError`."""
    root = _root(members)
    for member in members.values():
        if member.method != STORED:
            raise unsafe(f"`{short(member.name)}` is deflated, which torch does not do")
    if f"{root}/constants.pkl" in members:
        raise unsupported("this is a TorchScript program; save its state dict instead")
    sums = collector.sums = Sums(file, members.values())
    pickle = members[root + PICKLE]
    sums.check(pickle.start)
    within(pickle.size, budget.pickle_bytes, "bytes of pickle")
    steps = Steps(budget)
    meaning = Meaning(steps)
    value, end = run(part(file, pickle), 0, meaning, steps)
    if end != pickle.size:
        raise unsafe("something follows the pickle")
    big_endian = _big_endian(file, sums, members.get(f"{root}/byteorder"))
    extents = {}
    for key, storage in meaning.storages.items():
        beside = members.get(f"{root}/data/{key}")
        if beside is None:
            raise unsafe(f"the storage `{short(key)}` is missing")
        _check_size(beside, storage)
        extents[key] = Extent(part(file, beside), beside.start, big_endian)
    Walk(extents, collector, budget, steps).over(value)


def _root(members: dict[str, Member]) -> str:
    """Return the one folder that everything is in."""
    roots = {name.split("/")[0] for name in members}
    if len(roots) != 1:
        raise unsafe("the archive has several folders at its top")
    return roots.pop()


def _big_endian(file: memoryview, sums: Sums, member: Member | None) -> bool:
    if member is None:
        return False
    sums.check(member.start)
    within(member.size, len("little"), "bytes of byte order")
    order = bytes(part(file, member))
    if order not in {b"little", b"big"}:
        raise malformed("the byte order is neither little nor big")
    return order == b"big"


def _check_size(member: Member, storage: Storage) -> None:
    if member.size != storage.length:
        raise unsafe(
            f"the storage `{short(storage.key)}` has {member.size:,} bytes, "
            f"but the pickle says {storage.length:,}"
        )
