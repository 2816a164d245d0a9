"""Who is ranked: the best entry of a team (E2), and what a missed target lacks."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from micronet_spec.audit.audit import audit, manifests
from micronet_spec.audit.ranking import Row

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
        "01": (2, "no"),
        "02": (1, "yes"),
        "03": (2, "yes"),
        "04": (None, "no"),
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
        ("yes", None),
        ("no", None),
        ("yes", None),
        ("no", 0.01),
    ]


KNOWN = ("{name: fc, op: linear, out: 9}",)
BOUNDED = (
    "{name: fc, op: linear, out: 9, weight: {store: mask, nonzero: {at_least: 1, at_most: 27648}}}",
)
LARGER = ("{name: fc, op: linear, out: 99}",)


@pytest.mark.parametrize(
    ("entries", "best"),
    [
        ([{"layers": KNOWN}, {"layers": LARGER}], ["yes", "no"]),
        ([{"layers": KNOWN}, {"layers": BOUNDED}], ["possible", "possible"]),
        ([{"layers": LARGER}, {"layers": BOUNDED}], ["no", "yes"]),
        ([{"layers": BOUNDED}, {"layers": BOUNDED}], ["possible", "possible"]),
        ([{"layers": KNOWN}, {"layers": KNOWN}], ["yes", "yes"]),
        ([{"layers": BOUNDED}], ["yes"]),
        ([{"layers": LARGER}, {"layers": KNOWN, "status": "withdrawn"}], ["yes", "no"]),
        ([{"layers": LARGER}, {"layers": KNOWN, "quality": "unknown"}], ["possible", "no"]),
        ([{"layers": KNOWN}, {"layers": LARGER, "quality": "unknown"}], ["yes", "no"]),
        ([{"layers": KNOWN}, {"model": "unpublished"}], ["possible", "no"]),
    ],
)
def test_the_best_of_a_team_is_marked_as_far_as_it_is_known(
    entries: list[dict[str, Any]], best: list[str], tmp_path: Path, manifest: "Made"
) -> None:
    for number, sections in enumerate(entries, 1):
        text = manifest(**sections)
        if sections.get("model"):
            text = text.partition("\nmodel:")[0] + "\nmodel: unpublished\n"
        (tmp_path / f"{number:02}.yaml").write_text(text, encoding="utf-8")
    rows = ranked(tmp_path)
    assert [rows[f"{number:02}"].best_of_team for number in range(1, len(entries) + 1)] == best
