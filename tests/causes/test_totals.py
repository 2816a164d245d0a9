"""Counts that an entrant states once for several layers."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from micronet_spec.audit.audit import audit
from micronet_spec.audit.ranking import Row
from micronet_spec.entry.claims import COLUMNS, PARTS

if TYPE_CHECKING:
    from tests.causes.conftest import Explained
    from tests.conftest import Made

STORAGE, MULTIPLIES, ADDS = PARTS
TOTAL = ("", "operations")
FIRST = "{name: first, op: conv2d, out: 4, kernel: 3}"  # 3456 bits; 3888 multiplies, 3744 adds
SECOND = "{name: second, op: linear, out: 2}"  # 288 weights: 9216 bits; 288 multiplies, 286 adds
OPEN = "{name: open, op: linear, out: 2, weight: {store: mask, nonzero: {at_most: 100}}}"


def test_a_total_of_all_layers_is_the_sum_of_all(causes: "Explained") -> None:
    # 4176 multiplies and 4030 additions of 32 bits.
    assert causes([FIRST, SECOND], f",{3456 + 9216},{4176 + 4030},32,,") == {}


def test_a_total_beside_counts_by_layer_is_of_the_others(causes: "Explained") -> None:
    rows = "first,3456,3888,32,3744,32", f",9216,{288 + 286},32,,"
    assert causes([FIRST, SECOND], *rows) == {}


def test_a_total_can_name_its_layers_which_may_have_rows_of_their_own(causes: "Explained") -> None:
    relu = "{name: relu, op: relu}"
    rows = "first;second,9216,4176,32,,", "first,3456,,,3744,32", "second,,,,286,32", "relu,,,,,"
    # The additions are counted, so the multiplies are no more than that.
    assert causes([FIRST, SECOND, relu], *rows) == {("relu", MULTIPLIES): "not counted"}


@pytest.mark.parametrize(
    ("operations", "cause"),
    [
        (4176, "one multiply-accumulate counted as one operation"),
        (64 * (108 + 104) + 288 + 286, "another padding taken for half the kernel"),
        (8210, "unexplained"),  # 8206: three digits say too little
        (4100, "unexplained"),
    ],
)
def test_a_slip_is_sought_in_all_layers_of_a_total(
    causes: "Explained", operations: int, cause: str
) -> None:
    found = causes([FIRST, SECOND], f",{3456 + 9216},{operations},32,,")
    assert found == {TOTAL: cause}


def test_a_total_may_be_written_rounded(causes: "Explained") -> None:
    # 15,264 operations for twice the channels.
    layers = [FIRST.replace("out: 4", "out: 8")]
    assert causes(layers, ",6912,15260,32,,") == {TOTAL: "the total rounded"}
    assert causes(layers, ",6912,15270,32,,") == {TOTAL: "unexplained"}


@pytest.mark.parametrize(
    ("stored", "cause"),
    [
        (2 * (6400 + 200), "mask counted per nonzero"),
        (2 * 6400, "mask not counted"),
        (2 * 288 * 32, "stored as if dense"),
    ],
)
def test_slips_of_storage_too(causes: "Explained", stored: int, cause: str) -> None:
    # 2 x 144 weights each, of which 200 are left, under a mask.
    masked = "op: linear, from: input, out: 2, weight: {store: mask, nonzero: 200}"
    layers = [f"{{name: {name}, {masked}}}" for name in ("first", "second")]
    found = causes(layers, f",{stored},{2 * (200 + 198)},32,,", model=_read_by(layers))
    assert found == {("", STORAGE): cause}


def _read_by(layers: Sequence[str]) -> str:
    return "{input: [4, 6, 6], layers: [" + ", ".join(layers) + "]}"


Ends = tuple[Fraction, Fraction]


@pytest.fixture
def row(tmp_path: Path, manifest: "Made") -> Callable[..., Row]:
    """Return a function that audits one entry with counts that are open."""

    def make(layers: Sequence[str], claims: str) -> Row:
        path = tmp_path / "entry.yaml"
        path.write_text(manifest(layers=layers))
        path.with_suffix(".claims.csv").write_text(f"{','.join(COLUMNS)}\n{claims}")
        [row] = audit([path]).rows
        return row

    return make


@pytest.mark.parametrize(
    ("operations", "cause"),
    [
        (0 + 7632, "within what is not known"),
        (198 + 7632, "within what is not known"),  # 100 products, and 98 to 99 additions
        (200 + 7632, "unexplained"),
    ],
)
def test_a_total_may_be_right_where_counts_are_unknown(
    row: Callable[..., Row], operations: int, cause: str
) -> None:
    # 7632 operations of the convolution; the mask has 288 bits.
    audited = row([FIRST, OPEN], f",{3456 + 288},{operations},32,,,")
    assert {it.difference.part: it.cause for it in audited.departures} == {
        "operations": cause,
        STORAGE: "within what is not known",
    }


def test_differences_sum_at_both_ends_of_the_recount(row: Callable[..., Row]) -> None:
    audited = row([FIRST, OPEN, "{name: relu, op: relu}"], "first,3456,3888,32,9,32,\n,77,77,32,,,")
    assert audited.entry.interval
    assert audited.counted_total
    ends = [end - audited.counted_total for end in audited.entry.interval]
    assert ends[0] < ends[1]
    assert [
        sum(it.score for it in audited.departures),
        sum(it.most for it in audited.departures),
    ] == ends
    assert [sum(it.score for it in audited.shares), sum(it.most for it in audited.shares)] == ends


def test_of_a_row_of_a_layer_that_there_is_not_everything_differs(row: Callable[..., Row]) -> None:
    audited = row([FIRST], "first;third,,3888,32,,,\nfirst,3456,,,3744,32,")
    assert [finding.code for finding in audited.findings].count("MN402") == 1
    assert {(it.difference.layer, it.difference.part): it.cause for it in audited.departures} == {
        ("first", MULTIPLIES): "not counted",
        ("first;third", MULTIPLIES): "unexplained",
    }
