"""Plain scalars by the YAML 1.2 core schema, with every digit they are written with."""

from decimal import Decimal
from typing import Any

import pytest

from micronet_spec.document import Span, parse


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("+5", 5),
        ("-17", -17),
        ("010", 10),
        ("-010", -10),
        ("0x10", 16),
        ("0xfF", 255),
        ("0o17", 15),
        ("1" * 40, int("1" * 40)),
    ],
)
def test_an_integer_is_a_whole_number(written: str, value: int) -> None:
    found = parse(written).values
    assert (type(found), found) == (int, value)


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("1e-3", "0.001"),
        ("1E3", "1E+3"),
        ("0.6200", "0.6200"),
        ("100.0", "100.0"),
        ("1.", "1"),
        (".5", "0.5"),
        ("+.5e+2", "5E+1"),
        ("-0.0", "-0.0"),
        ("79.99999999999999999999999999999999999", "79.99999999999999999999999999999999999"),
        ("1e40", "1E+40"),
        ("1e-40", "1E-40"),
        (".inf", "Infinity"),
        ("-.INF", "-Infinity"),
        (".nan", "NaN"),
        (".NaN", "NaN"),
    ],
)
def test_a_number_with_a_point_or_an_exponent_keeps_its_digits(written: str, digits: str) -> None:
    found = parse(written).values
    assert isinstance(found, Decimal)
    assert str(found) == digits


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("False", False),
        ("FALSE", False),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("~", None),
        ("", None),
    ],
)
def test_a_constant_is_what_it_says(written: str, value: Any) -> None:
    assert parse(f"key: {written}").values == {"key": value}


@pytest.mark.parametrize(
    "written",
    [
        *("no", "No", "NO", "yes", "on", "off", "y", "n"),
        *("tRUE", "nULL", "nan", "inf", ".Nan", "--1", "+-1"),
        *("0b11", "1_000", "12:30", "1:30:00", "-0x10", "+0o7", "0o8", "0xg", "0x", "0X10"),
        *(
            "2019-10-11",
            "2019-10-11T23:59:59-07:00",
            "1.2.3",
            "1,000",
            "1e",
            "e5",
            ".",
            "+",
            "1e5.0",
        ),
        *("=", "<<", "٣", "16-bit"),
    ],
)
def test_anything_else_is_text(written: str) -> None:
    assert parse(written).values == written


@pytest.mark.parametrize("written", ["'5'", '"5"', "|-\n  5", ">-\n  5", '"\\x35"'])
def test_a_quoted_number_is_text(written: str) -> None:
    assert parse(f"key: {written}").values == {"key": "5"}


@pytest.mark.parametrize("written", ["5", "true", "~", "''", "010"])
def test_a_key_is_always_text(written: str) -> None:
    assert parse(f"{{{written}: 1}}").values == {written.strip("'"): 1}


@pytest.mark.parametrize(
    "written",
    [
        "9" * 41,
        "9" * 5_000,
        "-" + "9" * 5_000,
        "0x" + "f" * 5_000,
        "0." + "3" * 5_000,
        "1e41",
        "1e-41",
        "1e999999999999",
        "1e" + "9" * 5_000,
    ],
)
def test_a_number_beyond_the_bounds_is_a_problem_at_its_place(written: str) -> None:
    document = parse(f"before: 1\nkey: [{written}, 2]\n")
    [problem] = document.problems
    assert problem.code == "MN008"
    assert problem.span == Span(2, 7, 7 + len(written))
    assert problem.route == ("key", 0)
    assert document.values == {"before": 1, "key": [None, 2]}


@pytest.mark.parametrize("written", ["x" * 5_000, "1-" + "9" * 5_000, "1." * 2_000 + "1"])
def test_a_long_text_is_not_a_number(written: str) -> None:
    document = parse(written)
    assert not document.problems
    assert document.values == written
