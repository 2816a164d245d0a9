"""A manifest against the contents of its checkpoint: measured score, attribution, verdict."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from micronet_spec.effect import Effect, Terms
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding, Looked, Severity
from micronet_spec.score import LayerCost
from micronet_spec.verify.draft import Draft
from micronet_spec.verify.evidence import Contents, File, Verdict
from micronet_spec.verify.mapping import Mapping, map_tensors
from micronet_spec.verify.measured import STEPS
from micronet_spec.verify.slots import slots

_READ = {Verdict.VERIFIED, Verdict.INCOMPLETE}
"""Verdicts on a file that was read, so that it could be compared."""


@dataclass(frozen=True)
class Step:
    """One kind of thing replaced, and the entry before and after it."""

    name: str
    before: Entry
    after: Entry

    @property
    def effect(self) -> Effect:
        """What it does to the score."""
        assert self.before.score
        assert self.after.score
        return Effect.between(self.before.score.terms, self.after.score.terms)

    @property
    def terms(self) -> Terms:
        """What it adds to each term of the score."""
        assert self.effect.terms
        return self.effect.terms

    @property
    def score(self) -> Fraction:
        """What it adds to the score."""
        return self.effect.change

    def of_layer(self, index: int) -> Terms:
        """Return what it adds to the score at one layer."""
        after, before = (_terms(entry, index) for entry in (self.after, self.before))
        return after - before


@dataclass(frozen=True)
class Comparison:
    """What a checkpoint holds, against what its manifest declares."""

    entry: Entry
    checkpoint: File | None
    contents: Contents
    mapping: Mapping
    steps: tuple[Step, ...]
    """From declared to measured; empty if either cannot be counted."""
    measured: Entry | None
    """The measured manifest, if it can be counted."""

    def step(self, name: str) -> Step | None:
        """Return the step of that name, if it changed anything."""
        return next((step for step in self.steps if step.name == name), None)


@dataclass(frozen=True)
class Verification:
    """A comparison, and what is concluded from it."""

    comparison: Comparison
    findings: tuple[Finding, ...]
    verdict: Verdict

    @property
    def looked(self) -> Looked:
        """What an audit takes from it: nothing is wrong with what was not looked at."""
        if self.verdict is Verdict.ABSENT:
            return Looked()
        whole = self.comparison.contents.verdict in _READ
        return Looked(self.findings, frozenset({"checkpoint"} if whole else ()))

    @property
    def score(self) -> Fraction | None:
        """The measured score; None where nothing was measured."""
        measured = self.comparison.measured
        return measured.score.score if measured and measured.score else None


def compare(
    entry: Entry, checkpoint: File | None, contents: Contents, root: str | None = None
) -> Comparison:
    """Hold `entry` against the `contents` of its checkpoint."""
    declared = slots(entry.graph) if entry.graph and entry.has("numerics") else []
    mapping = map_tensors(declared, contents, root)
    steps: list[Step] = []
    measured = None
    if entry.score and contents.tensors:
        steps, measured = _measured(entry, mapping)
    return Comparison(entry, checkpoint, contents, mapping, tuple(steps), measured)


def _measured(entry: Entry, mapping: Mapping) -> tuple[list[Step], Entry | None]:
    draft, before, steps = Draft(entry), entry, list[Step]()
    for name, replace_in in STEPS:
        replace_in(draft, mapping)
        after = draft.entry()
        if after.score is None:
            return [], None
        steps.append(Step(name, before, after))
        before = after
    return steps, before


def layers(entry: Entry) -> Iterator[LayerCost]:
    """Yield what each layer of a counted entry costs."""
    assert entry.cost
    yield from entry.cost.layers


def _terms(entry: Entry, index: int) -> Terms:
    return entry.terms(layer for layer in layers(entry) if layer.index == index)


_UNDECIDED = {"MN704", "MN714"}
"""Findings that something was not understood, which is no discrepancy."""


def verdict_of(comparison: Comparison, findings: tuple[Finding, ...]) -> Verdict:
    """Return what is concluded: a discrepancy outweighs what was not understood."""
    read = comparison.contents.verdict
    if read not in _READ:
        return read
    errors = {it.code for it in findings if it.rule.severity is Severity.ERROR} - _UNDECIDED
    if errors or _above(comparison):
        return Verdict.DISCREPANCY
    if comparison.measured is None or any(it.code in _UNDECIDED for it in findings):
        return Verdict.INCOMPLETE
    return Verdict.VERIFIED


def _above(comparison: Comparison) -> bool:
    """Tell whether more was measured than the most that is declared."""
    measured, declared = comparison.measured, comparison.entry.interval
    return bool(measured and measured.score and declared and measured.score.score > declared[1])
