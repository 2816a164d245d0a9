"""Findings as SARIF 2.1.0, for code scanning (docs.oasis-open.org/sarif)."""

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from micronet_spec import rulebook
from micronet_spec.finding import Effect, Finding, Label, Rule

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return a log with one run: every finding, and the rules they come from."""
    findings = list(findings)
    rules = {finding.code: finding.rule for finding in findings}
    codes = sorted(rules)
    driver = {
        "name": "micronet-spec",
        "version": version("micronet-spec"),
        "rules": [_rule(code, rules[code]) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(it, codes.index(it.code)) for it in findings],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, rule: Rule) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": code,
        "name": rule.name,
        "shortDescription": {"text": rule.name.replace("-", " ")},
        "help": {"text": rule.help},
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": {"clauses": list(rule.clauses), "confidence": rule.confidence},
    }
    try:
        sections = rulebook.page(code).sections
    except KeyError:
        return described
    markdown = "\n\n".join(f"## {title}\n\n{text}" for title, text in sections.items())
    described["fullDescription"] = {"text": sections["What"]}
    described["help"] = {"text": sections["How to fix"], "markdown": markdown}
    return described


def _result(finding: Finding, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": str(finding.rule.severity),
        "message": {"text": finding.message},
        "locations": [_location(finding.primary)],
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": label.text}, **_location(label)}
            for number, label in enumerate(finding.related, start=1)
        ]
    if finding.waived:
        decided = f"{finding.waived.decided_by}, {finding.waived.date}: {finding.waived.reason}"
        result["suppressions"] = [{"kind": "external", "justification": decided}]
    properties: dict[str, Any] = {"confidence": finding.rule.confidence}
    if finding.help:
        properties["help"] = finding.help
    if finding.effect:
        properties |= _effect(finding.effect)
    return {**result, "properties": properties}


def _effect(effect: Effect) -> dict[str, Any]:
    properties: dict[str, Any] = {"scoreEffect": float(effect.change)}
    if terms := effect.terms:
        properties |= {"storageEffect": float(terms.storage), "mathEffect": float(terms.ops)}
    if ranks := effect.ranks:
        properties |= {"rankBefore": ranks.before, "rankAfter": ranks.after}
    return properties


def _location(label: Label) -> dict[str, Any]:
    span = label.span
    path = PurePath(label.document.path)
    # A file name may hold what is no character.
    uri = quote(path.as_posix().encode(errors="surrogateescape"))
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": f"file://{uri}" if path.is_absolute() else uri},
            "region": {
                "startLine": span.line,
                "startColumn": span.column,
                "endColumn": span.end,
            },
        }
    }
