"""`micronet explain --check`: the pages of a challenge's own rules, tried by their examples."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Run

NAME = "ABC001-long-name.md"
PAGE = """\
---
code: ABC001
name: long-name
severity: warning
confidence: certain
clauses: [E5]
scope: entry
check: size(entry.name) <= 30
message: the name has ${size(entry.name)} characters
route: name
help: shorten the name
---

## What

A name of more than 30 characters.

## Why

The board has no room for it (E5).

## How to fix

Shorten the name.

## When to waive

Never.

## Bad

```yaml
name: A name that is somewhat longer than the board  # <- ABC001
```

## Good

```yaml
name: A name
```
"""


@pytest.fixture
def pages(root: Path, tmp_path: Path) -> Path:
    """Return the folder of a challenge's own rules, with one page."""
    shutil.copytree(root / "spec" / "micronet-2019", tmp_path / "micronet-2019")
    folder = tmp_path / "micronet-2019" / "rules"
    folder.mkdir()
    (folder / NAME).write_text(PAGE, encoding="utf-8")
    return folder


def tried(pages: Path, micronet: "Run") -> list[tuple[int, str]]:
    """Return line and message of every mistake."""
    ran = micronet("explain", "--check", "--challenges", pages.parents[1], "--format", "json")
    findings = json.loads(ran.out)["findings"]
    assert {finding["code"] for finding in findings} <= {"MN902"}
    assert ran.code == bool(findings)
    return [(finding["line"], finding["message"]) for finding in findings]


def test_a_sound_page_has_no_mistakes(pages: Path, micronet: "Run") -> None:
    assert tried(pages, micronet) == []
    ran = micronet("explain", "--check", "--challenges", pages.parents[1])
    assert (ran.code, ran.out) == (0, "no findings in 1 file\n")


@pytest.mark.parametrize(
    ("old", "new", "mistakes"),
    [
        ("severity: warning", "severity: fatal", [(4, "severity: Input should be 'error'")]),
        ("clauses: [E5]", "clauses: [X9]", [(6, "unknown clause X9")]),
        ("<= 30", "<= entry.limit", [(8, "unknown field `entry.limit`")]),
        ("<= 30", "<= limit", [(8, "unknown variable `limit`")]),
        ("size(entry.name) <= 30", "size(entry.name <= 30", [(8, "")]),
        ("size(entry.name) <= 30", "python", [(8, "a rule of a challenge is checked by")]),
        ("code: ABC001", "code: MN999", [(3, "the file of this rule is called MN999-")]),
        ("help: shorten", "requires: [MN999]\nhelp: shorten", [(11, "there is no rule MN999")]),
        ("## Good\n", "## Fine\n", [(36, "the heading of an example begins"), (41, "a page has")]),
        ("  # <- ABC001", "", [(30, "a bad example marks a line")]),
        ("name: A name\n", "quality: {top1_percent: 79}\n", [(39, "MN301 is found here, and not")]),
        ("name: A name\n", "name: A  # <- MN301\n", [(39, "MN301 is marked here, and not found")]),
        ("<= 30", "<= 60", [(33, "ABC001 is marked here, and not found")]),
        ("<= 30", "<= 1 / (size(entry.name) - 6)", [(39, "MN901 is found here, and not")]),
        (
            "clauses: [E5]\nscope: entry\ncheck: size(entry.name)",
            "clauses: [X9]\nscope: entry\ncheck: size(entry.title)",
            [(6, "unknown clause X9"), (8, "unknown field `entry.title`")],
        ),
    ],
)
def test_a_mistake_is_shown_at_its_line(
    old: str, new: str, mistakes: list[tuple[int, str]], pages: Path, micronet: "Run"
) -> None:
    assert old in PAGE
    (pages / NAME).write_text(PAGE.replace(old, new), encoding="utf-8")
    shown = tried(pages, micronet)
    assert [line for line, _ in shown] == [line for line, _ in mistakes], shown
    for (_, message), (_, start) in zip(shown, mistakes, strict=True):
        assert message.startswith(start)


def test_two_pages_of_one_code_are_a_mistake(pages: Path, micronet: "Run") -> None:
    other = PAGE.replace("name: long-name", "name: other")
    (pages / "ABC001-other.md").write_text(other, encoding="utf-8")
    [(line, message)] = tried(pages, micronet)
    assert (line, message) == (2, "ABC001-other.md has the same code")


def test_a_file_of_another_name_is_no_page(pages: Path, micronet: "Run") -> None:
    (pages / "notes.md").write_text("notes", encoding="utf-8")
    assert len(tried(pages, micronet)) == 1


def test_a_challenge_has_a_manifest_of_its_own_for_examples(pages: Path, micronet: "Run") -> None:
    base = "manifest: 1\nchallenge: micronet-2019\ntask: cifar100\nname: A name of a board's own\n"
    (pages / "base.yaml").write_text(base, encoding="utf-8")
    messages = [message for _, message in tried(pages, micronet)]
    assert messages
    assert all("is found here, and not marked: " in message for message in messages)


def test_without_pages_there_is_nothing_to_try(pages: Path, micronet: "Run") -> None:
    (pages / NAME).unlink()
    assert micronet("explain", "--check", "--challenges", pages.parents[1]).code == 3
    assert micronet("explain", "--check", "MN301").code == 2
