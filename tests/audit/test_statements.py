"""What was stated of a board, held against its rows; and the board beside the recount."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from micronet_spec.audit.audit import Audit, audit, manifests
from micronet_spec.audit.comparison import claimed_terms, compared
from micronet_spec.audit.standings import Place
from micronet_spec.audit.statements import checked
from micronet_spec.report.boards import kind_lines, method_lines, standing_lines, statement_lines
from micronet_spec.report.record import audit_record
from micronet_spec.report.recorded.audit import Record
from tests.conftest import Run

ROOT = Path(__file__).parents[2]
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


def recorded(audited: Audit) -> Record:
    return Record.model_validate(audit_record(audited))


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
    assert list(standing_lines(recorded(audited).entries)) == [
        "cifar100, the board as published and as recounted:",
        "  rank surely changes  02-b 2 -> 1, 01-a 1 -> 2",
        "  mark S  board: 01-a; claimed terms: -; recount: 02-b; surely not: 01-a",
        "  mark C  board: 01-a; claimed terms: -; recount: 02-b; surely not: 01-a",
    ]


def test_statements_are_held_against_the_rows(audited: Audit) -> None:
    lines = list(statement_lines(recorded(audited).statements))
    assert lines[0] == "entries: stated 3, by the audited rows 2 (a poster)"
    assert lines[1] == "organizations: stated 1, by the audited rows 1, named by 2 of 2 (a poster)"
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


def test_a_row_without_an_affiliation_is_of_nobody_knows_whom(small: Path) -> None:
    board = small / "board/board.csv"
    board.write_text(BOARD.replace("2,B,One", "2,B,"), encoding="utf-8")
    lines = list(statement_lines(recorded(audit_of(small)).statements))
    assert "organizations: stated 1, by the audited rows 1, named by 1 of 2 (a poster)" in lines


def audit_of(folder: Path) -> Audit:
    return audit(manifests(folder))


def test_terms_are_those_of_the_teams_own_counts_where_it_claims_none(small: Path) -> None:
    first, second = sorted(small.rglob("0*.yaml"))
    for path, bits in ((first, 32), (second, 64)):
        line = f"fc,{bits * 36_500},{bits * 1_049},32,,,"
        header = "layer,stored_bits,multiplies,multiply_bits,adds,add_bits,source"
        path.with_suffix(".claims.csv").write_text(f"{header}\n{line}\n", encoding="utf-8")
    rows = audit_of(small).rows
    terms = {row.entry.document.path: claimed_terms(row.entry) for row in rows}
    assert terms == {
        first: (Fraction(1, 1000), Fraction(32, 10**7)),
        second: (Fraction(2, 1000), Fraction(64, 10**7)),
    }
    found = compared(rows)
    assert [found[path].claimed_marks for path in (first, second)] == [("yes", "yes"), ("no", "no")]


def test_terms_may_follow_from_published_figures(small: Path) -> None:
    first, _ = sorted(small.rglob("0*.yaml"))
    figures = (
        "{what: storage, value: '0.365', unit: M parameters}, "
        "{what: math, value: '1.049', unit: M operations}"
    )
    text = first.read_text(encoding="utf-8")
    first.write_text(f"{text}claims: {{figures: [{figures}]}}\n", encoding="utf-8")
    [row] = [row for row in audit_of(small).rows if row.entry.document.path == first]
    assert claimed_terms(row.entry) == (Fraction(1, 100), Fraction(1, 10_000))


def test_the_kinds_of_entries_are_counted(small: Path) -> None:
    first, _ = sorted(small.rglob("0*.yaml"))
    text = first.read_text(encoding="utf-8")
    open_count = "out: 1000, weight: {store: mask, nonzero: unknown}"
    first.write_text(text.replace("out: 1000", open_count), encoding="utf-8")
    assert list(kind_lines(recorded(audit_of(small)).entries)) == [
        "entries: 1 bounded, 1 recounted"
    ]


def test_what_entries_were_made_with_is_counted(small: Path) -> None:
    first, _ = sorted(small.rglob("0*.yaml"))
    text = first.read_text(encoding="utf-8")
    method = "method: {framework: pytorch, techniques: [pruning, ternary]}"
    first.write_text(f"{text}{method}\n", encoding="utf-8")
    assert list(method_lines(recorded(audit_of(small)).methods)) == [
        "frameworks of the 1 entries that say: pytorch 1",
        "techniques of the 1 entries that say: pruning 1, ternary 1",
    ]
