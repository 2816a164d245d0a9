"""Quality against the hard target (T1), on exact numbers."""

from collections.abc import Iterator
from decimal import Decimal, localcontext
from fractions import Fraction

from micronet_spec.digits import half_unit
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.manifest.entry import Quality
from micronet_spec.quality.target import meets_target, stated_percent
from micronet_spec.rules.registry import check

_FIELDS = {"top1_percent": ("top1_percent", "top1_correct"), "perplexity": ("perplexity",)}


@check
def quality_missing(entry: Entry) -> Iterator[Finding]:
    """MN302: no quality at all."""
    quality = entry.manifest.quality
    if quality is None or (isinstance(quality, Quality) and not quality.figures):
        message = "the quality on the test set is not stated"
        yield Finding("MN302", message, entry.at("quality", key=True))


@check
def quality_wrong_metric(entry: Entry) -> Iterator[Finding]:
    """MN304: the quality is in another task's metric."""
    quality = entry.manifest.stated_quality
    if quality is None or entry.task is None:
        return
    wanted = _FIELDS[entry.task.quality.metric]
    for name in quality.figures:
        if name not in wanted:
            message = f"{entry.task.title} is judged by {' or '.join(wanted)}, not by {name}"
            yield Finding("MN304", message, entry.at("quality", name, key=True))


@check
def quality_contradiction(entry: Entry) -> Iterator[Finding]:
    """MN305: more correct than tested, or two figures that disagree."""
    quality = entry.manifest.stated_quality
    examples = entry.task.test_examples if entry.task else None
    if quality is None or examples is None:
        return
    correct, percent = quality.top1_correct, quality.top1_percent
    if percent is not None and percent > 100:  # noqa: PLR2004 - percent
        yield Finding("MN305", f"{percent} % is more than all", entry.at("quality", "top1_percent"))
    elif correct is not None and correct > examples:
        message = f"{correct:,} correct of {examples:,} test examples"
        yield Finding("MN305", message, entry.at("quality", "top1_correct"))
    elif correct is not None and percent is not None:
        exact = Fraction(100 * correct, examples)
        if abs(exact - Fraction(percent)) > half_unit(percent):
            message = f"{correct:,} of {examples:,} is {float(exact):g} %, not {percent} %"
            primary = entry.at("quality", "top1_percent")
            yield Finding("MN305", message, primary, (entry.at("quality", "top1_correct"),))


@check
def quality_below_target(entry: Entry) -> Iterator[Finding]:
    """MN301: the target is missed, by however little."""
    quality = entry.manifest.stated_quality
    if quality is None or entry.task is None or meets_target(entry) is not False:
        return
    target, examples = entry.task.quality.target, entry.task.test_examples
    if entry.task.quality.metric == "perplexity":
        message = f"a perplexity of {quality.perplexity} misses the target of {target}"
        yield Finding("MN301", message, entry.at("quality", "perplexity"))
        return
    field = "top1_percent" if quality.top1_correct is None else "top1_correct"
    percent = stated_percent(entry, quality) or Fraction()
    shown = _exactly(percent) if field == "top1_correct" else quality.top1_percent
    message = f"{shown} % misses the target of {target} %"
    if examples:
        needed = -(-target * examples // 100)
        correct = _exactly(percent * examples / 100)
        message += f": {correct} of {examples:,} test examples are correct, {needed:,} are needed"
    yield Finding("MN301", message, entry.at("quality", field))


@check
def quality_not_whole_examples(entry: Entry) -> Iterator[Finding]:
    """MN303: a percentage that no whole number of test examples gives."""
    quality = entry.manifest.stated_quality
    examples = entry.task.test_examples if entry.task else None
    if quality is None or quality.top1_percent is None or examples is None:
        return
    correct = Fraction(quality.top1_percent) * examples / 100
    if correct.denominator != 1 and quality.top1_correct is None:
        message = f"{quality.top1_percent} % of {examples:,} test examples is "
        message += f"{_exactly(correct)}, not a whole number"
        yield Finding("MN303", message, entry.at("quality", "top1_percent"))


def _exactly(number: Fraction) -> str:
    """Return a number with a decimal expansion that ends, in full."""
    with localcontext(prec=60):
        decimal = Decimal(number.numerator) / Decimal(number.denominator)
        return f"{decimal.normalize():,f}"
