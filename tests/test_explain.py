"""`micronet explain`, and the index of the rules that it makes."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from micronet_spec import rulebook
from micronet_spec.report.rules import rule_index

if TYPE_CHECKING:
    from tests.conftest import Run

ROOT = Path(__file__).parents[1]
INDEX = ROOT / "docs" / "rules.md"


def test_the_index_is_up_to_date() -> None:
    pages = rulebook.pages().values()
    assert INDEX.read_text(encoding="utf-8") == rule_index(pages), "run `make reference`"


def test_every_rule_is_in_the_index_once_and_links_to_its_page() -> None:
    text = INDEX.read_text(encoding="utf-8")
    for page in rulebook.pages().values():
        name = page.document.path.name
        assert text.count(f"](../spec/rules/{name})") == 1
        assert (INDEX.parent / "../spec/rules" / name).is_file()


@pytest.mark.parametrize("word", ["MN301", "mn301", "quality-below-target"])
def test_a_rule_is_explained_by_its_code_or_name(word: str, micronet: "Run") -> None:
    ran = micronet("explain", word)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("# MN301 quality-below-target\n\nerror, certain, entry, not waivable")
    for heading in ("What", "Why", "How to fix", "When to waive", "Bad: 79.996 % is not 80 %"):
        assert f"\n## {heading}\n" in ran.out
    assert "> **T1** The target must be met exactly" in ran.out
    assert "quality: {top1_percent: 79.996}  # <- MN301" in ran.out


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("MNN301", "did you mean MN301?"),
        ("quality-bellow-target", "did you mean quality-below-target?"),
        ("\x1b[31m", "`micronet explain` lists all"),
    ],
)
def test_an_unknown_rule_is_a_usage_error(word: str, hint: str, micronet: "Run") -> None:
    ran = micronet("explain", word)
    assert ran.code == 2
    assert hint in ran.err
    assert "\x1b" not in ran.err


def test_all_rules_are_listed(micronet: "Run") -> None:
    ran = micronet("explain")
    assert all(code in ran.out for code in rulebook.rules())


def test_json_has_every_rule_for_programs(micronet: "Run") -> None:
    every = json.loads(micronet("explain", "--format", "json").out)
    assert [rule["code"] for rule in every] == list(rulebook.rules())
    [late] = json.loads(micronet("explain", "MN504", "--format", "json").out)
    assert late["check"] == "entry.submitted_at < challenge.deadline"
    assert late["unranks"] == "late"
    assert late["sections"]["What"].startswith("An entry that was submitted after the deadline.")


def test_the_index_is_printed_as_markdown(process: "Run") -> None:
    ran = process("explain", "--format", "markdown")
    assert ran.out == INDEX.read_text(encoding="utf-8")


def test_a_terminal_shows_it_rendered() -> None:
    reader, writer = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "micronet_spec", "explain", "MN301"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=subprocess.PIPE,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
        timeout=20,
        check=False,
    )
    os.close(writer)
    shown = os.read(reader, 2**16).decode()
    os.close(reader)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "MN301 quality-below-target" in shown
    assert "## Why" not in shown
