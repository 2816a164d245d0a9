"""Slips of counting: one finding a kind and entry, at the largest number, with the whole effect."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from micronet_spec.audit.audit import lint as lint_file
from micronet_spec.entry.claims import COLUMNS
from micronet_spec.finding import Finding

if TYPE_CHECKING:
    from tests.conftest import Made

LAYERS = [f"{{name: pool{n}, op: avg_pool, kernel: 2, stride: 1}}" for n in range(1, 8)]
OPERATIONS = 10_490_000_000


def linted(path: Path, text: str, *rows: str) -> list[Finding]:
    path.write_text(text, encoding="utf-8")
    counts = "\n".join((",".join(COLUMNS), *rows, ""))
    path.with_name(f"{path.stem}.claims.csv").write_text(counts, encoding="utf-8")
    return lint_file(path)[1]


def test_many_places_are_one_finding_with_the_whole_effect(
    tmp_path: Path, manifest: "Made"
) -> None:
    sizes = [3 * (8 - n) ** 2 for n in range(1, 8)]
    rows = [f"pool{n},,{size},32,{size},32," for n, size in enumerate(sizes, 1)]
    [finding] = linted(tmp_path / "entry.yaml", manifest(layers=LAYERS), *rows)
    assert finding.code == "MN415"
    assert finding.message == (
        "the entrant's own counts: k - 1 additions of a window of k x k, in 7 places"
    )
    assert (finding.primary.span.line, finding.primary.span.column) == (2, 15)
    assert len(finding.related) == 4, "the next largest"
    assert finding.effect
    assert finding.effect.change == Fraction(2 * sum(sizes), OPERATIONS)


def test_slips_of_two_kinds_are_two_findings(tmp_path: Path, manifest: "Made") -> None:
    layers = [LAYERS[0], "{name: conv, op: conv2d, out: 4, kernel: 3}"]
    rows = ["pool1,,147,32,147,32,", "conv,3456,2700,32,,,"]
    findings = linted(tmp_path / "entry.yaml", manifest(layers=layers), *rows)
    assert [finding.code for finding in findings] == ["MN415", "MN417"]


@pytest.mark.parametrize("row", ["pool1,,147,32,441,32,", "pool1,,,,,,", "pool1,,147,32,440,32,"])
def test_right_counts_none_and_unexplained_ones_are_no_slips(
    row: str, tmp_path: Path, manifest: "Made"
) -> None:
    assert linted(tmp_path / "entry.yaml", manifest(layers=LAYERS[:1]), row) == []
