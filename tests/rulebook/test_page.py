"""A rule's page: what it says, and every mistake in it at its line."""

from pathlib import Path

import pytest

from micronet_spec import rulebook
from micronet_spec.rulebook import PageError, Severity
from micronet_spec.rulebook.page import parse_page

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

## Bad

```yaml
quality: {top1_percent: 79.996}  # <- MN301
```

## Good: at the target

```yaml
quality: {top1_percent: 80}
```

```csv without this
layer
```
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


def test_a_page_has_examples_with_marked_lines() -> None:
    bad, good = parse_page(PAGE, PATH).examples
    assert (bad.is_bad, good.is_bad) == (True, False)
    [block] = bad.blocks
    assert block.text == "quality: {top1_percent: 79.996}\n"
    assert list(block.expected) == [(1, "MN301")]
    assert [(it.kind, it.options) for it in good.blocks] == [("yaml", ""), ("csv", "without this")]


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
        ("## Bad", "## Wrong", "30:1: the heading of an example begins with Bad or Good"),
        ("  # <- MN301", "", "30:1: a bad example marks a line with `# <- MN301`"),
        (
            "percent: 80}",
            "percent: 80}  # <- MN301",
            "36:1: a good example marks no line with MN301",
        ),
        ("```csv without this\nlayer\n```\n", "## Good\n", "42:1: an example has a fenced block"),
    ],
)
def test_a_page_of_another_form_is_refused_at_its_line(
    replaced: str, by: str, problem: str
) -> None:
    assert problem in problems(PAGE.replace(replaced, by))[0]


def test_a_page_has_a_bad_and_a_good_example() -> None:
    without = PAGE[: PAGE.index("## Bad")]
    assert [problem.partition(": ")[2] for problem in problems(without)] == [
        "a page has an example under the heading `## Bad`",
        "a page has an example under the heading `## Good`",
    ]


def test_a_page_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / PATH).write_bytes(b"\xff")
    with pytest.raises(PageError, match="not UTF-8"):
        rulebook.load_page(tmp_path / PATH)


def test_an_unknown_code_has_no_page() -> None:
    with pytest.raises(KeyError):
        rulebook.page("MN999")


@pytest.mark.parametrize("name", ["notes.md", "MN12-short.md", "MN301.md"])
def test_a_page_is_called_by_its_code_and_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    with pytest.raises(PageError, match=f"{name}:1:1: the file of a rule is called CODE-name.md"):
        rulebook.pages(tmp_path)


def test_two_pages_cannot_have_one_code(tmp_path: Path) -> None:
    (tmp_path / PATH).write_text(PAGE, encoding="utf-8")
    other = PAGE.replace("name: quality-below-target", "name: other")
    (tmp_path / "MN301-other.md").write_text(other, encoding="utf-8")
    with pytest.raises(PageError, match=f"MN301-other.md:2:7: {PATH} has the same code"):
        rulebook.pages(tmp_path)
