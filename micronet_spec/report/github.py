"""Findings as annotations of a GitHub workflow, one line each."""

from collections.abc import Iterable, Iterator

from micronet_spec.finding import Finding, Severity
from micronet_spec.report.visible import visible

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def annotations(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield a workflow command for every finding that is not waived."""
    for finding in (finding for finding in findings if not finding.waived):
        rule, span = finding.rule, finding.primary.span
        places = {
            "file": str(finding.primary.document.path),
            "line": str(span.line),
            "col": str(span.column),
            "endColumn": str(span.end),
            "title": f"{finding.code} {rule.name}",
        }
        properties = ",".join(f"{key}={_property(value)}" for key, value in places.items())
        text = f"{finding.message}; {finding.help or rule.help}"
        yield f"::{_LEVELS[rule.severity]} {properties}::{_data(text)}"


def _data(text: str) -> str:
    """Return `text` so that it ends no line and begins no command."""
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
