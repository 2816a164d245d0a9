"""A rule's page: what it says, and every mistake in it at its line."""

import re
from pathlib import Path

import pytest

from micronet_spec import rulebook
from micronet_spec.challenge import clauses
from micronet_spec.rulebook import PageError, Severity
from micronet_spec.rulebook.page import parse_page

CITED = re.compile(r"\b[ETSMR]\d{1,2}\b")
PAGE = """\
---
code: MN301
name: quality-below-target
severity: error
confidence: certain
clauses: [T1]
scope: entry
check: python
help: enter a network that meets the target
---

## What

A quality that misses the target.

## Why

The target must be met exactly (T1).

It is hard.

## How to fix

Enter another network.

## When to waive

Never.
"""
PATH = Path("MN301-quality-below-target.md")


def problems(text: str, path: Path = PATH) -> list[str]:
    with pytest.raises(PageError) as raised:
        parse_page(text, path)
    return str(raised.value).splitlines()


def test_a_page_is_a_rule_and_prose() -> None:
    page = parse_page(PAGE, PATH)
    assert (page.rule.code, page.rule.name) == ("MN301", "quality-below-target")
    assert page.rule.severity is Severity.ERROR
    assert (page.rule.waivable, page.rule.unranks) == (True, None)
    assert page.sections["Why"] == "The target must be met exactly (T1).\n\nIt is hard."
    assert page.sections["When to waive"] == "Never."


def test_every_mistake_of_the_front_matter_is_at_its_line() -> None:
    text = PAGE.replace("severity: error", "severity: fatal").replace("scope: entry", "scop: entry")
    assert [problem.partition(" ")[0] for problem in problems(text)] == [
        f"{PATH}:4:11:",
        f"{PATH}:1:1:",
        f"{PATH}:7:7:",
    ]
    assert "scope: Field required" in problems(text)[1]


@pytest.mark.parametrize(
    ("replaced", "by", "problem"),
    [
        ("---\ncode", "code", "1:1: a page begins with front matter"),
        ("clauses: [T1]", "clauses: [T1", "7:6: not YAML"),
        (
            "name: quality-below-target",
            "name: other",
            "3:7: the file of this rule is called MN301-",
        ),
        ("## Why\n", "", "21:1: the headings of a page are: What, Why"),
        ("## How to fix", "## Fix", "22:1: the headings of a page are: What, Why"),
    ],
)
def test_a_page_of_another_form_is_refused_at_its_line(
    replaced: str, by: str, problem: str
) -> None:
    [found] = problems(PAGE.replace(replaced, by))
    assert problem in found


def test_a_page_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / PATH).write_bytes(b"\xff")
    with pytest.raises(PageError, match="not UTF-8"):
        rulebook.load_page(tmp_path / PATH)


def test_every_page_of_the_program_says_something_under_every_heading(root: Path) -> None:
    known = set(clauses("micronet-2019"))
    pages = [rulebook.page(code) for code in rulebook.codes()]
    assert len(pages) == len(list((root / "spec/rules").iterdir()))
    for page in pages:
        assert all(page.sections.values()), page.rule.code
        cited = {clause for text in page.sections.values() for clause in CITED.findall(text)}
        assert set(page.rule.clauses) <= cited <= known, page.rule.code


def test_an_unknown_code_has_no_page() -> None:
    with pytest.raises(KeyError):
        rulebook.page("MN999")
