"""The reference of the language: up to date, complete, and every example of it counts."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from micronet_spec.finding import Severity
from micronet_spec.report.reference import Example, examples, operations, reference
from micronet_spec.rules import check

if TYPE_CHECKING:
    from tests.conftest import Run

PAGE = Path(__file__).parents[1] / "docs" / "language.md"
ALL = examples().values()


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), "run `make reference`"


def test_the_command_prints_the_page(process: "Run") -> None:
    ran = process("reference")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == reference()


def test_every_op_of_the_language_has_an_example() -> None:
    shown = {layer.op for it in ALL for layer in (it.entry.cost.layers if it.entry.cost else ())}
    assert shown == {op for ops in operations().values() for op in ops}


def test_every_example_is_on_the_page() -> None:
    page = reference()
    assert [it.name for it in ALL if f"```yaml\n{it.text}```\n" not in page] == []


@pytest.mark.parametrize("example", ALL, ids=lambda it: it.name)
def test_an_example_is_valid_and_counts(example: Example) -> None:
    findings = check(example.entry)
    errors = [it.message for it in findings if it.rule.severity is Severity.ERROR]
    assert errors == []
    assert example.entry.score


def test_every_link_of_the_page_leads_to_a_heading() -> None:
    page = reference()
    headings = {
        re.sub(r"[^a-z0-9_ -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]*)\)", page)) <= headings


def test_every_key_of_the_page_is_described() -> None:
    rows = re.findall(r"^\| `[a-z0-9_]+` \| .*$", reference(), re.MULTILINE)
    fields = [row for row in rows if row.count(" | ") == 3]
    assert fields
    assert [row for row in fields if row.endswith("|  |")] == []
