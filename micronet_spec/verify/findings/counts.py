"""How many values are not zero, and what masks hide."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from micronet_spec.finding import Finding
from micronet_spec.manifest.tensors import Between, Nominal, PerChannel
from micronet_spec.verify.compare import Comparison
from micronet_spec.verify.findings.about import NO_EFFECT, Place, about, tensors
from micronet_spec.verify.mapping import Match
from micronet_spec.verify.measured import counts_of


def nonzeros(comparison: Comparison) -> Iterator[Finding]:
    """MN721: other counts than declared; MN722: one sparsity for layers that differ."""
    wrong, nominal = list[Place](), list[tuple[Place, Fraction]]()
    steps = [step for step in comparison.steps if step.name in {"nonzeros", "masks"}]
    for match in comparison.mapping.matches:
        if match.tensor.values != match.slot.values or len(match.tensors) > 1:
            continue
        effect = sum((step.of_layer(match.slot.index) for step in steps), NO_EFFECT)
        for field, amount, counts in _counts(comparison, match):
            total = sum(counts)
            if isinstance(amount, Nominal):
                share = 1 - Fraction(total, match.slot.values)
                text = f"the file has {float(share):.4f}"
                if share != amount.sparsity:
                    nominal.append((Place(match.slot, text, effect, field), share))
            elif not _agrees(amount, counts):
                text = f"the file has {total:,}{_where(amount, counts)}"
                wrong.append(Place(match.slot, text, effect, field))
    if nominal:
        shares = sorted(float(share) for _, share in nominal)
        message = f"one sparsity is declared for {tensors(len(nominal))}, which have "
        message += f"{shares[0]:.4f} to {shares[-1]:.4f}"
        yield from about(comparison, "MN722", message, [it for it, _ in nominal])
    message = f"the nonzeros of {tensors(len(wrong))} are not those of the file"
    yield from about(comparison, "MN721", message, wrong)


def masks(comparison: Comparison) -> Iterator[Finding]:
    """MN723: values that a stored mask hides."""
    hidden = [
        Place(match.slot, f"`{match.mask.mask}` hides {match.mask.masked_nonzeros:,} values")
        for match in comparison.mapping.matches
        if match.mask and match.mask.masked_nonzeros
    ]
    message = f"the stored masks of {tensors(len(hidden))} hide values that are not zero"
    yield from about(comparison, "MN723", message, hidden, comparison.step("masks"))


def _counts(comparison: Comparison, match: Match) -> Iterator[tuple[str, object, tuple[int, ...]]]:
    """Yield field, declared amount and measured counts of a sparse tensor."""
    layer = comparison.entry.reading.layers[match.slot.index]
    tensor = getattr(layer, str(match.slot.field[0]), None)
    facts = match.mask or match.tensor
    for field, counts in counts_of(tensor, facts):
        by_channel = len(counts) == match.slot.shape[0]
        yield field, getattr(tensor, field), counts if by_channel else (sum(counts),)


def _agrees(amount: object, counts: tuple[int, ...]) -> bool:
    total = sum(counts)
    if isinstance(amount, int):
        return amount == total
    if isinstance(amount, tuple):
        return amount == counts if len(amount) == len(counts) else sum(amount) == total
    if isinstance(amount, PerChannel):
        declared = Counter({nonzeros: 0 for nonzeros, _ in amount.per_channel})
        for nonzeros, channels in amount.per_channel:
            declared[nonzeros] += channels
        return declared == Counter(counts)
    if isinstance(amount, Between):
        return amount.at_least <= total and (amount.at_most is None or total <= amount.at_most)
    return True


def _where(amount: object, counts: tuple[int, ...]) -> str:
    """Say where two lists of counts first differ."""
    if not isinstance(amount, tuple) or len(amount) != len(counts):
        return ""
    pairs = enumerate(zip(amount, counts, strict=True))
    place = next(place for place, (stated, found) in pairs if stated != found)
    return f", channel {place} {counts[place]:,}"
