"""What was stated of a board, held against its rows; and the board beside the recount."""

import json
from pathlib import Path

import pytest

from micronet_spec.audit import Audit, audit, manifests
from micronet_spec.comparison import compared
from micronet_spec.report.boards import standing_lines, statement_lines
from micronet_spec.standings import Place
from micronet_spec.statements import checked
from tests.conftest import Run

ROOT = Path(__file__).parents[1]
MANIFEST = """\
manifest: 1
challenge: micronet-2019
task: cifar100
name: {name}
submitted: 2019-10-11
team: {{name: {name}, members: [{{name: {name}}}]}}
quality: {{top1_percent: 80.07}}
model:
  input: [3, 32, 32]
  layers:
    - {{name: pool, op: global_avg_pool}}
    - {{name: fc, op: linear, out: {out}}}
"""
BOARD = """\
task,position,name,affiliation,score_2019_12_06,distinctions,verified
cifar100,1,A,One,0.0001,SC,yes
cifar100,2,B,One,0.0002,,
"""
STATEMENTS = """\
statements:
  - {what: entries, value: 3, source: a poster}
  - {what: organizations, value: 1, source: a poster}
  - {what: improvement, task: cifar100, value: 20000, source: a poster}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a folder with two entries; by the recount the second is the better one."""
    folder = tmp_path / "board/cifar100"
    folder.mkdir(parents=True)
    for position, name, out in ((1, "A", 1000), (2, "B", 100)):
        text = MANIFEST.format(name=name, out=out)
        (folder / f"0{position}-{name.lower()}.yaml").write_text(text, encoding="utf-8")
    (folder.parent / "board.csv").write_text(BOARD, encoding="utf-8")
    (folder.parent / "statements.yaml").write_text(STATEMENTS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def audited(small: Path) -> Audit:
    return audit(manifests(small))


def test_what_the_recount_does_to_a_board_is_said_with_marks(audited: Audit) -> None:
    standing = {path.stem: it for path, it in compared(audited.rows).items()}
    assert standing["01-a"].published == Place(1, 1)
    assert standing["01-a"].recounted == Place(2, 2)
    assert list(standing_lines(audited.rows)) == [
        "cifar100, the board as published and as recounted:",
        "  rank surely changes  02-b 2 -> 1, 01-a 1 -> 2",
        "  mark S  board: 01-a; claimed terms: -; recount: 02-b",
        "  mark C  board: 01-a; claimed terms: -; recount: 02-b",
    ]


def test_statements_are_held_against_the_rows(audited: Audit) -> None:
    lines = list(statement_lines(checked(it, audited.rows) for it in audited.statements))
    assert lines[0] == "entries: stated 3, by the audited rows 2 (a poster)"
    assert lines[1] == "organizations: stated 1, by the audited rows 1 (a poster)"
    assert lines[2].startswith(
        "improvement in cifar100: stated 20000x, by the audited rows 20000x, by the recount"
    )


def test_the_record_has_them_too(small: Path, micronet: Run) -> None:
    answer = json.loads(micronet("audit", small, "--format", "json").out)
    found = [(it["what"], it["value"], it["found"]) for it in answer["statements"]]
    assert found == [
        ("entries", 3, 2.0),
        ("organizations", 1, 1.0),
        ("improvement", 20000, 20000.0),
    ]
    assert any(it["file"].endswith("statements.yaml") for it in answer["inputs"])


def test_a_mistake_in_a_statement_is_a_finding_at_its_place(small: Path, micronet: Run) -> None:
    path = small / "board/statements.yaml"
    path.write_text("statements:\n  - {what: medals, value: 3, source: a poster}\n")
    ran = micronet("audit", small)
    assert ran.code == 1
    assert "statements.yaml:2:12" in ran.out


def test_the_poster_of_2019_agrees_with_the_published_scores() -> None:
    result = audit(manifests(ROOT / "submissions"))
    improvements = {
        it.statement.task: (it.statement.value, it.found)
        for it in (checked(each, result.rows) for each in result.statements)
        if it.statement.what == "improvement"
    }
    assert improvements.keys() == {"imagenet", "cifar100", "wikitext103"}
    for task in ("cifar100", "wikitext103"):
        stated, found = improvements[task]
        assert found is not None
        assert round(found) == stated
