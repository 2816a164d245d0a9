"""Published scores that are made of counts without the entry's own widths."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from micronet_spec.audit.audit import audit, lint

if TYPE_CHECKING:
    from tests.conftest import Made

ROOT = Path(__file__).parents[2]
WAVECOMP = sorted((ROOT / "submissions/micronet-2019/cifar100").glob("1[789]-wavecomp.yaml"))
INT8 = "{formats: {int8: {kind: integer, bits: 8, signed: true}}, defaults: {weight: int8}}"


@pytest.mark.parametrize(("date", "found"), [("2019-12-04", 1), ("2019-12-06", 0), (None, 0)])
def test_three_rows_of_one_dated_board_were_scored_without_widths(
    date: str | None, found: int
) -> None:
    rows = audit(WAVECOMP, board_date=date).rows
    assert len(rows) == 3
    for row in rows:
        assert [it.code for it in row.findings].count("MN405") == found


# 3 x 8 x 8 inputs, 1000 outputs: 192,000 weights, 192,000 products and 191,000 additions. Without
# widths 0.0052603 and 0.0000365, at 8 bits but for the additions 0.0013151 and 0.0000228.
@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("0.005297", "192,000 stored values and 383,000 operations"),
        ("0.001338", None),  # what the recount gives
        ("0.001300", None),  # what the entry claims
        ("0.009000", None),  # what nothing gives
    ],
)
def test_the_recount_says_what_plain_counts_are(
    published: str, expected: str | None, tmp_path: Path, manifest: "Made"
) -> None:
    path = tmp_path / "entry.yaml"
    numerics = INT8.replace("weight: int8", "weight: int8, activation: int8")
    path.write_text(
        manifest(
            layers=["{name: fc, op: linear, out: 1000}"],
            numerics=numerics,
            claims="{score: 0.0013}",
        )
    )
    _, findings = lint(path, score=Decimal(published))
    messages = [it.message for it in findings if it.code == "MN405"]
    message = f"the published {published} is {expected}, all at 32 bits and without masks: "
    assert messages == ([message + "the entry claims 0.0013"] if expected else [])
