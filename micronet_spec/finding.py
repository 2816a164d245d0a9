"""What the program says about an entry: findings, and the rules they come from."""

from collections.abc import Iterable
from dataclasses import dataclass

from micronet_spec.document import Document, Route, Span
from micronet_spec.document.rewrite import Rewrite
from micronet_spec.effect import Effect
from micronet_spec.rulebook import EVIDENCE, Rule, Severity, rule, rules

__all__ = [
    "EVIDENCE",
    "Content",
    "Effect",
    "Finding",
    "Fix",
    "Label",
    "Looked",
    "Rule",
    "Severity",
    "Waived",
    "ordered",
    "rules",
]


@dataclass(frozen=True, slots=True)
class Content:
    """What stands at a place (`content.py`)."""

    name: str
    """The file and the keys, or the layer's name."""
    keys: tuple[str, ...]
    layer: str | None
    digest: str


@dataclass(frozen=True)
class Label:
    """A place that matters to a finding, and a few words about it.

    The place is a node of a document, and only the report turns it into line and column.
    """

    document: Document
    place: Route | Span
    text: str = ""
    key: bool = False
    """Point at the key that names the node, not at its value."""
    content: Content | None = None
    """What stands there, if the document no longer tells."""

    @property
    def span(self) -> Span:
        """Where the place is in the text."""
        if isinstance(self.place, Span):
            return self.place
        return self.document.span(self.place, key=self.key)


@dataclass(frozen=True, slots=True)
class Waived:
    """Why a finding is set aside, who decided it, and on which day."""

    reason: str
    decided_by: str
    date: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Changes of the text of the document that a finding points at."""

    changes: tuple[Rewrite, ...]
    safe: bool = True
    """Whether they can only be what was meant; else a person has to want them."""


@dataclass(frozen=True)
class Finding:
    """One thing wrong, or to be looked at, with every place that matters."""

    code: str
    message: str
    primary: Label
    related: tuple[Label, ...] = ()
    effect: Effect | None = None
    """What settling it does to the score, if that is known."""
    help: str = ""
    """How to fix it here; default: the rule's."""
    fix: Fix | None = None
    """What settles it, if a change of the text does."""
    own_rule: Rule | None = None
    """The rule, if it is not one of the program's."""
    waived: Waived | None = None
    """The organizers' decision, if they set it aside."""

    @property
    def rule(self) -> Rule:
        """The rule it comes from."""
        return self.own_rule or rule(self.code)


@dataclass(frozen=True)
class Looked:
    """What evidence of an entry shows, beyond its manifest."""

    findings: tuple[Finding, ...] = ()
    checks: frozenset[str] = frozenset()
    """The checks of evidence that were made in full (`Rule.check`)."""

    def asked(self, rule: Rule | None) -> bool:
        """Tell whether all that a rule finds is known; None is a rule of a challenge."""
        return rule is None or rule.scope != EVIDENCE or rule.check in self.checks


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Return `findings` in reading order: by file, root causes first, then by place.

    The hundreds of a code are the stages of reading a file; an early stage causes later ones.
    """

    def key(finding: Finding) -> tuple[str, str, int, int, str]:
        span = finding.primary.span
        path = str(finding.primary.document.path)
        return path, finding.code[:3], span.line, span.column, finding.code

    return sorted(findings, key=key)
