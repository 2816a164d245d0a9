"""Findings as annotations of a GitHub workflow, one line each."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from micronet_spec.finding import Finding
from micronet_spec.report.json import finding_json
from micronet_spec.visible import visible

_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def annotations(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield a workflow command for every finding that is not waived."""
    return annotations_of(finding_json(finding, None) for finding in findings)


def annotations_of(findings: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the same of findings as they are recorded."""
    for finding in (finding for finding in findings if not finding["waived"]):
        places = {
            "file": finding["file"],
            "line": str(finding["line"]),
            "col": str(finding["column"]),
            "endColumn": str(finding["end_column"]),
            "title": f"{finding['code']} {finding['name']}",
        }
        properties = ",".join(f"{key}={_property(value)}" for key, value in places.items())
        text = f"{finding['message']}; {finding['help']}"
        yield f"::{_LEVELS[finding['severity']]} {properties}::{_data(text)}"


def _data(text: str) -> str:
    """Return `text` so that it ends no line and begins no command."""
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
