"""A published board: where a score would stand on it, and what is no board."""

import json
import shutil
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from micronet_spec.board.published import Board, load_board, published
from micronet_spec.cli import main

if TYPE_CHECKING:
    from tests.conftest import Run

ROOT = Path(__file__).parents[2]
SUBMISSIONS = ROOT / "submissions/micronet-2019"
KAIST = SUBMISSIONS / "cifar100/02-kaist-ai.yaml"
BOARD = """\
task,position,name,score_2019_12_06,score_2019_12_04,missed_quality_target
cifar100,1,First,0.10,0.9,
cifar100,2,"Second, of two names",0.20,0.9,
cifar100,3,Missed,0.25,0.9,yes
cifar100,4,Third,0.30,0.9,no
cifar100,5,Withdrawn,,0.9,
cifar100,x,Unplaced,0.01,0.9,
imagenet,1,Other,0.15,0.9,
"""


@pytest.fixture
def board(tmp_path: Path) -> Board:
    path = tmp_path / "board.csv"
    path.write_text(BOARD, encoding="utf-8")
    return load_board(path)


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["micronet", "score", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    shown = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, shown.out, shown.err


def test_a_row_has_the_score_of_the_latest_date(board: Board) -> None:
    assert [(row.position, row.score) for row in board.rows if row.task == "cifar100"] == [
        (1, Decimal("0.10")),
        (2, Decimal("0.20")),
        (3, Decimal("0.25")),
        (4, Decimal("0.30")),
    ]
    assert [row.name for row in board.rows if row.missed_target] == ["Missed"]


def test_a_row_has_the_score_of_the_date_that_is_asked_for(board: Board) -> None:
    rows = load_board(board.path, "2019-12-04").rows
    assert {row.score for row in rows} == {Decimal("0.9")}
    assert [row.position for row in rows if row.task == "cifar100"] == [1, 2, 3, 4, 5]
    other = load_board(board.path, "2019-12-05")
    assert (other.rows, other.problem) == ((), "no column `score_2019_12_05` in its first line")


def test_an_audit_has_published_scores_of_the_date_that_is_asked_for(
    micronet: "Run", tmp_path: Path
) -> None:
    (tmp_path / "cifar100").mkdir()
    manifest = tmp_path / "cifar100/17-one.yaml"
    shutil.copy(SUBMISSIONS / "cifar100/28-soft-binary-mask.yaml", manifest)
    command = "audit", tmp_path, "--format", "json", "--exit-zero", "--board-date"
    assert "there is none" in micronet(*command, "2019-12-04").err
    shutil.copy(SUBMISSIONS / "board.csv", tmp_path)
    for date, score in ("2019-12-04", 0.0794), ("2019-12-06", 0.0456):
        audited = json.loads(micronet(*command, date).out)
        assert audited["board_date"] == date
        assert audited["entries"][0]["published"] == score
    refused = micronet(*command, "2019-12-05")
    assert refused.code == 2
    assert "no column `score_2019_12_05`" in refused.err


@pytest.mark.parametrize(
    ("score", "rank", "ahead", "behind"),
    [
        ("0.05", 1, None, "First"),
        ("0.12", 2, "First", "Second, of two names"),
        ("0.26", 3, "Second, of two names", "Third"),
        ("0.31", 4, "Third", None),
    ],
)
def test_a_score_stands_among_the_entries_of_its_task_that_met_the_target(
    board: Board, score: str, rank: int, ahead: str | None, behind: str | None
) -> None:
    standing = board.place("cifar100", Fraction(score))
    neighbours = (standing.ahead, standing.behind)
    assert (standing.rank, standing.of) == (rank, 4)
    assert tuple(row.name if row else None for row in neighbours) == (ahead, behind)


def test_the_distance_to_a_neighbour_is_exact(board: Board) -> None:
    standing = board.place("cifar100", Fraction(1, 3))
    assert standing.ahead
    assert standing.distance(standing.ahead) == Fraction(1, 30)


def test_an_equal_score_shares_the_rank(board: Board) -> None:
    standing = board.place("cifar100", Fraction("0.2"))
    assert standing.rank == 2
    assert standing.behind
    assert standing.distance(standing.behind) == 0


def test_an_entry_is_not_compared_with_its_own_row(board: Board) -> None:
    own = board.row_of(board.path.parent / "cifar100/02-second.yaml")
    standing = board.place("cifar100", Fraction("0.21"), own)
    assert standing.own is own
    assert own
    assert (standing.rank, standing.of) == (2, 3)
    assert standing.ahead
    assert standing.ahead.name == "First"


@pytest.mark.parametrize("name", ["elsewhere/cifar100/02-a.yaml", "cifar100/mine.yaml"])
def test_a_file_that_the_board_does_not_number_has_no_row(board: Board, name: str) -> None:
    assert board.row_of(board.path.parent / name) is None


def test_only_the_board_of_a_challenge_numbers_its_files(board: Board) -> None:
    other = board.path.rename(board.path.with_name("other.csv"))
    assert load_board(other).row_of(other.parent / "cifar100/02-second.yaml") is None


def test_a_task_without_entries_has_one_rank(board: Board) -> None:
    standing = board.place("wikitext103", Fraction(1))
    assert (standing.rank, standing.of, standing.ahead, standing.behind) == (1, 1, None, None)


def test_a_published_score_is_found_from_within_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(KAIST.parent)
    row = published(Path(KAIST.name))
    assert row
    assert (row.score, row.marks, row.verified) == (Decimal("0.0054"), "SC", True)
    assert row.scores == (("2019-12-04", Decimal("0.0054")), ("2019-12-06", Decimal("0.0054")))


def test_kaist_stands_between_riair_and_its_other_entry(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    board = str(SUBMISSIONS / "board.csv")
    code, shown, _ = run(monkeypatch, capsys, str(KAIST), "--against", board)
    lines = shown.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("against"))
    assert code == 0
    assert lines[first : first + 4] == [
        f"against  {board}: rank 2 of 29 in cifar100",
        "         0.0010597 behind RIAIR, 0.0044",
        "         0.0001403 ahead of KAIST AI, 0.0056",
        "         without its own row there, 0.0054",
    ]


def test_json_has_the_rank_and_the_neighbours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--against", str(SUBMISSIONS / "board.csv"), "--format", "json")
    change = ("--set", "layers[*].weight.nonzero=0")
    _, shown, _ = run(monkeypatch, capsys, str(KAIST), *options, *change)
    against = json.loads(shown)["against"]
    assert (against["task"], against["rank"], against["of"]) == ("cifar100", 1, 29)
    assert against["meets_target"] is True
    assert against["ahead"] is None
    assert (against["behind"]["name"], against["behind"]["score"]) == ("RIAIR", 0.0044)
    assert against["behind"]["distance"] == pytest.approx(0.0044 - json.loads(shown)["score"])


def test_an_entry_below_the_target_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--against", str(SUBMISSIONS / "board.csv"))
    change = ("--set", "quality.top1_percent=79.99")
    code, shown, _ = run(monkeypatch, capsys, str(KAIST), *options, *change)
    assert code == 1
    assert "error[MN301 " in shown
    assert "its quality misses the target: it would not be ranked" in shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "cannot be opened: no such file"),
        ("", "no column `task`"),
        ("task,name,score\ncifar100,A,0.1\n", "no column `position`"),
        ("task,position,name\ncifar100,1,A\n", "no column `score`"),
        ('task,position,name,score\ncifar100,1,"A,0.1\n', "not CSV"),
        ("task,position,name,score\n\x00", "a NUL in the text"),
    ],
)
def test_what_is_no_board_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    text: str | None,
    words: str,
) -> None:
    path = tmp_path / "board.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    code, shown, error = run(monkeypatch, capsys, str(KAIST), "--against", str(path))
    assert (code, shown) == (2, "")
    assert f"{path}: no board: " in error
    assert words in error


def test_a_folder_is_no_board(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, _, error = run(monkeypatch, capsys, str(KAIST), "--against", str(tmp_path))
    assert code == 2
    assert "this is a directory, not a file" in error
