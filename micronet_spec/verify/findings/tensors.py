"""Which tensors there are: missing, guessed, undeclared, of another size, shared or not."""

from collections.abc import Iterator

from micronet_spec.finding import Finding
from micronet_spec.verify.compare import Comparison
from micronet_spec.verify.draft import Draft
from micronet_spec.verify.findings.about import (
    LABELS,
    Place,
    about,
    are,
    at_checkpoint,
    effect_of,
    shape,
    tensors,
)
from micronet_spec.verify.mapping import Match
from micronet_spec.verify.measured import tied_otherwise, undeclared_scales
from micronet_spec.verify.widths import declared_format


def unmatched(comparison: Comparison) -> Iterator[Finding]:
    """MN711: missing; MN714: not decided; MN715: guessed."""
    mapping = comparison.mapping
    missing = [Place(slot, f"no `{slot.key}` in the file") for slot in mapping.missing]
    message = f"{tensors(len(missing))} that the manifest names {are(missing)} not in the file"
    yield from about(comparison, "MN711", message, missing, comparison.step("missing tensors"))
    if mapping.names.rivals:
        roots = ", ".join(f"`{root}`" for root in mapping.names.rivals)
        message = f"the file holds several networks, and they differ: {roots}"
        yield Finding("MN714", message, at_checkpoint(comparison))
        return
    several = [
        Place(slot, f"one of {', '.join(some[:3])}{' ...' if len(some) > 3 else ''}")  # noqa: PLR2004
        if some
        else Place(slot, "nothing in the file has this shape")
        for slot, some in mapping.unmatched
    ]
    message = f"which tensor of the file is meant is not decided for {tensors(len(several))}"
    yield from about(comparison, "MN714", message, several)
    guessed = [Place(it.slot, f"`{it.key}` {it.how}") for it in mapping.guesses]
    message = f"the manifest gives no key for {tensors(len(guessed))}: these were taken"
    yield from about(comparison, "MN715", message, guessed)


def undeclared(comparison: Comparison) -> Iterator[Finding]:
    """MN712: tensors of the file that no layer declares."""
    extras, step = comparison.mapping.extras, comparison.step("undeclared tensors")
    if extras:
        shown = ", ".join(f"`{it.name}` ({shape(it.shape)})" for it in extras[:LABELS])
        more = f" and {len(extras) - LABELS} more" if len(extras) > LABELS else ""
        message = f"no layer declares {shown}{more}"
        yield Finding("MN712", message, at_checkpoint(comparison), effect=effect_of(step))


def scales(comparison: Comparison) -> Iterator[Finding]:
    """MN718: scales and zero points inside quantized tensors that no layer stores."""
    bare = [
        Place(match.slot, f"{count:,} scales and zero points in the file")
        for match, count in undeclared_scales(comparison.entry, comparison.mapping)
    ]
    message = f"scales of {tensors(len(bare))} are needed for inference, and not declared"
    yield from about(comparison, "MN718", message, bare, comparison.step("undeclared scales"))


def sizes(comparison: Comparison) -> Iterator[Finding]:
    """MN713: a tensor of another size, a codebook of another size, an index beyond it."""
    wrong: list[Place] = []
    for match in comparison.mapping.matches:
        slot, tensor = match.slot, match.tensor
        if len(match.tensors) > 1:
            if text := _codebook(comparison, match):
                wrong.append(Place(slot, text))
        elif slot.values and tensor.values != slot.values:
            has = f"the file has {shape(tensor.shape)}, {tensor.values:,} values"
            wrong.append(Place(slot, f"{slot.values:,} are declared; {has}"))
    message = f"{tensors(len(wrong))} of the file {are(wrong)} of another size than declared"
    yield from about(comparison, "MN713", message, wrong, comparison.step("shapes and codebooks"))


def _codebook(comparison: Comparison, match: Match) -> str:
    """Say what is wrong with a stored codebook and its indices."""
    book, indices = match.tensors
    entries = book.shape[0] if book.shape else 1
    block = book.values // max(entries, 1)
    declared = declared_format(comparison.entry, match.slot)
    stated = getattr(declared and declared.format, "entries", entries)
    size = getattr(declared and declared.format, "block", block)
    if (stated, size) != (entries, block):
        return f"the codebook of the file is {entries} x {block}, declared {stated} x {size}"
    if indices.values * block != match.slot.values:
        values = f"{indices.values:,} indices to {block} values each"
        return f"{values}, but the layer has {match.slot.values:,}"
    if indices.maximum is not None and not 0 <= (indices.minimum or 0) <= indices.maximum < entries:
        return f"an index to entry {indices.maximum} of {entries}"
    return ""


def shared(comparison: Comparison) -> Iterator[Finding]:
    """MN716: stored twice and declared twice; MN717: declared shared, but different."""
    owners = {match.tensor.name: match for match in comparison.mapping.matches}
    twice, draft = list[Place](), Draft(comparison.entry) if comparison.entry.score else None
    for match in comparison.mapping.matches:
        slot, tensor = match.slot, match.tensor
        owner = owners.get(tensor.same_storage_as or tensor.same_values_as or "")
        if not owner or owner is match or slot.same_as or slot.folded or tensor.distinct == 1:
            continue
        if slot.matrix and owner.slot.field == ("weight",) and len(match.tensors) == 1:
            twice.append(Place(slot, f"the same values as `{owner.tensor.name}`"))
            if draft:
                draft.set_tensor(match, same_as=owner.slot.layer)
    message = f"{tensors(len(twice))} hold the same values as another, and are counted again"
    effect = draft.effect() if draft and twice else None
    yield from about(comparison, "MN716", message, twice, effect)
    differ = [
        Place(match.slot, f"`{match.tensor.name}` is not `{owner.tensor.name}`")
        for match, owner in tied_otherwise(comparison.mapping)
    ]
    message = f"{tensors(len(differ))} are declared to be shared, but differ"
    step = comparison.step("tensors that are not shared")
    yield from about(comparison, "MN717", message, differ, step)
