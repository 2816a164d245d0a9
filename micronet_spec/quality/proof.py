"""Whether the stated quality follows from the predictions: top-1 accuracy, or perplexity."""

import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from operator import eq
from pathlib import Path

from micronet_spec.digits import half_unit
from micronet_spec.document import Document, Span
from micronet_spec.document.source import UnreadableError
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding, Label
from micronet_spec.manifest.entry import Predictions
from micronet_spec.quality.lines import (
    Lines,
    findings_at,
    label_of,
    log_probability_of,
    read_lines,
    values_of,
)
from micronet_spec.quality.target import meets_target

_FILE, _LINE, _COUNT, _CONTRADICTED, _LABELS = "MN741", "MN742", "MN743", "MN744", "MN745"


class Verdict(StrEnum):
    """What is known of the stated quality."""

    PROVEN = "quality proven"
    CLAIMED = "claimed only"
    CONTRADICTED = "quality contradicted"


@dataclass(frozen=True)
class Proof:
    """The verdict, what was computed, and what is wrong."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    examples: int | None = None
    """Examples, or tokens, of the test set."""
    correct: int | None = None
    """Examples classified correctly."""
    perplexity: float | None = None
    """exp of the mean of the negative log-probabilities."""
    meets_target: bool | None = None
    """Whether what was computed meets the task's target, without rounding (T1)."""


def prove(entry: Entry, labels: Path) -> Proof:
    """Recompute the quality of an entry from its predictions.

    `labels` holds the test set, a line per example in its order: the label of an image, or a token
    (of which only their number is used). Never raises for what the files say.
    """
    quality = entry.manifest.stated_quality if entry.has("quality") else None
    if quality is None or quality.predictions is None or entry.task is None:
        return Proof(Verdict.CLAIMED)
    findings: list[Finding] = []
    predicted, known = None, None
    try:
        predicted = _predictions(entry, quality.predictions)
    except (UnreadableError, ValueError) as error:
        where = entry.at("quality", "predictions", "file")
        findings.append(Finding(_FILE, f"`{quality.predictions.file}`: {error}", where))
    try:
        known = read_lines(labels)
    except UnreadableError as error:
        where = Label(Document(labels, ""), Span(1, 1, 2))
        findings.append(Finding(_LABELS, str(error), where))
    if not (predicted and known):
        return Proof(Verdict.CLAIMED, tuple(findings))
    if findings := list(_miscounted(entry, predicted, known)):
        return Proof(Verdict.CLAIMED, tuple(findings))
    if entry.task.quality.metric == "perplexity":
        return _perplexity(entry, predicted)
    return _accuracy(entry, predicted, known)


def _predictions(entry: Entry, declared: Predictions) -> Lines:
    path = entry.document.path.parent / declared.file
    if path.name != declared.file or path.is_symlink():
        raise ValueError("this is not the name of a file beside the manifest")
    lines = read_lines(path)
    if lines.sha256 != declared.sha256:
        raise ValueError(f"the file has the digest {lines.sha256}, not the declared one")
    return lines


def _miscounted(entry: Entry, predicted: Lines, known: Lines) -> Iterator[Finding]:
    """Yield what keeps lines from being compared one by one."""
    wanted = entry.task.test_examples if entry.task else None
    examples = len(known.texts)
    if not examples or (wanted and examples != wanted):
        test = f", and the test set has {wanted:,}" if wanted else ""
        message = f"labels of {examples:,} examples{test}"
        yield Finding(_LABELS, message, known.label(max(1, examples)))
    elif len(predicted.texts) != examples:
        message = f"{len(predicted.texts):,} predictions for {examples:,} examples"
        yield Finding(_COUNT, message, predicted.label(max(1, len(predicted.texts))))


def _accuracy(entry: Entry, predicted: Lines, known: Lines) -> Proof:
    truth, unknown = values_of(known, label_of, _LABELS)
    if unknown:
        return Proof(Verdict.CLAIMED, tuple(unknown))
    guesses, findings = values_of(predicted, label_of, _LINE)
    if not findings:
        least, most = min(truth), max(truth)
        message = f"no such class: the labels run from {least} to {most}"
        wrong = [n for n, guess in enumerate(guesses, start=1) if not least <= guess <= most]
        findings = list(findings_at(predicted, [(n, message) for n in wrong], _LINE))
    if findings:
        return Proof(Verdict.CLAIMED, tuple(findings))
    correct = sum(map(eq, truth, guesses))
    percent = Fraction(100 * correct, len(truth))
    shown = f"{correct:,} of {len(truth):,} predictions are correct, {float(percent):.10g} %"
    assert entry.task
    proof = Proof(
        Verdict.PROVEN,
        examples=len(truth),
        correct=correct,
        meets_target=percent >= entry.task.quality.target,
    )
    return _compared(entry, proof, {"top1_percent": percent, "top1_correct": correct}, shown)


def _perplexity(entry: Entry, predicted: Lines) -> Proof:
    logarithms, findings = values_of(predicted, log_probability_of, _LINE)
    if findings:
        return Proof(Verdict.CLAIMED, tuple(findings))
    perplexity = _exp(-math.fsum(logarithms) / len(logarithms))
    assert entry.task
    proof = Proof(
        Verdict.PROVEN,
        examples=len(logarithms),
        perplexity=perplexity,
        meets_target=perplexity <= entry.task.quality.target,
    )
    found = {"perplexity": Fraction(perplexity)}
    return _compared(entry, proof, found, f"the perplexity is {perplexity:.10g}")


def _compared(entry: Entry, proof: Proof, found: Mapping[str, Fraction | int], shown: str) -> Proof:
    """Return the proof, contradicted where a stated figure is not what was computed.

    A figure may be rounded to its last digit, but not over the target (T1).
    """
    assert entry.manifest.stated_quality
    contradicted = [
        name
        for name, figure in entry.manifest.stated_quality.figures.items()
        if name in found and abs(found[name] - Fraction(figure)) > _rounding(figure)
    ]
    stated = meets_target(entry)
    if not contradicted and (stated is None or stated is proof.meets_target):
        return proof
    names = contradicted or entry.manifest.stated_quality.figures
    findings = [
        Finding(_CONTRADICTED, shown, entry.at("quality", name)) for name in names if name in found
    ]
    return replace(proof, verdict=Verdict.CONTRADICTED, findings=tuple(findings))


def _rounding(figure: Decimal | int) -> Fraction:
    return half_unit(figure) if isinstance(figure, Decimal) else Fraction()


def _exp(power: float) -> float:
    """Return e to the `power`, or the greatest float."""
    try:
        return math.exp(power)
    except OverflowError:
        return sys.float_info.max
