"""All rules together: order, causes, and a rule that fails."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from micronet_spec import rules
from micronet_spec.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.rules import training
from micronet_spec.rules.rule import Check, check

if TYPE_CHECKING:
    from tests.conftest import Expected, Linted, Made


def test_a_rule_that_raises_is_a_finding_and_the_others_still_run(
    manifest: "Made", lint: "Linted", monkeypatch: pytest.MonkeyPatch
) -> None:
    text = manifest(quality="{top1_percent: 79}", checkpoint=None, training=None)
    before = [finding.code for finding in lint(text)]

    def fail(entry: Entry) -> Iterator[Finding]:
        yield Finding("MN312", "found before the mistake", entry.at("name"))
        raise ZeroDivisionError("\x1b[31mmistake")

    broken = Check(fail, (), ())
    monkeypatch.setattr(
        rules, "CHECKS", tuple(broken if c is training.unstated else c for c in rules.CHECKS)
    )
    findings = lint(text)
    assert before == ["MN312", "MN301", "MN503"]
    assert [finding.code for finding in findings] == ["MN301", "MN503", "MN901"]
    crash = findings[-1]
    assert crash.message == "the check `test_check.fail` failed: ZeroDivisionError: \x1b[31mmistake"
    assert crash.primary.place == ("name",)
    assert "report" in crash.rule.help


def test_a_rule_is_asked_only_of_entries_that_have_what_it_needs(
    manifest: "Made", lint: "Linted", monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    @check("quality", "score")
    def ask(entry: Entry) -> Iterator[Finding]:
        asked.append(entry.name)
        yield from ()

    monkeypatch.setattr(rules, "CHECKS", (ask,))
    lint(manifest(name="whole"))
    lint(manifest(name="no score", layers=["{name: a, op: relu, from: x}"]))
    lint(manifest(name="no quality", quality="{top1_percent: x}"))
    assert asked == ["whole"]


def test_a_rule_is_not_asked_after_an_error_that_would_cause_what_it_finds(
    manifest: "Made", lint: "Linted", monkeypatch: pytest.MonkeyPatch
) -> None:
    @check(unless=("MN1", "MN30"))
    def ask(entry: Entry) -> Iterator[Finding]:
        yield Finding("MN401", "asked", entry.at("name"))

    monkeypatch.setattr(rules, "CHECKS", (*rules.CHECKS, ask))
    assert [f.code for f in lint(manifest())] == ["MN401"]
    assert "MN401" not in {f.code for f in lint(manifest(colour="red"))}
    assert "MN401" not in {f.code for f in lint(manifest(quality="{top1_percent: 1}"))}
    only_a_warning = lint(manifest(quality="{top1_percent: 80.073}"))
    assert [f.code for f in only_a_warning] == ["MN303", "MN401"]


def test_findings_are_ordered_by_stage_and_then_by_place(manifest: "Made", lint: "Linted") -> None:
    text = manifest(
        submitted="2020-01-01",
        training="{data: [x], start_weights: unstated}",
        quality="{top1_percent: 79, top1_percent: 81}",
        colour="red",
        layers=[
            "{name: a, op: conv2d, out: 4, kernel: 3, weight: {store: mask, nonzero: 999}}",
            "{name: b, op: relu, zz: 1}",
        ],
    )
    codes = [finding.code for finding in lint(text)]
    assert codes == ["MN005", "MN101", "MN101", "MN201", "MN311", "MN312", "MN301", "MN504"]


def test_every_finding_has_a_rule_and_points_into_the_text(
    manifest: "Made", expect: "Expected"
) -> None:
    text = manifest(name="«Example»", quality=None, repository=None, checkpoint=None)
    for finding in expect(text, "MN302 MN501 MN503"):
        assert finding.rule.name
        assert finding.primary.text == "this entry"
