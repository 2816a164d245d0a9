"""The stated quality against the target of its task (T1)."""

from fractions import Fraction

from micronet_spec.entry.entry import Entry
from micronet_spec.manifest.entry import Quality


def meets_target(entry: Entry) -> bool | None:
    """Tell whether the quality is exactly at the target or better; None if it is not known."""
    distance = shortfall(entry)
    return None if distance is None else distance <= 0


def shortfall(entry: Entry) -> Fraction | None:
    """Return what the quality lacks of the target, in percent or as perplexity.

    Not above zero where the target is met; None if the quality is not known.
    """
    if not (entry.task and entry.has("quality")) or entry.manifest.stated_quality is None:
        return None
    quality, target = entry.manifest.stated_quality, entry.task.quality
    if target.metric == "perplexity":
        return None if quality.perplexity is None else Fraction(quality.perplexity) - target.target
    percent = stated_percent(entry, quality)
    return None if percent is None else target.target - percent


def stated_percent(entry: Entry, quality: Quality) -> Fraction | None:
    """Return how many percent are correct by a statement; None if it does not say."""
    examples = entry.task.test_examples if entry.task else None
    if quality.top1_correct is not None and examples:
        return Fraction(100 * quality.top1_correct, examples)
    return None if quality.top1_percent is None else Fraction(quality.top1_percent)
