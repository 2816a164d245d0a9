"""Findings in the file of a board: where they are said to be."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Run

SUBMISSIONS = Path(__file__).parents[2] / "submissions/micronet-2019"


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of one entry beside a board with a wrong cell, and go to where it is."""
    (tmp_path / "ours/cifar100").mkdir(parents=True)
    entry = SUBMISSIONS / "cifar100/28-soft-binary-mask.yaml"
    shutil.copy(entry, tmp_path / "ours/cifar100/01-first.yaml")
    (tmp_path / "ours/board.csv").write_text("task,position,score\ncifar100,1,low\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path.resolve() / "ours"


@pytest.mark.parametrize("folder", ["ours", "ours/cifar100"])
def test_a_board_is_called_as_its_entries_are(ours: Path, micronet: "Run", folder: str) -> None:
    assert " ours/board.csv:2:12\n" in micronet("audit", folder).out
    assert f" {ours}/board.csv:2:12\n" in micronet("audit", ours.parent / folder).out


def test_it_is_called_in_full_where_they_do_not_say_its_folder(
    ours: Path, micronet: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ours / "cifar100")
    assert f" {ours}/board.csv:2:12\n" in micronet("audit", ".").out
