"""Findings as SARIF 2.1.0, for code scanning (docs.oasis-open.org/sarif)."""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from micronet_spec import rulebook
from micronet_spec.finding import Finding
from micronet_spec.report.json import finding_json

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_NAME = "micronet-spec"
_EFFECTS = {
    "scoreEffect": "effect",
    "storageEffect": "storage_effect",
    "mathEffect": "math_effect",
    "rankBefore": "rank_before",
    "rankAfter": "rank_after",
}

Flat = Mapping[str, Any]
"""A finding as `report/json.py` writes it."""
Sections = Mapping[str, str]
"""The prose of a rule's page by its headings."""


def sarif(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return a log with one run: every finding, and the rules they come from."""
    flat = [finding_json(finding, None) for finding in findings]
    pages = {code: _sections(code) for code in {it["code"] for it in flat}}
    return sarif_of(flat, pages, version(_NAME))


def sarif_of(
    findings: Iterable[Flat], pages: Mapping[str, Sections], written_by: str
) -> dict[str, Any]:
    """Return the log of findings as they are recorded, by a version of this program."""
    findings = list(findings)
    rules = {finding["code"]: finding for finding in findings}
    codes = sorted(rules)
    driver = {
        "name": _NAME,
        "version": written_by,
        "rules": [_rule(rules[code], pages.get(code, {})) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(it, codes.index(it["code"])) for it in findings],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _sections(code: str) -> Sections:
    try:
        return rulebook.page(code).sections
    except KeyError:  # a rule of a challenge's own
        return {}


def _rule(finding: Flat, sections: Sections) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": finding["code"],
        "name": finding["name"],
        "shortDescription": {"text": finding["name"].replace("-", " ")},
        "help": {"text": finding["help"]},
        "defaultConfiguration": {"level": finding["severity"]},
        "properties": {"clauses": finding["clauses"], "confidence": finding["confidence"]},
    }
    if sections:
        markdown = "\n\n".join(f"## {title}\n\n{text}" for title, text in sections.items())
        described["fullDescription"] = {"text": sections["What"]}
        described["help"] = {"text": sections["How to fix"], "markdown": markdown}
    return described


def _result(finding: Flat, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding["code"],
        "ruleIndex": index,
        "level": finding["severity"],
        "message": {"text": finding["message"]},
        "locations": [_location(finding)],
    }
    if finding["related"]:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": place["text"]}, **_location(place)}
            for number, place in enumerate(finding["related"], start=1)
        ]
    if waived := finding["waived"]:
        decided = f"{waived['decided_by']}, {waived['date']}: {waived['reason']}"
        result["suppressions"] = [{"kind": "external", "justification": decided}]
    properties = {"confidence": finding["confidence"], "help": finding["help"]}
    effects = {name: finding[key] for name, key in _EFFECTS.items() if finding[key] is not None}
    return {**result, "properties": properties | effects}


def _location(place: Flat) -> dict[str, Any]:
    path = PurePath(place["file"])
    # A file name may hold what is no character.
    uri = quote(path.as_posix().encode(errors="surrogateescape"))
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": f"file://{uri}" if path.is_absolute() else uri},
            "region": {
                "startLine": place["line"],
                "startColumn": place["column"],
                "endColumn": place["end_column"],
            },
        }
    }
