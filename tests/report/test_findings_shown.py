"""How a finding looks: title, places with carets, effect, clause, help."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from textwrap import dedent

import pytest
from rich.cells import cell_len

from micronet_spec.challenge.challenge import Clause
from micronet_spec.document import Document, Route, Span, parse
from micronet_spec.effect import Effect, Ranks, Terms
from micronet_spec.finding import Finding, Label, Severity, ordered, rules
from micronet_spec.report.text import effect_text, finding_text, tally

WIDTH = 60


def shown(finding: Finding, clauses: dict[str, Clause] | None = None) -> str:
    """Return what is printed of a finding, without blanks at the ends of lines."""
    printed = finding_text(finding, clauses or {}, WIDTH).plain
    return "".join(f"{line.rstrip()}\n" for line in printed.splitlines())


def at(document: Document, *route: str | int, text: str = "", key: bool = False) -> Label:
    return Label(document, route, text, key)


def entry(text: str) -> Document:
    document = parse(text, Path("some/entry.yaml"))
    assert not document.problems
    return document


def test_one_place() -> None:
    document = entry("name: Example\nquality: {top1_percent: 79.996}\n")
    finding = Finding("MN301", "79.996 % is a miss", at(document, "quality", "top1_percent"))
    clauses = {"T1": Clause(title="Targets", text="Hard thresholds. " * 8)}
    assert shown(finding, clauses) == dedent("""\
        error[MN301 quality-below-target]: 79.996 % is a miss
         --> some/entry.yaml:2:25
          |
        2 | quality: {top1_percent: 79.996}
          |                         ^^^^^^
           = why [T1]: Hard thresholds. Hard thresholds. Hard
               thresholds. Hard thresholds. Hard thresholds.
               Hard thresholds. Hard thresholds. Hard
               thresholds.
           = help: enter a network that meets the target
        """)


def test_two_places_in_one_line() -> None:
    document = entry("quality: {top1_percent: 80.6, top1_correct: 8050}\n")
    finding = Finding(
        "MN305",
        "8,050 of 10,000 is 80.5 %, not 80.6 %",
        at(document, "quality", "top1_percent", text="rounded"),
        (at(document, "quality", "top1_correct", text="counted"),),
        help="keep one",
    )
    assert shown(finding) == dedent("""\
        error[MN305 quality-contradiction]: 8,050 of 10,000 is 80.5 %, not 80.6 %
         --> some/entry.yaml:1:25
          |
        1 | quality: {top1_percent: 80.6, top1_correct: 8050}
          |                         ^^^^ rounded
          |                                             ---- counted
           = help: keep one
        """)


def test_places_in_several_lines_are_shown_in_the_order_of_the_file() -> None:
    filler = "# nothing\n" * 8
    document = entry(f"a: 1\nb: 2\nc: {{d: 3}}\n{filler}e: 45\n")
    finding = Finding(
        "MN203",
        "several",
        at(document, "e", text="here"),
        (at(document, "c", "d", text="there"), at(document, "a", key=True)),
        Effect(Fraction(1, 3), Fraction(1, 7)),
        help="look at them",
    )
    assert shown(finding) == dedent("""\
        warning[MN203 narrow-accumulator]: several
          --> some/entry.yaml:12:4
           |
         1 | a: 1
           | -
        ...
         3 | c: {d: 3}
           |        - there
        ...
        12 | e: 45
           |    ^^ here
           = effect: score 0.3333333 -> 0.1428571 (-0.1904762)
           = confidence: for review, a person has to judge
           = help: look at them
        """)


def test_neighbouring_lines_are_shown_without_a_gap() -> None:
    document = entry("a: 1\nb: 2\n")
    finding = Finding("MN005", "x", at(document, "b"), (at(document, "a"),), help="y")
    assert shown(finding) == dedent("""\
        error[MN005 duplicate-key]: x
         --> some/entry.yaml:2:4
          |
        1 | a: 1
          |    -
        2 | b: 2
          |    ^
           = help: y
        """)


def test_a_place_in_another_file_is_shown_under_its_name() -> None:
    counts = Document(Path("some/entry.claims.csv"), "layer,bits\nconv,12\n")
    document = entry("name: conv\n")
    finding = Finding(
        "MN402",
        "x",
        Label(counts, Span(2, 6, 8), "counted"),
        (at(document, "name", text="declared"),),
        help="y",
    )
    assert shown(finding) == dedent("""\
        error[MN402 claims-file]: x
         --> some/entry.claims.csv:2:6
          |
        2 | conv,12
          |      ^^ counted
         ::: some/entry.yaml:1:7
          |
        1 | name: conv
          |       ---- declared
           = help: y
        """)


def test_a_file_without_text_is_only_named() -> None:
    document = Document(Path("missing.yaml"), "")
    finding = Finding("MN001", "no such file", Label(document, Span(1, 1, 2)), help="y")
    assert shown(finding) == dedent("""\
        error[MN001 unreadable-file]: no such file
         --> missing.yaml:1:1
           = help: y
        """)


def test_carets_stand_under_wide_characters() -> None:
    document = entry("team: {名前: 漢字, é: 5, last: かな}\n")
    finding = Finding(
        "MN103",
        "x",
        at(document, "team", "é", text="one cell"),
        (at(document, "team", "名前", text="four"), at(document, "team", "last")),
        help="y",
    )
    lines = shown(finding).splitlines()
    source, first, second, third = lines[3:7]
    assert source == "1 | team: {名前: 漢字, é: 5, last: かな}"
    assert first == "  |              ---- four"
    assert second == "  |                       ^ one cell"
    assert third == "  |                                ----"
    before = source[: source.index("かな")]
    assert cell_len(before) == third.index("----")


def test_a_tab_is_one_blank_and_the_caret_is_under_the_value() -> None:
    document = entry("a:\t{b:\t55}\t# x\n")
    finding = Finding("MN103", "x", at(document, "a", "b"), help="y")
    assert shown(finding).splitlines()[3:5] == ["1 | a: {b: 55} # x", "  |        ^^"]


def test_what_could_act_on_a_terminal_is_shown_as_a_replacement() -> None:
    document = Document(Path("a\x1b[31m.yaml"), "n: \u202ex\x1b[2J\x07 5\r\n")
    label = Label(document, Span(1, 4, 6), "\x1b[1mlabel\n")
    finding = Finding("MN003", "message\r\n\x1b[0m", label, help="help\x00 \u2066me")
    assert shown(finding) == dedent("""\
        error[MN003 not-text]: message\ufffd\ufffd\ufffd[0m
         --> a\ufffd[31m.yaml:1:4
          |
        1 | n: \ufffdx\ufffd[2J\ufffd 5
          |    ^^ \ufffd[1mlabel\ufffd
           = help: help\ufffd \ufffdme
        """)


LONG = "model: {layers: [" + ", ".join(f"{{name: layer{n}}}" for n in range(20)) + "]}\n"


def test_a_long_line_is_cut_around_the_place() -> None:
    document = entry(LONG)
    label = at(document, "model", "layers", 10, "name", text="here")
    lines = shown(Finding("MN104", "x", label, help="y")).splitlines()
    assert lines[3].startswith("1 | …")
    assert lines[3].endswith("…")
    column = lines[4].index("^")
    assert lines[3][column : column + 7] == "layer10"
    assert lines[4][column:] == "^^^^^^^ here"


def test_a_long_line_is_cut_at_its_end_if_the_place_is_near_its_begin() -> None:
    document = entry(LONG)
    label = at(document, "model", "layers", 0, "name", text="here")
    lines = shown(Finding("MN104", "x", label, help="y")).splitlines()
    assert lines[3].startswith("1 | model: {layers: [{name: layer0}, ")
    assert lines[3].endswith("…")
    assert lines[4] == "  |                         ^^^^^^ here"


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        (LONG, ("model", "layers", 10, "name"), ("model", "layers", 11, "name")),
        (LONG, ("model", "layers", 10, "name"), ("model", "layers", 19, "name")),
        (LONG, ("model", "layers", 19, "name"), ("model", "layers", 0, "name")),
        (LONG, ("model", "layers", 0, "name"), ("model", "layers", 19, "name")),
        (LONG, ("model",), ("model", "layers", 19, "name")),
        ("é: [" + "漢, " * 60 + "last]\n", ("é", 60), ("é", 59)),
        ("é: [" + "漢字, " * 60 + "last]\n", ("é", 0), ("é", 1)),
        ("é: [" + "漢字, " * 60 + "last]\n", ("é", 30), ("é", 2)),
    ],
    ids=["near", "right", "left", "ends", "whole", "wide end", "wide begin", "wide middle"],
)
def test_the_first_place_is_always_in_sight_and_no_line_too_wide(
    text: str, first: Route, second: Route
) -> None:
    document = entry(text)
    finding = Finding("MN104", "x", at(document, *first), (at(document, *second),), help="y")
    lines = shown(finding).splitlines()
    assert max(map(cell_len, lines)) <= WIDTH
    [carets] = [line for line in lines if "^" in line]
    source = lines[3]
    under = "".join(
        c for n, c in enumerate(source) if "^" in carets[cell_len(source[:n]) :][: cell_len(c)]
    )
    span = document.span(first)
    expected = document.lines[span.line - 1][span.column - 1 : span.end - 1]
    assert under
    assert expected.startswith(under.rstrip("…"))


def test_long_help_is_wrapped_and_words_are_kept() -> None:
    document = entry("a: 1\n")
    finding = Finding("MN104", "x", at(document, "a"), help="word " * 40)
    lines = shown(finding).splitlines()[5:]
    assert len(lines) > 1
    assert max(map(len, lines)) <= WIDTH
    assert " ".join(lines).split().count("word") == 40


def test_findings_are_ordered_by_file_stage_and_place() -> None:
    one, two = entry("a: 1\nb: 2\n"), parse("a: 1\n", Path("other.yaml"))
    findings = [
        Finding("MN301", "", at(two, "a")),
        Finding("MN301", "", at(one, "a")),
        Finding("MN103", "", at(one, "b")),
        Finding("MN101", "", at(one, "b")),
        Finding("MN105", "", at(one, "a")),
    ]
    seen = [(str(f.primary.document.path), f.code) for f in ordered(findings)]
    assert seen == [
        ("other.yaml", "MN301"),
        ("some/entry.yaml", "MN105"),
        ("some/entry.yaml", "MN101"),
        ("some/entry.yaml", "MN103"),
        ("some/entry.yaml", "MN301"),
    ]


@pytest.mark.parametrize(
    ("codes", "files", "text"),
    [
        ([], 1, "no findings in 1 file"),
        ([], 1_200, "no findings in 1,200 files"),
        (["MN301"], 1, "1 error in 1 file"),
        (["MN301", "MN302", "MN303"], 2, "2 errors, 1 warning (1 for review) in 2 files"),
        (["MN303"] * 1_001, 1, "1,001 warnings (1,001 for review) in 1 file"),
    ],
)
def test_findings_are_summed_up(codes: list[str], files: int, text: str) -> None:
    assert tally([rules()[code] for code in codes], files) == text


def test_severities_are_from_worst_to_mildest() -> None:
    assert [str(severity) for severity in Severity] == ["error", "warning", "note"]


def test_an_effect_says_before_after_and_change() -> None:
    effect = Effect(Fraction("0.0049"), Fraction("0.0054597190"))
    text = "score 0.0049000 -> 0.0054597 (+0.0005597)"
    assert effect_text(effect) == text
    terms = Terms(Fraction("0.0006"), Fraction("-0.000040281"))
    text += ": storage +0.0006000, math -0.0000403"
    assert effect_text(replace(effect, terms=terms)) == text
    stays = replace(effect, terms=terms, ranks=Ranks(2, 2, 30))
    assert effect_text(stays) == f"{text}; rank stays 2 of 30"
    falls = replace(stays, ranks=Ranks(2, 3, 30))
    assert effect_text(falls) == f"{text}; rank 2 -> 3 of 30"
