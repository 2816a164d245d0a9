"""Findings for code scanning (SARIF 2.1.0) and as annotations of a workflow."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from micronet_spec.document import parse
from micronet_spec.finding import Finding, Label
from micronet_spec.report.github import annotations
from micronet_spec.report.sarif import sarif

if TYPE_CHECKING:
    from tests.conftest import Linted, Made, Run

MISSED = "{top1_percent: 79.996}"


def run_of(findings: list[Finding]) -> dict[str, Any]:
    log = sarif(findings)
    assert log["version"] == "2.1.0"
    assert "sarif-2.1.0" in log["$schema"]
    run: dict[str, Any]
    [run] = log["runs"]
    assert json.loads(json.dumps(run)) == run
    return run


def test_every_result_names_its_rule_its_level_and_its_place(
    manifest: "Made", lint: "Linted"
) -> None:
    run = run_of(lint(manifest(quality=MISSED, checkpoint=None)))
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
    [missed, absent] = run["results"]
    assert missed["ruleId"] == "MN301"
    [place] = missed["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "entry.yaml"},
        "region": {"startLine": 9, "startColumn": 25, "endColumn": 31},
    }
    assert absent["ruleId"] == "MN503"


def test_the_help_of_a_rule_is_its_page(manifest: "Made", lint: "Linted") -> None:
    [rule] = run_of(lint(manifest(quality=MISSED)))["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("MN301", "quality-below-target")
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert "## When to waive" in rule["help"]["markdown"]
    assert rule["properties"] == {"clauses": ["T1"], "confidence": "certain"}


def test_other_places_and_the_effect_are_told(manifest: "Made", lint: "Linted") -> None:
    text = manifest(numerics="{freebie: 16-bit, defaults: {weight: float16}}")
    results = run_of(lint(text))["results"]
    [result] = [result for result in results if result["ruleId"] == "MN202"]
    assert "float16" in result["relatedLocations"][0]["message"]["text"]
    effects = result["properties"]
    total = effects["storageEffect"] + effects["mathEffect"]
    assert effects["scoreEffect"] == pytest.approx(total) != 0
    assert "rankBefore" not in effects


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("a b%.yaml", "a%20b%25.yaml"),
        ("/board/x.yaml", "file:///board/x.yaml"),
        ("\udcff.yaml", "%FF.yaml"),
    ],
)
def test_a_path_is_a_uri(name: str, uri: str) -> None:
    finding = Finding("MN301", "missed", Label(parse("a: 1", Path(name)), ("a",)))
    [result] = run_of([finding])["results"]
    [place] = result["locations"]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": uri}


def test_without_findings_there_is_a_run_without_results() -> None:
    run = run_of([])
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])


def test_an_annotation_is_one_line_that_nothing_in_it_ends() -> None:
    document = parse("a: 1", Path("a,b:c\n.yaml"))
    finding = Finding("MN301", "100 %\n::error::no", Label(document, ("a",)))
    [line] = annotations([finding])
    assert line == (
        "::error file=a%2Cb%3Ac\ufffd.yaml,line=1,col=4,endColumn=5,"
        "title=MN301 quality-below-target::"
        "100 %25\ufffd::error::no; enter a network that meets the target"
    )


@pytest.mark.parametrize("command", ["lint", "audit"])
def test_the_command_prints_them(
    command: str, tmp_path: Path, manifest: "Made", micronet: "Run"
) -> None:
    path = tmp_path / "entry.yaml"
    path.write_text(manifest(quality=MISSED, checkpoint=None), encoding="utf-8")
    where = path if command == "lint" else tmp_path
    ran = micronet(command, where, "--format", "sarif")
    assert ran.code == 1
    assert [it["ruleId"] for it in json.loads(ran.out)["runs"][0]["results"]] == ["MN301", "MN503"]
    lines = micronet(command, where, "--format", "github").out.splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["::error", "::error"]
