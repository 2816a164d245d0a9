"""Rules that are expressions: what they see, how exact they are, and how they fail."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from micronet_spec import cli
from micronet_spec.challenge.challenge import ChallengeError
from micronet_spec.challenge.editions import Challenges
from micronet_spec.document import parse
from micronet_spec.entry.entry import understand
from micronet_spec.finding import Finding
from micronet_spec.manifest import read
from micronet_spec.rules import check
from micronet_spec.rules.context import FIELDS, variables
from micronet_spec.rules.expression import ExpressionError, compare, compiled, context, template

if TYPE_CHECKING:
    from tests.conftest import Made, Run, Understood

TINY = Path(__file__).parents[1] / "challenges/tiny"
HEAD = """\
manifest: 1
challenge: tiny
task: shapes
name: Nobody
submitted: 2031-02-28
team: {name: Nobody, members: [{name: No One}]}
repository: {url: "https://example.org/nobody", license: Apache-2.0}
training: {data: [shapes/train], start_weights: none}
quality: {top1_percent: 90}
checkpoint: {file: nobody.pt}
model: {input: [2, 4, 4], layers: [{name: act, op: relu}]}
"""
PAGE = """\
---
code: TINY001
name: no-perfect-score
severity: warning
confidence: certain
clauses: [T1]
scope: entry
check: "!has(entry.quality.top1_percent) || compare(entry.quality.top1_percent, '99.9') < 0"
requires: [quality]
message: "${entry.name} claims ${entry.quality.top1_percent} % in ${task.title}"
route: quality.top1_percent
help: claim less, by ${challenge.deadline}
---

## What

A perfect score.

## Why

Shapes are hard (T1).

## How to fix

Claim less.

## When to waive

Never.

## Bad

```yaml
quality: {top1_percent: 100}  # <- TINY001
```

## Good

```yaml
quality: {top1_percent: 90}
```
"""


@pytest.fixture
def challenges(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tiny challenge and a rule of its own."""
    folder = tmp_path_factory.mktemp("challenges")
    (folder / "tiny/rules").mkdir(parents=True)
    for path in TINY.iterdir():
        (folder / "tiny" / path.name).write_bytes(path.read_bytes())
    (folder / "tiny/rules/TINY001-no-perfect-score.md").write_text(PAGE, encoding="utf-8")
    return folder


def lint(text: str, folder: Path) -> list[Finding]:
    return check(understand(read(parse(text)), None, Challenges(folder)))


def rewrite(folder: Path, replaced: str, by: str) -> str:
    """Change the page of the rule, and return its path."""
    path = folder / "tiny/rules/TINY001-no-perfect-score.md"
    assert replaced in PAGE
    path.write_text(PAGE.replace(replaced, by), encoding="utf-8")
    return str(path)


def test_a_page_beside_a_challenge_is_a_rule(challenges: Path) -> None:
    assert lint(HEAD, challenges) == []
    [finding] = lint(HEAD.replace("percent: 90", "percent: 100"), challenges)
    assert (finding.code, finding.rule.name) == ("TINY001", "no-perfect-score")
    assert finding.message == "Nobody claims 100 % in Classification of shapes"
    assert finding.help == "claim less, by 2031-03-01T00:00:00+09:00"
    assert finding.primary.span.line == 9


def test_it_is_a_rule_of_that_challenge_only(challenges: Path, manifest: "Made") -> None:
    assert lint(manifest(claims="{score: 0.0000147}"), challenges)[0].code == "MN106"
    assert check(understand(read(parse(manifest(claims="{score: 0.0000147}"))))) == []


def test_it_is_shown_like_any_other(challenges: Path, tmp_path: Path, micronet: "Run") -> None:
    (tmp_path / "nobody.yaml").write_text(
        HEAD.replace("percent: 90", "percent: 100"), encoding="utf-8"
    )
    for command in (["lint", tmp_path / "nobody.yaml"], ["audit", tmp_path, "--full"]):
        ran = micronet(*command, "--challenges", challenges, "--fail-on", "warning")
        assert (ran.code, ran.err) == (1, "")
        assert "warning[TINY001 no-perfect-score]: Nobody claims 100 %" in ran.out
        assert "why [T1]: Nine shapes in ten" in ran.out


@pytest.mark.parametrize(
    ("replaced", "by", "problem"),
    [
        (
            "compare(entry.quality.top1_percent",
            "compare(entry.qualty.top1_percent",
            "8:8: unknown field `entry.qu",
        ),
        ("task.title", "job.title", "10:10: unknown variable `job`"),
        ("< 0", "<", "8:8: "),
        ("compare(entry", "open(entry", "8:8: unknown function `open`"),
        ("[T1]", "[T9]", "6:10: unknown clause T9"),
        ("[quality]", "[qualty]", "9:11: no part of an entry, rule or stage: qualty"),
        ("[quality]", "[TINY002]", "9:11: there is no rule TINY002"),
        ("[quality]", "[TINY001]", "9:11: rules that require one another: TINY001"),
        ("route: quality.top1_percent\n", "", "8:8: a rule with an expression has a route"),
        ("scope: entry", "scope: board", "7:8: an expression is about an entry"),
        (
            "claim less, by ${challenge.deadline}",
            "${entry.layers}",
            "12:7: unknown field `entry.layers`",
        ),
        (
            PAGE.splitlines()[7],
            "check: python",
            "8:8: a rule of a challenge is checked by an expression",
        ),
        (
            "compare(entry.quality.top1_percent, '99.9') < 0",
            "entry.team.members.all(a, entry.team.members.all(b, a == b))",
            "8:8: an expression goes through one list, not more",
        ),
    ],
)
def test_a_mistake_in_a_page_is_reported_at_its_line(
    challenges: Path, replaced: str, by: str, problem: str
) -> None:
    path = rewrite(challenges, replaced, by)
    with pytest.raises(ChallengeError) as raised:
        lint(HEAD, challenges)
    assert str(raised.value).startswith(f"{path}:{problem}")


def test_its_code_cannot_be_one_of_the_program(challenges: Path) -> None:
    page = challenges / "tiny/rules/MN999-no-perfect-score.md"
    page.write_text(PAGE.replace("TINY001", "MN999"), encoding="utf-8")
    with pytest.raises(ChallengeError, match="codes that begin with MN are the program's"):
        lint(HEAD, challenges)


def test_every_mistake_of_a_page_is_a_usage_error_on_the_command_line(
    challenges: Path, tmp_path: Path, micronet: "Run"
) -> None:
    rewrite(challenges, "severity: warning\nconfidence: certain", "severity: bad\nconfidence: no")
    (tmp_path / "nobody.yaml").write_text(HEAD, encoding="utf-8")
    ran = micronet("lint", tmp_path / "nobody.yaml", "--challenges", challenges)
    assert ran.code == cli.codes.USAGE
    assert ":4:11: severity: " in ran.err
    assert ":5:13: confidence: " in ran.err


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("1 / size(entry.name) > 1 / 0", "ZeroDivisionError"),
        ("entry.quality.perplexity == '1'", "KeyError"),
        ("entry.quality.top1_percent > '1' + 1", "TypeError"),
        ("entry.name", "TypeError: the expression is 'Nobody', neither true nor false"),
        ("compare(entry.name, 1) == 0", "RuntimeError"),
    ],
)
def test_an_expression_that_fails_on_an_entry_is_a_finding_about_the_rule(
    challenges: Path, expression: str, error: str
) -> None:
    check_line = PAGE.splitlines()[7]
    rewrite(challenges, check_line, f'check: "{expression}"')
    late = HEAD.replace("2031-02-28", "2031-03-01")
    codes = {finding.code: finding.message for finding in lint(late, challenges)}
    assert codes.keys() == {"MN504", "MN901"}
    assert codes["MN901"].startswith(f"the rule `no-perfect-score` failed: {error}")


def test_an_expression_sees_the_entry_but_for_its_layers(
    manifest: "Made", understood: "Understood"
) -> None:
    entry = understood(manifest(claims="{score: 0.10, storage_term: 1e-30}", repository=None))
    seen = variables(entry)
    assert {name: set(seen[name]) <= set(FIELDS[name]) for name in seen} == dict.fromkeys(
        seen, True
    )
    assert seen["entry"]["claims"]["score"] == "0.10"
    assert "repository" not in seen["entry"]
    assert "model" not in seen["entry"]
    assert seen["task"]["quality"] == {"metric": "top1_percent", "target": 80}
    assert compare(seen["score"]["score"], "0.0000147") == 1


def test_what_is_not_valid_or_not_known_is_absent(
    manifest: "Made", understood: "Understood"
) -> None:
    seen = variables(understood(manifest(task="other", quality="5", model="unpublished")))
    assert set(seen) == {"entry", "challenge"}
    assert "quality" not in seen["entry"]
    assert seen["entry"]["published"] is False


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("79.9999999999999999999999", 80, -1),
        (2**63 - 1, str(2**63), -1),
        ("0.1", "1/10", 0),
        ("35.0", 35, 0),
        ("0.30000000000000004", "0.3", 1),
    ],
)
def test_numbers_are_compared_exactly(left: Any, right: Any, expected: int) -> None:
    assert compare(left, right) == expected
    seen = context({"entry": {"name": left, "task": right}})
    expression = compiled(f"compare(entry.name, entry.task) == {expected}", FIELDS)
    assert expression.evaluate(seen) is True


def test_a_text_may_hold_what_looks_like_a_field() -> None:
    assert compiled("entry.name != 'entry.foo'", FIELDS).fields == {("entry", "name")}


def test_a_name_bound_by_a_macro_is_no_variable() -> None:
    found = compiled("entry.team.members.exists(member, member.name == 'Ada')", FIELDS)
    assert found.variables == {"entry"}


def test_a_template_is_text_and_expressions() -> None:
    filled = template("{${entry.name}} has ${size(entry.name)} letters", FIELDS)
    assert filled.fill(context({"entry": {"name": "Ada"}})) == "{Ada} has 3 letters"
    with pytest.raises(ExpressionError, match=r"unknown field `entry\.nam`"):
        template("${entry.nam}", FIELDS)
