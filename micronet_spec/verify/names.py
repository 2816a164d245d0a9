"""The tensors of a file by name, below the words that wrap the whole network."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from micronet_spec.measure.facts import TensorFacts
from micronet_spec.verify.conventions import conventions
from micronet_spec.verify.slots import Slot

Tensors = tuple[TensorFacts, ...]
"""One tensor, or a codebook and the indices into it."""


@dataclass(frozen=True)
class Names:
    """The tensors of a file, and the wrapper that the manifest's keys are below."""

    tensors: dict[str, TensorFacts]
    root: str = ""
    rivals: tuple[str, ...] = ()
    """Wrappers that hold other tensors for the same keys; then none is chosen."""

    def find(self, key: str) -> Tensors:
        """Return what the file has for `key`; nothing if it has nothing, or more than one thing."""
        if self.rivals and key not in self.tensors:
            return ()
        for name in (key, self.root + key, self.root + conventions().bare(key)):
            if found := _spelled(self.tensors, name):
                return found
        return ()

    def guess(self, slot: Slot) -> Tensors:
        """Return what the file has under the name of the slot's layer, without a key."""
        words = conventions().fields.get(str(slot.field[-1]), slot.field[1:])
        for key in (f"{slot.layer}.{word}" for word in words):
            if found := self.find(key):
                return found
        found = self.find(slot.layer) if slot.field == ("weight",) else ()
        return found if len(found) > 1 else ()


def named(tensors: Iterable[TensorFacts], slots: Sequence[Slot], root: str | None = None) -> Names:
    """Return the names of `tensors`, below `root` or the wrapper under which most slots are."""
    by_name = {tensor.name: tensor for tensor in tensors}
    given = root and f"{root.rstrip('.')}."
    if given == "":
        return Names(by_name)
    roots = {root: None for name in by_name for root in conventions().roots(name)}
    if given:
        # What wraps the network below it is no part of a key either.
        roots = {given: None} | {it: None for it in roots if it.startswith(given)}
    keys = [slot.key or f"{slot.layer}.{slot.field[-1]}" for slot in slots]
    hits = {root: sum(bool(_spelled(by_name, root + key)) for key in keys) for root in roots}
    most = max(hits.values(), default=0)
    best = [root for root, count in hits.items() if count == most]
    if given:
        return Names(by_name, best[0])
    if not most or "" in best:
        return Names(by_name, "" if most else _only_wrapper(by_name))
    differ = {_digests(by_name, root, keys) for root in best}
    return Names(by_name, best[0], tuple(best) if len(differ) > 1 else ())


def _only_wrapper(names: Iterable[str]) -> str:
    """Return the wrapper of all names, if they share one."""
    longest = {[*conventions().roots(name)][-1] for name in names}
    return longest.pop() if len(longest) == 1 else ""


def _spelled(tensors: dict[str, TensorFacts], key: str) -> Tensors:
    for name in conventions().spellings(key):
        if name in tensors:
            return (tensors[name],)
    for first, second in conventions().codebooks:
        pair = f"{key}.{first}", f"{key}.{second}"
        if all(name in tensors for name in pair):
            return tuple(tensors[name] for name in pair)
    return ()


def _digests(tensors: dict[str, TensorFacts], root: str, keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(it.digest or it.name for key in keys for it in _spelled(tensors, root + key))
