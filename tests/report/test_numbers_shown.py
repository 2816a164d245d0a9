"""Numbers and strangers' text as people and programs see them."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from micronet_spec.digits import half_unit, written
from micronet_spec.document import Span, parse
from micronet_spec.effect import Effect, Ranks, Terms
from micronet_spec.finding import Finding, Label
from micronet_spec.report.json import exact, finding_json
from micronet_spec.report.tables import number
from micronet_spec.report.text import decimal, signed
from micronet_spec.visible import visible


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 3), "0.3333333"),
        (Fraction(2, 3), "0.6666667"),
        (Fraction("0.0054597190"), "0.0054597"),
        (Fraction("0.00000004"), "0.0000000"),
        (Fraction(0), "0.0000000"),
        (Fraction(2), "2.0000000"),
        (None, "-"),
    ],
)
def test_a_score_has_seven_decimals(value: Fraction | None, text: str) -> None:
    assert decimal(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 3), "+0.3333333"),
        (Fraction(-1, 3), "-0.3333333"),
        (Fraction(0), "+0.0000000"),
        (Fraction("-0.00000001"), "+0.0000000"),
        (None, "-"),
    ],
)
def test_a_difference_has_its_sign(value: Fraction | None, text: str) -> None:
    assert signed(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1_234_567, "1,234,567"),
        (Fraction(12), "12"),
        (Fraction(10, 3), "3.33"),
        (Fraction(5_000_001, 2), "2,500,000.50"),
    ],
)
def test_a_count_is_whole_if_it_is_whole(value: int | Fraction, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "result"),
    [(5, 5), (Fraction(10, 5), 2), (Fraction(7, 3), "7/3"), (2**80, 2**80), (0, 0)],
)
def test_a_count_for_programs_is_exact(value: int | Fraction, result: int | str) -> None:
    assert exact(value) == result
    assert Fraction(exact(value)) == value


@pytest.mark.parametrize(
    ("digits", "half"),
    [
        ("80", Fraction(1, 2)),
        ("80.07", Fraction(1, 200)),
        ("80.00", Fraction(1, 200)),
        ("1e-3", Fraction(1, 2000)),
        ("1e3", Fraction(500)),
        ("1.50e2", Fraction(1, 2)),
    ],
)
def test_half_a_unit_of_the_last_digit(digits: str, half: Fraction) -> None:
    assert half_unit(Decimal(digits)) == half


@pytest.mark.parametrize(
    ("like", "text"),
    [("0.0", "0.3333333"), ("1", "0.3333333"), ("0.333333333", "0.333333333")],
)
def test_a_recount_has_as_many_decimals_as_the_claim_and_at_least_seven(
    like: str, text: str
) -> None:
    assert written(Fraction(1, 3), Decimal(like)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "Ünïcode",
        "漢字かな",
        "😀",
        "عربي",
        "a\u0301",
        "~!@#$%^&*()",
        "\u00a0",
        "\u3000",
    ],
)
def test_harmless_text_is_left_alone(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    "character",
    [
        *("\0", "\a", "\b", "\n", "\r", "\x0b", "\x0c", "\x1b", "\x7f", "\x80", "\x85", "\x9b"),
        *("\u00ad", "\u061c", "\u200b", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a"),
        *("\u202e", "\u2060", "\u2066", "\u2069", "\ufeff", "\ufff9", "\U000e0041", "\udcff"),
    ],
)
def test_a_character_that_acts_is_replaced_one_by_one(character: str) -> None:
    assert visible(f"a{character}{character}b") == "a\ufffd\ufffdb"


def test_a_tab_is_one_blank() -> None:
    assert visible("\ta\tb") == " a b"


def test_text_keeps_its_length() -> None:
    text = "".join(map(chr, range(0x3000)))
    assert len(visible(text)) == len(text)


def test_a_finding_for_programs_is_flat_and_complete() -> None:
    document = parse("a: 1\nb: {c: 23}\n", Path("entry.yaml"))
    finding = Finding(
        "MN203",
        "message \x1b",
        Label(document, ("b", "c"), "primary"),
        (Label(document, ("a",), "related", key=True), Label(document, Span(2, 1, 3))),
        Effect(
            Fraction(1, 4), Fraction(1, 2), Terms(Fraction(1, 2), Fraction(-1, 4)), Ranks(3, 5, 9)
        ),
    )
    shown = finding_json(finding, "task/entry")
    assert shown.pop("snippet").splitlines()[:4] == [
        " --> entry.yaml:2:8",
        "  | ",
        "1 | a: 1",
        "  | - related",
    ]
    assert shown == {
        "code": "MN203",
        "name": "narrow-accumulator",
        "severity": "warning",
        "confidence": "review",
        "clauses": ["M7", "R3"],
        "message": "message \x1b",
        "entry": "task/entry",
        "file": "entry.yaml",
        "line": 2,
        "column": 8,
        "end_column": 10,
        "effect": 0.25,
        "storage_effect": 0.5,
        "math_effect": -0.25,
        "rank_before": 3,
        "rank_after": 5,
        "effect_text": "score 0.2500000 -> 0.5000000 (+0.2500000): storage +0.5000000, "
        "math -0.2500000; rank 3 -> 5 of 9",
        "help": finding.rule.help,
        "waived": None,
        "related": [
            {"file": "entry.yaml", "line": 1, "column": 1, "end_column": 2, "text": "related"},
            {"file": "entry.yaml", "line": 2, "column": 1, "end_column": 3, "text": ""},
        ],
    }
    assert "\x1b" not in json.dumps(shown)


def test_a_finding_without_effect_has_none() -> None:
    document = parse("a: 1\n", Path("entry.yaml"))
    finding = Finding("MN301", "message", Label(document, ("a",)), help="do this")
    shown = finding_json(finding, "entry")
    effects = ("effect", "storage_effect", "math_effect", "rank_before", "rank_after")
    assert [shown[key] for key in effects] == [None] * 5
    assert shown["help"] == "do this"
    assert shown["related"] == []
