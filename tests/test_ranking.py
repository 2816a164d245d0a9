"""Who is ranked: the best entry of a team (E2), and what a missed target lacks."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from micronet_spec.audit import audit, manifests
from micronet_spec.ranking import Row

if TYPE_CHECKING:
    from tests.conftest import Made, Run

LAYERS = ("{name: pool, op: global_avg_pool}", "{name: fc, op: linear, out: 9}")


@pytest.fixture
def folder(tmp_path: Path, manifest: "Made") -> Path:
    """Two entries of one team, the second better; one of another; one that misses."""
    rows: tuple[dict[str, Any], ...] = (
        {"team": "{name: A, members: [{name: Ada}]}"},
        {"team": "{name: A, members: [{name: Ada}]}", "layers": LAYERS},
        {"team": "{name: B, members: [{name: Bob}]}"},
        {
            "team": "{name: B, members: [{name: Bob}]}",
            "layers": LAYERS,
            "quality": "{top1_correct: 7999}",
        },
    )
    for number, sections in enumerate(rows, 1):
        (tmp_path / f"{number:02}.yaml").write_text(manifest(**sections), encoding="utf-8")
    return tmp_path


def ranked(folder: Path) -> dict[str, Row]:
    return {row.entry.document.path.stem: row for row in audit(manifests(folder)).rows}


def test_a_team_is_ranked_by_its_best_entry_that_counts(folder: Path) -> None:
    rows = ranked(folder)
    assert {stem: (row.rank, row.best_of_team) for stem, row in rows.items()} == {
        "01": (2, False),
        "02": (1, True),
        "03": (2, True),
        "04": (None, False),
    }


def test_what_a_missed_target_lacks_is_exact(folder: Path, micronet: "Run") -> None:
    rows = ranked(folder)
    assert str(rows["04"].lacks) == "1/100"
    assert rows["03"].lacks is None
    text = micronet("audit", folder).out
    assert "7,999 correct" in text
    assert "lacks 0.01" in text
    assert "* the best of its team" in text
    report = json.loads(micronet("audit", folder, "--format", "json").out)
    assert [(row["best_of_team"], row["lacks"]) for row in report["entries"]] == [
        (True, None),
        (False, None),
        (True, None),
        (False, 0.01),
    ]
