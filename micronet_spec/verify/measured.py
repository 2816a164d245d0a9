"""The measured manifest: the declared one with what the file says in place of what it declares.

Replaced in steps, so that each can be counted: shapes and sizes of codebooks; nonzeros; masks;
widths, only upwards; tensors that the file lacks; tensors that are declared to be shared, and are
not; scales and tensors that no layer declares. Everything else stays as it is declared.
"""

from collections.abc import Callable, Iterator
from typing import Any

from micronet_spec.entry.entry import Entry
from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.tensors import (
    Bias,
    BlockMaskedTensor,
    CodebookFormat,
    Extra,
    Format,
    IntegerFormat,
    MaskedTensor,
    TwoMaskTensor,
)
from micronet_spec.measure.facts import MaskFacts, TensorFacts
from micronet_spec.scales import scaled_layers
from micronet_spec.verify.draft import Draft
from micronet_spec.verify.mapping import Mapping, Match
from micronet_spec.verify.widths import declared_format, levels, needed_bits

UNDECLARED = "undeclared"
"""Name of the layer that stores what no layer declares."""


def _shapes(draft: Draft, mapping: Mapping) -> None:
    for match in mapping.matches:
        layer, slot, tensor = draft.layer(match.slot.index), match.slot, match.tensor
        if len(match.tensors) > 1 or isinstance(_form(draft, match), CodebookFormat):
            _codebook(draft, match)
        elif slot.extra:
            draft.set_tensor(match, count=tensor.values)
        elif slot.field == ("weight",) and tensor.values not in {0, slot.values}:
            if isinstance(layer, ops.Conv2d) and len(tensor.shape) == 4:  # noqa: PLR2004
                draft.set(slot.index, out=tensor.shape[0], kernel=tensor.shape[2:])
            elif isinstance(layer, ops.Linear) and tensor.shape:
                draft.set(slot.index, out=tensor.shape[0])
            elif isinstance(layer, ops.Embedding) and len(tensor.shape) == 2:  # noqa: PLR2004
                draft.set(slot.index, entries=tensor.shape[0], out=tensor.shape[1])


def _codebook(draft: Draft, match: Match) -> None:
    """Replace the size of a codebook: of one that is stored, or of the values that make one."""
    declared, book = _form(draft, match), match.tensor
    if not isinstance(declared, CodebookFormat):
        return
    if len(match.tensors) > 1:
        entries = book.shape[0] if book.shape else 1
        size = {"entries": max(2, entries), "block": max(1, book.values // max(1, entries))}
    elif declared.block == 1:
        masked = isinstance(_tensor(draft, match), MaskedTensor)
        size = {"entries": max(declared.entries, levels(match, masked=masked))}
    else:
        return
    form = declared.model_copy(update=size)
    if form != declared:
        draft.set_tensor(match, format=draft.format(f"codebook-of-{form.entries}", form))


def _nonzeros(draft: Draft, mapping: Mapping) -> None:
    for match in mapping.matches:
        if len(match.tensors) == 1:
            _set_nonzeros(draft, match, match.tensor)


def _masks(draft: Draft, mapping: Mapping) -> None:
    for match in mapping.matches:
        if match.mask:
            _set_nonzeros(draft, match, match.mask)


def _set_nonzeros(draft: Draft, match: Match, facts: TensorFacts | MaskFacts) -> None:
    """Replace nonzeros, by output channel where the channels are the file's."""
    tensor = _tensor(draft, match)
    resized = match.tensor.values != match.slot.values
    for field, counts in counts_of(tensor, facts):
        if field == "blocks":
            draft.set_tensor(match, blocks=sum(counts))
        elif len(counts) == match.slot.shape[0] or resized:
            draft.set_tensor(match, **{field: counts})
        elif field != "weights":
            draft.set_tensor(match, **{field: sum(counts)})


def counts_of(tensor: Any, facts: TensorFacts | MaskFacts) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the counts that a declared tensor has, with what the file says, by output channel.

    Kept blocks are counted together.
    """
    nonzeros, positives = facts.channel_nonzeros, facts.channel_positives
    if isinstance(tensor, MaskedTensor) or getattr(tensor, "nonzero", None) is not None:
        yield "nonzero", nonzeros
    elif isinstance(tensor, TwoMaskTensor) and len(positives) == len(nonzeros):
        yield "positive", positives
        yield "negative", tuple(a - b for a, b in zip(nonzeros, positives, strict=True))
    elif isinstance(tensor, BlockMaskedTensor):
        for blocks in facts.blocks:
            if blocks.block == tensor.block:
                yield "blocks", (blocks.kept,)
                if tensor.weights is not None:
                    yield "weights", blocks.channel_values


def _widths(draft: Draft, mapping: Mapping) -> None:
    entry = draft.declared
    if entry.cost and entry.cost.freebie:
        return
    for match in mapping.matches:
        if bits := too_narrow(entry, match):
            declared = declared_format(entry, match.slot)
            assert declared
            draft.store_at(match, declared, bits)


def too_narrow(entry: Entry, match: Match) -> int | None:
    """Return the width that a tensor needs, if it holds more levels than its own can name."""
    if len(match.tensors) > 1 or match.slot.folded or match.slot.same_as:
        return None
    declared = declared_format(entry, match.slot)
    if declared is None or declared.bits is None or declared.converted:
        return None
    layer = entry.reading.layers[match.slot.index]
    tensor = getattr(layer, str(match.slot.field[0]), None)
    if isinstance(tensor, TwoMaskTensor):
        return None
    needed = levels(match, masked=isinstance(tensor, MaskedTensor | BlockMaskedTensor))
    return needed_bits(match.tensor, needed) if needed > 2**declared.bits else None


def _missing(draft: Draft, mapping: Mapping) -> None:
    gone: dict[int, set[int]] = {}
    for slot in mapping.missing:
        if slot.extra:
            gone.setdefault(slot.index, set()).add(int(slot.field[1]))
        elif slot.field == ("bias",) and not isinstance(draft.layer(slot.index), ops.BatchNorm):
            draft.set(slot.index, bias=None)
    for index, places in gone.items():
        stored = enumerate(draft.layer(index).stored)
        draft.set(index, stored=tuple(it for place, it in stored if place not in places))


def tied_otherwise(mapping: Mapping) -> Iterator[tuple[Match, Match]]:
    """Yield every tensor that is declared to be another's, and is not, with that other."""
    stored = {
        match.slot.layer: match
        for match in mapping.matches
        if match.slot.matrix and not match.slot.same_as
    }
    for match in mapping.matches:
        owner = stored.get(match.slot.same_as or "")
        if owner and not _equal(match.tensor, owner.tensor):
            yield match, owner


def _equal(one: TensorFacts, other: TensorFacts) -> bool:
    """Tell whether two tensors can be the same: by their bytes, or what is left if transposed."""
    if one.name == other.name:
        return True
    if one.shape == other.shape:
        return bool(one.digest) and one.digest == other.digest
    traits = ("values", "nonzeros", "minimum", "maximum")
    return all(getattr(one, trait) == getattr(other, trait) for trait in traits)


def _untied(draft: Draft, mapping: Mapping) -> None:
    for match, _ in tied_otherwise(mapping):
        draft.set_tensor(match, same_as=None)


def undeclared_scales(entry: Entry, mapping: Mapping) -> Iterator[tuple[Match, int]]:
    """Yield every quantized tensor whose scales no layer could store, with how many values.

    What a file keeps inside a tensor is needed to read it: scales, and zero points beside zero.
    """
    assert entry.graph
    stored = scaled_layers(entry.graph)
    for match in mapping.matches:
        count = sum(tensor.scales + tensor.zero_points for tensor in match.tensors)
        if count and not (match.slot.same_as or match.slot.index in stored):
            yield match, count


def _scales(draft: Draft, mapping: Mapping) -> None:
    for match, count in undeclared_scales(draft.declared, mapping):
        layer = draft.layer(match.slot.index)
        extra = Extra(what="scales and zero points", count=count)
        draft.set(match.slot.index, stored=(*layer.stored, extra))


def _extras(draft: Draft, mapping: Mapping) -> None:
    weights = {match.key: match for match in mapping.matches if match.slot.matrix}
    left: list[TensorFacts] = []
    for tensor in mapping.extras:
        stem, _, word = tensor.name.rpartition(".")
        owner = weights.get(f"{stem}.weight") if word == "bias" else None
        if owner and getattr(draft.layer(owner.slot.index), "bias", ...) is None:
            draft.set(owner.slot.index, bias=Bias())
        else:
            left.append(tensor)
    if left:
        name = UNDECLARED
        while any(layer.name == name for layer in draft.declared.reading.layers):
            name += "_"
        fields: dict[str, Any] = {"from": "unstated", "op": "custom", "input": (1,), "output": (1,)}
        stored = tuple(_undeclared(draft, tensor) for tensor in left)
        reason = "tensors of the file that no layer declares"
        draft.append(ops.Custom(name=name, reason=reason, stored=stored, **fields))


def _undeclared(draft: Draft, tensor: TensorFacts) -> Extra:
    """Return a tensor as further values, in as few bits as hold it, and no more than others have.

    Under the freebie its width is that of all others.
    """
    entry = draft.declared
    assert entry.cost
    assert entry.challenge
    unit = entry.challenge.unit_bits
    narrower = tensor.bits and tensor.bits < unit and not entry.cost.freebie
    form = IntegerFormat(kind="integer", bits=max(1, tensor.bits or 0), signed=True)
    name = draft.format(f"measured-{form.bits}", form) if narrower else None
    # The name is a stranger's, and may be none that a manifest can have.
    return Extra(what=UNDECLARED, count=tensor.values, format=name)


def _tensor(draft: Draft, match: Match) -> Any:
    return getattr(draft.layer(match.slot.index), str(match.slot.field[0]), None)


def _form(draft: Draft, match: Match) -> Format | None:
    if match.slot.folded:
        return None
    declared = declared_format(draft.declared, match.slot)
    return declared.format if declared else None


STEPS: tuple[tuple[str, Callable[[Draft, Mapping], None]], ...] = (
    ("shapes and codebooks", _shapes),
    ("nonzeros", _nonzeros),
    ("masks", _masks),
    ("widths", _widths),
    ("missing tensors", _missing),
    ("tensors that are not shared", _untied),
    ("undeclared scales", _scales),
    ("undeclared tensors", _extras),
)
