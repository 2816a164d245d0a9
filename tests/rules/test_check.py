"""All rules together: order, causes, and a rule that fails."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from micronet_spec import rulebook
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.rules import check, rule_set
from micronet_spec.rules.facts import Facts
from micronet_spec.rules.ruleset import Asked

if TYPE_CHECKING:
    from tests.conftest import Expected, Linted, Made, Understood

ALL = rule_set()


def lint_by(entry: Entry, *rules: Asked) -> list[Finding]:
    return check(entry, replace(ALL, asked=rules))


def test_a_rule_that_raises_is_a_finding_and_the_others_still_run(
    manifest: "Made", understood: "Understood"
) -> None:
    entry = understood(manifest(quality="{top1_percent: 79}", checkpoint=None, training=None))
    before = [finding.code for finding in check(entry)]

    def fail(facts: Facts) -> Iterator[Finding]:
        yield Finding("MN312", "found before the mistake", facts.entry.at("name"))
        raise ZeroDivisionError("\x1b[31mmistake")

    failing = (replace(it, run=fail) if it.rule.code == "MN312" else it for it in ALL.asked)
    findings = lint_by(entry, *failing)
    assert before == ["MN312", "MN301", "MN503"]
    assert [finding.code for finding in findings] == ["MN301", "MN503", "MN901"]
    crash = findings[-1]
    assert crash.message == "the rule `unstated-origin` failed: ZeroDivisionError: \x1b[31mmistake"
    assert crash.primary.place == ("name",)
    assert "report" in crash.rule.help


def test_a_rule_is_asked_only_of_entries_that_have_what_it_needs(
    manifest: "Made", understood: "Understood"
) -> None:
    asked: list[str] = []

    def ask(facts: Facts) -> Iterator[Finding]:
        asked.append(facts.entry.name)
        yield from ()

    rule = Asked(rulebook.rule("MN401"), ask, ("quality", "score"), frozenset(), ())
    lint_by(understood(manifest(name="whole")), rule)
    no_score = manifest(name="no score", layers=["{name: a, op: relu, from: x}"])
    lint_by(understood(no_score), rule)
    lint_by(understood(manifest(name="no quality", quality="{top1_percent: x}")), rule)
    assert asked == ["whole"]


def test_a_rule_is_not_asked_after_what_would_cause_what_it_finds(
    manifest: "Made", understood: "Understood"
) -> None:
    def ask(facts: Facts) -> Iterator[Finding]:
        yield Finding("MN401", "asked", facts.entry.at("name"))

    rule = Asked(rulebook.rule("MN401"), ask, (), frozenset({"MN306"}), ("MN1", "MN30"))
    rules = (*(it for it in ALL.asked if it.rule.code != "MN401"), rule)

    def codes(text: str) -> list[str]:
        return [finding.code for finding in lint_by(understood(text), *rules)]

    assert codes(manifest()) == ["MN401"]
    assert "MN401" not in codes(manifest(colour="red")), "an error of a stage"
    assert "MN401" not in codes(manifest(quality="{top1_percent: 1}")), "an error of a stage"
    assert codes(manifest(quality="{top1_percent: 80.073}")) == ["MN303", "MN401"], "a warning"
    assert codes(manifest(quality="unknown")) == ["MN306"], "a warning of the very rule"
    others = tuple(it for it in rules if it.rule.code != "MN306")
    assert not lint_by(understood(manifest()), *others), "a rule that was not asked"


def test_rules_are_asked_after_those_that_would_cause_what_they_find() -> None:
    order = [it.rule.code for it in ALL.asked]
    assert order.index("MN303") > order.index("MN305")
    assert order.index("MN506") > order.index("MN507")
    assert order.index("MN401") > max(order.index(code) for code in order if code[:3] == "MN2")


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
