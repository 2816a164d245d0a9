"""Reading a layer table: every mistake at its cell, and nothing a stranger writes breaks it."""

import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from micronet_spec import data
from micronet_spec.document import load
from micronet_spec.finding import Finding
from micronet_spec.init import read_table
from micronet_spec.init.cells import COLUMNS

Tabled = Callable[..., Path]


def only(path: Path, code: str = "MN403") -> Finding:
    [finding] = [found for found in read_table(path).findings if found.code == code]
    return finding


def place(finding: Finding) -> tuple[int, int]:
    span = finding.primary.span
    return span.line, span.column


def test_a_table_of_the_required_columns_is_enough(tabled: Tabled) -> None:
    table = read_table(tabled("conv,conv2d,3,8", "act,relu,8,8"))
    assert table.valid
    assert [(row.name, row.c_out, row.mults) for row in table.rows] == [
        ("conv", 8, None),
        ("act", 8, None),
    ]


def test_a_missing_column_is_found_at_the_header_with_the_nearest_name(tabled: Tabled) -> None:
    finding = only(tabled("conv,conv2d,3", header="name,op,c_inn,c_out"))
    assert place(finding) == (1, 1)
    assert "no column `c_in`: is it `c_inn`?" in finding.message


def test_a_foreign_column_is_reported_and_ignored(tabled: Tabled) -> None:
    path = tabled("conv,conv2d,3,8,fast", header="name,op,c_in,c_out,speed")
    table = read_table(path)
    assert table.valid
    assert len(table.rows) == 1
    assert place(only(path, "MN404")) == (1, 20)


def test_a_column_twice_is_found_at_the_second(tabled: Tabled) -> None:
    assert place(only(tabled("a,relu,1,1,1", header="name,op,c_in,c_out,op"))) == (1, 20)


def test_columns_and_cells_are_understood_as_others_write_them(tabled: Tabled) -> None:
    header = "Layer Name,Type,In-Channels,Out Channels,Kernel Size,Stride,nnz,Bits"
    table = read_table(tabled("conv,Conv2d,3,8,3x3,2x2,100,4-bit", header=header))
    assert table.valid
    assert not table.findings
    [row] = table.rows
    assert (row.name, row.op, row.c_in, row.c_out) == ("conv", "Conv2d", 3, 8)
    assert (row.kernel, row.stride) == ((3, 3), 2)
    assert (row.nnz_weights, row.weight_bits) == (Fraction(100), Fraction(4))


def test_two_names_of_one_column_are_that_column_twice(tabled: Tabled) -> None:
    path = tabled("a,relu,1,1,1", header="name,op,c_in,c_out,In_Channels")
    assert only(path).message == "the column `c_in` stands twice"


def test_every_other_name_of_a_column_is_of_one_alone() -> None:
    names = load(data.folder("spec") / "column-names.yaml").values
    assert isinstance(names, dict)
    words = [word for others in names.values() for word in others]
    assert len(words) == len(set(words))
    assert set(names) <= set(COLUMNS)
    assert not set(words) & set(COLUMNS)


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("stride", "2.5", "a whole number from 1"),
        ("kernel_h", "1x3", "a whole number from 1"),
        ("input_h", "0", "a whole number from 1"),
        ("input_w", "9" * 5000, "a whole number from 1"),
        ("weight_bits", "65", "a width of at most 64 bits"),
        ("act_bits", "0", "a width of at most 64 bits"),
        ("mults", "1e6", "a number from 0"),
        ("adds", "-1", "a number from 0"),
        ("nnz_weights", "٣", "a number from 0"),
        ("padding", "1/1", "top/bottom/left/right"),
        ("bias", "maybe", "yes or no"),
    ],
)
def test_a_bad_cell_is_found_at_its_column(
    tabled: Tabled, column: str, cell: str, expected: str
) -> None:
    path = tabled(f'"a, ""b""",relu,8,8,{cell}', header=f"name,op,c_in,c_out,{column}")
    finding = only(path)
    assert place(finding) == (2, 21)
    assert f"`{column}`: expected" in finding.message
    assert expected in finding.message


@pytest.mark.parametrize(
    ("spelled", "meant"),
    [
        ("yes", (True, "")),
        ("TRUE", (True, "")),
        ("yes (folded batch norm)", (True, "folded batch norm")),
        ("no", (False, "")),
        ("false", (False, "")),
        ("", None),
    ],
)
def test_a_bias_is_spelled_in_many_ways(
    tabled: Tabled, spelled: str, meant: tuple[bool, str] | None
) -> None:
    path = tabled(f"a,linear,8,8,{spelled}", header="name,op,c_in,c_out,bias")
    assert read_table(path).rows[0].bias == meant


def test_every_bad_row_is_reported_and_the_good_ones_are_read(tabled: Tabled) -> None:
    table = read_table(tabled("a,relu,x,8", "b,relu,8,8", "c,relu,8", '"d,relu,8,8', ",relu,8,8"))
    assert [row.name for row in table.rows] == ["b"]
    assert [place(found) for found in table.findings] == [(2, 8), (4, 1), (5, 1), (6, 1)]


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "MN403", "empty"),
        (b"\n\n", "MN403", "empty"),
        (b"name,op,c_in,c_out\n", "MN403", "no rows"),
        (b"name;op;c_in;c_out\na;relu;1;1\n", "MN403", "separated by `;`"),
        (b"name\top\tc_in\tc_out\n", "MN403", "separated by tabs"),
        (b"<html><body>not found</body></html>\n", "MN403", "no column `name`"),
        (b"name,op,c_in,c_out\na\0,relu,1,1\n", "MN003", "NUL"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "MN003", "not UTF-8"),
    ],
)
def test_what_is_no_table_is_said_to_be_none(
    tmp_path: Path, content: bytes, code: str, said: str
) -> None:
    path = tmp_path / "layers.csv"
    path.write_bytes(content)
    table = read_table(path)
    assert not table.valid
    assert (table.findings[0].code, table.rows) == (code, ())
    assert said in table.findings[0].message


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "layers.csv"
    with path.open("wb") as file:
        file.truncate(5 * 1024 * 1024)
    assert [found.code for found in read_table(path).findings] == ["MN002"]


def test_windows_line_ends_and_a_byte_order_mark_are_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "layers.csv"
    path.write_bytes(b"\xef\xbb\xbfname,op,c_in,c_out\r\na,relu,1,1\r\n")
    assert read_table(path).valid


def test_more_than_a_hundred_thousand_rows_are_refused(tabled: Tabled) -> None:
    finding = only(tabled(*["a,relu,1,1"] * 100_001))
    assert "more than 100,000 rows" in finding.message
    assert place(finding) == (100_002, 1)


def test_a_table_of_mistakes_stops_at_a_hundred(tabled: Tabled) -> None:
    started = time.monotonic()
    assert len(read_table(tabled(*["a,relu,x,1"] * 50_000)).findings) == 100
    assert time.monotonic() - started < 10
