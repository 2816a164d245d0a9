"""Guesses for places without a key: never more than the shapes allow, and always shown."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from micronet_spec.measure.facts import TensorFacts
from micronet_spec.verify.conventions import conventions
from micronet_spec.verify.slots import Slot

_ALIKE, _AHEAD = 85, 5
"""Per cent of likeness that a guess needs, and by how much it must be ahead of the next."""
_MOST_PAIRS = 250_000
"""Comparing every name with every other would take long beyond."""

Guess = tuple[Slot, TensorFacts]
_Kinds = dict[tuple[int, int], tuple[list[Slot], list[TensorFacts]]]


def similar(slots: Sequence[Slot], tensors: Sequence[TensorFacts]) -> Iterator[Guess]:
    """Yield pairs of one shape whose names are each other's nearest, by a clear distance."""
    for some, free in _by_shape(slots, tensors).values():
        if not (some and free) or len(some) * len(free) > _MOST_PAIRS:
            continue
        names = [conventions().bare(tensor.name) for tensor in free]
        likeness = process.cdist([_spoken(slot) for slot in some], names, scorer=fuzz.ratio)
        for row, slot in enumerate(some):
            column = int(likeness[row].argmax())
            if _is_clear(list(likeness[row])) and _is_clear(list(likeness[:, column]), row):
                yield slot, free[column]


def in_order(slots: Sequence[Slot], tensors: Sequence[TensorFacts]) -> Iterator[Guess]:
    """Yield the slots and tensors of every shape of which there are as many of each."""
    for some, free in _by_shape(slots, tensors).values():
        if len(some) == len(free):
            yield from zip(some, free, strict=True)


def norms_in_order(slots: Sequence[Slot], tensors: Sequence[TensorFacts]) -> Iterator[Guess]:
    """Yield the tensors of folded batch norms, of every size of which there are as many of each.

    `slots` are those of folded batch norms of which nothing was found; a batch norm of a file has
    all of its tensors below one name.
    """
    words = conventions().batch_norm
    below: dict[str, dict[str, TensorFacts]] = defaultdict(dict)
    for tensor in tensors:
        stem, _, word = tensor.name.rpartition(".")
        if word in words:
            below[stem][word] = tensor
    norms: dict[int, list[dict[str, TensorFacts]]] = defaultdict(list)
    for found in below.values():
        sizes = {tensor.values for tensor in found.values()}
        if len(found) == len(words) and len(sizes) == 1:
            norms[sizes.pop()].append(found)
    folds: dict[int, dict[int, list[Slot]]] = defaultdict(lambda: defaultdict(list))
    for slot in slots:
        folds[slot.values][slot.index].append(slot)
    for size, wanted in folds.items():
        if len(wanted) == len(norms[size]):
            for own, found in zip(wanted.values(), norms[size], strict=True):
                yield from ((slot, found[str(slot.field[-1])]) for slot in own)


def _by_shape(slots: Sequence[Slot], tensors: Sequence[TensorFacts]) -> _Kinds:
    """Return slots and tensors with the same number of channels and of values."""
    kinds: _Kinds = defaultdict(lambda: ([], []))
    for slot in slots:
        kinds[_rows(slot.shape), slot.values][0].append(slot)
    for tensor in tensors:
        kinds[_rows(tensor.shape), tensor.values][1].append(tensor)
    return kinds


def _rows(shape: Sequence[int]) -> int:
    """Return the first size that is not one: a vector may be kept as 1 x n x 1."""
    return next((size for size in shape if size > 1), 1)


def _is_clear(likeness: list[float], which: int | None = None) -> bool:
    """Tell whether the best is good enough and ahead of the others; and is `which`, if given."""
    best = max(likeness)
    rest = [it for it in likeness if it > best - _AHEAD]
    return best >= _ALIKE and len(rest) == 1 and (which is None or likeness[which] == best)


def _spoken(slot: Slot) -> str:
    return f"{slot.layer}.{slot.field[-1]}"
