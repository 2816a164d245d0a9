"""The pages, the functions and the clauses fit together."""

import re
from pathlib import Path

import pytest

from micronet_spec import rulebook
from micronet_spec.audit import audit
from micronet_spec.challenge.challenge import clauses
from micronet_spec.rulebook import BUILT_IN, CODE, PYTHON
from micronet_spec.rules import rule_set
from micronet_spec.rules.registry import BOARD_CHECKS, CHECKS

CITED = re.compile(r"\b[ETSMR]\d{1,2}\b")
PAGES = rulebook.pages()
RULES = rulebook.rules()


def test_every_function_is_the_check_of_one_rule_and_every_such_rule_has_one() -> None:
    assert rule_set().asked, "which registers the functions"
    checked = sorted(rule.function for rule in RULES.values() if rule.check == PYTHON)
    assert sorted([*CHECKS, *BOARD_CHECKS]) == checked


def test_every_rule_is_checked_somewhere() -> None:
    asked = {it.rule.code for it in rule_set().asked}
    asked |= {it.rule.code for it in rule_set().of_boards}
    for code, rule in RULES.items():
        by_another = CODE.fullmatch(rule.check) and rule.check in asked
        assert code in asked or rule.check in BUILT_IN or by_another, code


def test_no_two_rules_have_one_name() -> None:
    names = [rule.name for rule in RULES.values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("code", PAGES)
def test_a_page_explains_the_clauses_it_cites(code: str) -> None:
    page, known = PAGES[code], set(clauses("micronet-2019"))
    assert all(page.sections.values())
    cited = {clause for text in page.sections.values() for clause in CITED.findall(text)}
    assert set(page.rule.clauses) <= cited <= known


def test_a_rule_for_review_is_no_error() -> None:
    review = [rule for rule in RULES.values() if rule.confidence == "review"]
    assert review
    assert not any(str(rule.severity) == "error" for rule in review)


def test_the_program_knows_no_other_code(root: Path) -> None:
    sources = (root / "micronet_spec").rglob("*.py")
    written = {code for path in sources for code in re.findall(r"\bMN\d{3}\b", path.read_text())}
    assert written <= set(RULES)
    assert len(written) > 30


def test_our_own_mistake_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, *_: object) -> None:
        raise RecursionError(path.name)

    monkeypatch.setattr(audit, "load_entry", fail)
    entry, findings = audit.lint(tmp_path / "entry.yaml")
    assert [finding.code for finding in findings] == ["MN901"]
    assert findings[0].message == "the file could not be checked: RecursionError: entry.yaml"
    assert entry.score is None
