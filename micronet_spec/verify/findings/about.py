"""One finding about several tensors: the one with the largest effect first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from micronet_spec.effect import Effect, Terms
from micronet_spec.finding import Finding, Label
from micronet_spec.verify.compare import Comparison, Step
from micronet_spec.verify.slots import Slot

NO_EFFECT = Terms()
LABELS = 8
"""Places of one finding that are shown; the table of layers has all."""


@dataclass(frozen=True)
class Place:
    """A tensor that a finding is about."""

    slot: Slot
    text: str
    effect: Terms = NO_EFFECT
    field: str = ""


def about(
    comparison: Comparison,
    code: str,
    message: str,
    places: Iterable[Place],
    effect: Step | Effect | None = None,
) -> Iterator[Finding]:
    """Yield one finding about `places`, the one with the largest effect first."""
    ranked = sorted(places, key=lambda place: -abs(place.effect.score))
    if not ranked:
        return
    labels = [_label(comparison, place) for place in ranked[:LABELS]]
    total, score = sum((it.effect for it in ranked), Terms()), comparison.entry.score
    if effect is None and total.score and score:
        effect = Effect.between(score.terms, score.terms + total)
    if isinstance(effect, Step):
        effect = effect_of(effect)
    if effect and not effect.change:
        effect = None
    yield Finding(code, message, labels[0], tuple(labels[1:]), effect)


def _label(comparison: Comparison, place: Place) -> Label:
    field = [str(part) for part in place.slot.field]
    if place.slot.folded:
        field = ["fold", "tensors"]
    elif place.slot.extra:
        field = ["stored"]
    elif place.field:
        field.append(place.field)
    return comparison.entry.layer(place.slot.index, *field, text=place.text)


def effect_of(step: Step | None) -> Effect | None:
    """Return the effect of a step that changes the score."""
    return step.effect if step and step.score else None


def at_checkpoint(comparison: Comparison, key: str = "file", text: str = "") -> Label:
    """Point at a key of the declared checkpoint."""
    return comparison.entry.at("checkpoint", key, text=text)


def tensors(count: int) -> str:
    """Count tensors in words."""
    return "one tensor" if count == 1 else f"{count:,} tensors"


def are(places: list[Place]) -> str:
    """Return the verb that fits the number of places."""
    return "is" if len(places) == 1 else "are"


def shape(sizes: tuple[int, ...]) -> str:
    """Return a shape for people."""
    return " x ".join(f"{size:,}" for size in sizes) or "one value"
