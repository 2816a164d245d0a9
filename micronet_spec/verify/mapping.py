"""Which tensor of the file each place of the manifest means: by its key, else a guess, shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from micronet_spec.measure.facts import MaskFacts, TensorFacts
from micronet_spec.verify.conventions import conventions
from micronet_spec.verify.evidence import Contents
from micronet_spec.verify.guess import in_order, norms_in_order, similar
from micronet_spec.verify.names import Names, Tensors, named
from micronet_spec.verify.slots import Slot


class How(StrEnum):
    """How a tensor was found."""

    KEY = "by key"
    NAME = "by the layer's name"
    SIMILAR = "by a similar name and its shape"
    ORDER = "by order and shape"


@dataclass(frozen=True)
class Match:
    """A slot and what the file has for it."""

    slot: Slot
    tensors: Tensors
    how: How
    mask: MaskFacts | None = None

    @property
    def tensor(self) -> TensorFacts:
        """The tensor; of a codebook and indices the codebook."""
        return self.tensors[0]

    @property
    def key(self) -> str:
        """The key that a manifest would give for it."""
        return self.tensor.name.rpartition(".")[0] if len(self.tensors) > 1 else self.tensor.name


@dataclass(frozen=True, slots=True)
class Spare:
    """A tensor that inference does not need by itself, and why."""

    tensor: str
    why: str
    of: str = ""
    """The tensor or layer that this is about."""


@dataclass(frozen=True)
class Mapping:
    """Every slot and every tensor, matched or not."""

    names: Names
    matches: tuple[Match, ...]
    missing: tuple[Slot, ...] = ()
    """Slots whose key the file does not have."""
    unmatched: tuple[tuple[Slot, tuple[str, ...]], ...] = ()
    """Slots without a key that nothing was found for, and the tensors it could be."""
    extras: tuple[TensorFacts, ...] = ()
    """Tensors that no layer declares and inference may need."""
    spare: tuple[Spare, ...] = ()
    """Tensors that inference does not need by themselves."""

    @property
    def guesses(self) -> list[Match]:
        """The matches that the manifest gives no key for."""
        return [match for match in self.matches if match.how is not How.KEY]


def map_tensors(slots: Sequence[Slot], contents: Contents, root: str | None = None) -> Mapping:
    """Match `slots` with the tensors of a file, below the wrapper `root` if one is given."""
    names = named(contents.tensors, slots, root)
    found: dict[Slot, tuple[Tensors, How]] = {}
    for slot in slots:
        if slot.key and (tensors := names.find(slot.key)):
            found[slot] = tensors, How.KEY
        elif not slot.key and (tensors := names.guess(slot)):
            found[slot] = tensors, How.NAME
    found |= _folded(slots, contents, names, found)
    open_slots = [s for s in slots if s not in found and not s.key and not s.folded and s.values]
    free = _free(contents, names, found)
    for how, guess in ((How.SIMILAR, similar), (How.ORDER, in_order)):
        for slot, tensor in guess(open_slots, free):
            found[slot] = (tensor,), how
            open_slots.remove(slot)
            free.remove(tensor)
    masks = {mask.values: mask for mask in contents.masks if mask.is_binary}
    matches = tuple(
        Match(slot, *found[slot], masks.get(found[slot][0][0].name))
        for slot in slots
        if slot in found
    )
    extras, spare = _rest(slots, contents, names, matches)
    unmatched = _unmatched([it for it in open_slots if not _is_inside(it, matches)], free)
    wanted = {name for _, candidates in unmatched for name in candidates}
    return Mapping(
        names,
        matches,
        () if names.rivals else tuple(_missing(slots, found)),
        unmatched,
        tuple(tensor for tensor in extras if tensor.name not in wanted and not names.rivals),
        tuple(spare),
    )


def _folded(
    slots: Sequence[Slot], contents: Contents, names: Names, found: dict[Slot, tuple[Tensors, How]]
) -> dict[Slot, tuple[Tensors, How]]:
    """Return the tensors of folded batch norms of which nothing is found, by order and size."""
    taken = {tensor.name for tensors, _ in found.values() for tensor in tensors}
    below = [it for it in contents.tensors if it.name.startswith(names.root)]
    left = [it for it in below if it.name not in taken]
    begun = {slot.index for slot in found if slot.folded}
    folds = [it for it in slots if it.folded and not it.key and it.index not in begun]
    return {slot: ((tensor,), How.ORDER) for slot, tensor in norms_in_order(folds, left)}


def _free(
    contents: Contents, names: Names, found: dict[Slot, tuple[Tensors, How]]
) -> list[TensorFacts]:
    """Return the tensors that a slot without a key may mean."""
    taken = {tensor.name for tensors, _ in found.values() for tensor in tensors}
    taken |= {mask.mask for mask in contents.masks if mask.is_binary}
    return [
        tensor
        for tensor in contents.tensors
        if tensor.name not in taken
        and tensor.name.startswith(names.root)
        and not _leftover(tensor, names)
    ]


def _missing(slots: Sequence[Slot], found: dict[Slot, tuple[Tensors, How]]) -> list[Slot]:
    """Return the slots whose key leads nowhere; of a folded batch norm only if all of it does."""
    folds = {slot.index for slot in found if slot.folded}
    missing = [slot for slot in slots if slot.key and slot not in found and not slot.same_as]
    first: dict[tuple[int, object], Slot] = {}
    for slot in missing:
        if not (slot.folded and slot.index in folds):
            first.setdefault((slot.index, "fold" if slot.folded else slot.field), slot)
    return list(first.values())


def _unmatched(
    slots: Sequence[Slot], free: Sequence[TensorFacts]
) -> tuple[tuple[Slot, tuple[str, ...]], ...]:
    return tuple(
        (slot, tuple(tensor.name for tensor in free if tensor.values == slot.values))
        for slot in slots
        if not slot.same_as
    )


def _is_inside(slot: Slot, matches: Sequence[Match]) -> bool:
    """Tell whether a place without a key stands for scales that a quantized tensor keeps itself.

    They are those of its own layer, or of one before the op that applies them.
    """
    kept = (it.tensor for it in matches if it.slot.index <= slot.index and it.tensor.scales)
    return not slot.matrix and any(
        slot.values in {it.scales, it.zero_points, it.scales + it.zero_points} for it in kept
    )


def _leftover(tensor: TensorFacts, names: Names) -> Spare | None:
    """Return why a tensor that no layer declares is not needed by itself, if so."""
    rules = conventions()
    if rules.is_training(tensor.name) or rules.is_training(rules.bare(tensor.name)):
        return Spare(tensor.name, "left from training")
    partner = rules.merged_with(tensor.name)
    if partner in names.tensors:
        return Spare(tensor.name, "merged with others", partner or "")
    return None if tensor.nonzeros else Spare(tensor.name, "only zeros")


def _rest(
    slots: Sequence[Slot], contents: Contents, names: Names, matches: Sequence[Match]
) -> tuple[list[TensorFacts], list[Spare]]:
    """Return the tensors that are matched with nothing: those that may be needed, and the rest."""
    used = [tensor for match in matches for tensor in match.tensors]
    taken = {tensor.name for tensor in used}
    known: dict[str, tuple[str, dict[str, str]]] = {
        "name": ("masks", {it.mask: it.values for it in contents.masks if it.is_binary}),
        "bare": ("other states", {conventions().bare(it.name): it.name for it in used}),
        "digest": ("stored twice", {it.digest: it.name for it in used if _tells(it)}),
        "shift": ("shifts of folded batch norms", _shifts_of_folds(slots, matches)),
    }
    extras: list[TensorFacts] = []
    spare: list[Spare] = []
    for tensor in contents.tensors:
        if tensor.name in taken:
            continue
        bare = conventions().bare(tensor.name)
        marks = {"name": tensor.name, "bare": bare, "digest": tensor.digest, "shift": tensor.name}
        reasons = [
            Spare(tensor.name, why, others[marks[mark]])
            for mark, (why, others) in known.items()
            if marks[mark] in others
        ]
        if why := next(iter(reasons), None) or _leftover(tensor, names):
            spare.append(why)
        else:
            extras.append(tensor)
    return extras, spare


def _tells(tensor: TensorFacts) -> bool:
    """Tell whether equal values mean anything: those of constants do not."""
    return bool(tensor.digest) and tensor.distinct != 1


def _shifts_of_folds(slots: Sequence[Slot], matches: Sequence[Match]) -> dict[str, str]:
    """Return the biases of layers that a batch norm was folded into: its shift has taken them."""
    folded = {slot.into: slot.layer for slot in slots if slot.folded}
    return {
        f"{match.tensor.name.rpartition('.')[0]}.bias": folded[match.slot.layer]
        for match in matches
        if match.slot.layer in folded and match.slot.field == ("weight",)
    }
