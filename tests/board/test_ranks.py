"""What settling a finding does to a rank: on the board beside the entries, and only there."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from micronet_spec.audit.audit import lint
from micronet_spec.board.published import load_board
from micronet_spec.effect import Ranks

if TYPE_CHECKING:
    from tests.conftest import Made, Run

NARROW = {"numerics": "{defaults: {accumulator: 16}}"}
BETWEEN = "0.0000146"
"""Between the score of the entry with narrow additions, and that with wide ones."""


@pytest.fixture
def entry(tmp_path: Path, manifest: "Made") -> Path:
    """Return an entry whose additions are too narrow, which decides its rank."""
    path = tmp_path / "cifar100" / "02-acme.yaml"
    path.parent.mkdir()
    path.write_text(manifest(**NARROW), encoding="utf-8")
    board(path, f"cifar100,1,,{BETWEEN}", "cifar100,2,,0.00001", "imagenet,1,,0.1")
    return path


def board(entry: Path, *rows: str) -> None:
    lines = "\n".join(("task,position,missed_quality_target,score", *rows, ""))
    (entry.parents[1] / "board.csv").write_text(lines, encoding="utf-8")
    load_board.cache_clear()


def ranks(path: Path) -> Ranks | None:
    [finding] = [it for it in lint(path).findings if it.code == "MN203"]
    assert finding.effect
    return finding.effect.ranks


def test_an_effect_has_the_ranks_before_and_after_without_its_own_row(entry: Path) -> None:
    assert ranks(entry) == Ranks(1, 2, 2)


def test_without_a_board_nothing_is_said_of_a_rank(entry: Path) -> None:
    (entry.parents[1] / "board.csv").unlink()
    load_board.cache_clear()
    assert ranks(entry) is None


def test_a_board_without_the_task_says_nothing(entry: Path) -> None:
    board(entry, "imagenet,1,,0.1")
    assert ranks(entry) is None


def test_who_misses_the_target_has_no_rank(entry: Path, manifest: "Made") -> None:
    entry.write_text(manifest(**NARROW, quality="{top1_percent: 79}"), encoding="utf-8")
    assert ranks(entry) is None
    entry.write_text(manifest(**NARROW), encoding="utf-8")
    board(entry, f"cifar100,1,,{BETWEEN}", "cifar100,2,yes,0.00001")
    assert ranks(entry) is None


def test_every_output_tells_them(entry: Path, micronet: "Run") -> None:
    organizer = ("lint", entry, "--persona", "organizer")
    assert "; rank 1 -> 2 of 2" in micronet(*organizer).out
    [finding] = json.loads(micronet(*organizer, "--format", "json").out)["findings"]
    assert (finding["rank_before"], finding["rank_after"]) == (1, 2)
    [run] = json.loads(micronet(*organizer, "--format", "sarif").out)["runs"]
    assert run["results"][0]["properties"]["rankAfter"] == 2
