"""What the values are: too many for their width, of another format, no numbers, denormal."""

from collections.abc import Iterator

from micronet_spec.finding import Finding
from micronet_spec.manifest.tensors import BlockMaskedTensor, MaskedTensor, TwoMaskTensor
from micronet_spec.measure.facts import TensorFacts
from micronet_spec.verify.compare import Comparison
from micronet_spec.verify.draft import Draft
from micronet_spec.verify.findings.about import NO_EFFECT, Place, about, are, tensors
from micronet_spec.verify.measured import too_narrow
from micronet_spec.verify.widths import declared_format


def widths(comparison: Comparison) -> Iterator[Finding]:
    """MN724: too few bits; MN725: values of another format; MN726: more bits than needed."""
    entry = comparison.entry
    if not entry.cost or entry.cost.freebie:
        return
    narrow, rounded, wide = list[Place](), list[Place](), list[Place]()
    coarse, fine = Draft(entry), Draft(entry)
    step = comparison.step("widths")
    for match in comparison.mapping.matches:
        declared = None if match.slot.folded else declared_format(entry, match.slot)
        layer = entry.reading.layers[match.slot.index]
        form = getattr(layer, str(match.slot.field[0]), None)
        if len(match.tensors) > 1 or declared is None or not declared.bits:
            continue
        if isinstance(form, TwoMaskTensor):  # Its format is that of the centroids.
            if not (match.tensor.channel_positives or declared.converted):
                rounded.append(Place(match.slot, _other_than_signs(match.tensor)))
            continue
        bits, tensor = declared.bits, match.tensor
        masked = isinstance(form, MaskedTensor | BlockMaskedTensor)
        if needed := too_narrow(entry, match):
            effect = step.of_layer(match.slot.index) if step else NO_EFFECT
            held = "more than 65,536" if tensor.distinct is None else f"{tensor.distinct:,}"
            text = f"{held} distinct values: {needed} bits, not {bits}"
            narrow.append(Place(match.slot, text, effect, "format"))
        elif tensor.bits and tensor.bits - masked > bits and not declared.converted:
            text = f"{declared.name} is declared, the file has {tensor.representation}"
            rounded.append(Place(match.slot, text))
            coarse.store_at(match, declared, tensor.bits)
        elif match.slot.matrix and tensor.bits and fine.narrow(match, declared, tensor.bits):
            text = f"{bits} bits are declared, {tensor.representation} of {tensor.bits} do"
            wide.append(Place(match.slot, text))
    message = f"{tensors(len(narrow))} hold more levels than the declared bits can name"
    yield from about(comparison, "MN724", message, narrow)
    message = f"{tensors(len(rounded))} of the file {are(rounded)} not of the declared format"
    yield from about(comparison, "MN725", message, rounded, coarse.effect() if rounded else None)
    message = f"fewer bits than declared hold the values of {tensors(len(wide))}"
    yield from about(comparison, "MN726", message, wide, fine.effect() if wide else None)


def _other_than_signs(tensor: TensorFacts) -> str:
    found = "more than 65,536" if tensor.distinct is None else f"{tensor.distinct:,}"
    return f"zero and one value of either sign are declared, the file has {found}"


def numbers(comparison: Comparison) -> Iterator[Finding]:
    """MN731: NaN and infinity; MN732: denormals."""
    strange, tiny = list[Place](), list[Place]()
    for match in comparison.mapping.matches:
        nan, infinite, denormal = (
            sum(getattr(tensor, kind) for tensor in match.tensors)
            for kind in ("nan", "infinite", "denormal")
        )
        if nan or infinite:
            strange.append(Place(match.slot, f"{nan:,} NaN, {infinite:,} infinite"))
        if denormal:
            tiny.append(Place(match.slot, f"{denormal:,} denormals"))
    message = f"{tensors(len(strange))} hold values that are no numbers"
    yield from about(comparison, "MN731", message, strange)
    message = f"{tensors(len(tiny))} hold denormals, which count as nonzero"
    yield from about(comparison, "MN732", message, tiny)
