"""What is refused of YAML, and where: anchors, tags, depth, repeated keys, broken syntax."""

import time
from typing import TYPE_CHECKING

import pytest

from micronet_spec.document import Document, Span, parse

if TYPE_CHECKING:
    from tests.conftest import Unmarked


def codes(document: Document) -> list[tuple[str, Span]]:
    return [(problem.code, problem.span) for problem in document.problems]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("«a»: 1\n«a»: 2\n", 1),
        ("{«a»: 1, b: 2, «a»: 3}", 1),
        ("x:\n  «a»: 1\n  b: 2\n  «a»: 3\n", 1),
        ("- {«a»: 1, «'a'»: 2}\n", 1),
        ("é: {«ü»: 1, «ü»: 2}\n", 1),
        ("«a»: {x: 1}\n«a»: {x: 2}\n", 1),
        ("«a»: 1\n«a»: 2\n«a»: 3\n", 2),
    ],
)
def test_a_repeated_key_is_reported_with_both_places(
    text: str, places: int, unmark: "Unmarked"
) -> None:
    plain, [first, *others] = unmark(text)
    document = parse(plain)
    assert codes(document) == [("MN005", span) for span in others]
    assert len(others) == places
    for problem in document.problems:
        assert problem.related == ((first, "first here"),)
        assert "stands twice" in problem.message


def test_the_same_key_in_two_mappings_is_no_repetition() -> None:
    document = parse("- {a: 1, b: {a: 2}}\n- {a: 3}\n")
    assert not document.problems
    assert document.values == [{"a": 1, "b": {"a": 2}}, {"a": 3}]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: «*b»\n", "MN006"),
        ("a: 1\nc: [«*b»]\n", "MN006"),
        ("«*b» : 1\n", "MN006"),
        ("a: 1\n«---» b: 2\n", "MN004"),
        ("a: 1\n...\n«---»\nb: 2\n", "MN004"),
        ("? «[»a, b]\n: 1\n", "MN004"),
        ("? «{»a: 1}\n: 1\n", "MN004"),
        ("{? «[»a]: 1}\n", "MN004"),
        ("a: 1\n«\t»b: 2\n", "MN004"),
        ("a: «@»b\n", "MN004"),
        ("a: [1, «,»2]\n", "MN004"),
        ("a: [1, 2\nb«:» 3\n", "MN004"),
        ("a: «%»b\n", "MN004"),
        ("é: ü\nb: «\x9b»1\n", "MN003"),
        ("ééé: 😀\n\n漢: «\x80»\n", "MN003"),
        ("é: x\nü: «\x1b»[31m\n", "MN003"),
        ("a: «\0»\n", "MN003"),
        ("a: «\ufffe»\n", "MN003"),
        ("é: «\ud800»\n", "MN003"),
    ],
)
def test_what_cannot_be_trusted_ends_the_reading_at_its_place(
    text: str, code: str, unmark: "Unmarked"
) -> None:
    plain, [span] = unmark(text)
    document = parse(plain)
    [problem] = document.problems
    assert (problem.code, problem.span.line, problem.span.column) == (code, span.line, span.column)
    assert document.values is None


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        ("a: «&x 5»\n", "MN006", {"a": 5}),
        ("a: «&x» [1]\n", "MN006", {"a": [1]}),
        ("a: «!!str 5»\n", "MN010", {"a": 5}),
        ("a: «!mine» {b: 1}\n", "MN010", {"a": {"b": 1}}),
        ("é: «! b»\n", "MN010", {"é": "b"}),
        ("a: «!!python/object/apply:os.getcwd» []\n", "MN010", {"a": []}),
    ],
)
def test_anchors_and_tags_are_reported_and_mean_nothing(
    text: str, code: str, values: object, unmark: "Unmarked"
) -> None:
    plain, [span] = unmark(text)
    document = parse(plain)
    [problem] = document.problems
    assert (problem.code, problem.span.line, problem.span.column) == (code, span.line, span.column)
    assert document.values == values


def test_a_merge_key_merges_nothing() -> None:
    document = parse("a: {<<: {b: 1}, c: 2}\n")
    assert not document.problems
    assert document.values == {"a": {"<<": {"b": 1}, "c": 2}}


def test_an_alias_bomb_is_not_expanded() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )
    started = time.perf_counter()
    document = parse(bomb)
    assert time.perf_counter() - started < 0.5
    assert {problem.code for problem in document.problems} == {"MN006"}
    assert document.values is None


def test_thirty_two_levels_are_read_and_one_more_is_not() -> None:
    deepest = parse("[" * 32 + "]" * 32)
    assert not deepest.problems
    assert isinstance(deepest.values, list)
    deeper = parse("[" * 33 + "]" * 33)
    assert codes(deeper) == [("MN007", Span(1, 33, 34))]
    assert deeper.values is None


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "[a: " * 100_000,
        "\n".join(" " * n + "a:" for n in range(1_500)),
    ],
    ids=["brackets", "closed brackets", "mappings", "dashes", "pairs", "indentation"],
)
def test_deep_nesting_is_refused_at_once(text: str) -> None:
    started = time.perf_counter()
    document = parse(text)
    assert time.perf_counter() - started < 0.5
    assert [problem.code for problem in document.problems] == ["MN007"]


@pytest.mark.parametrize(
    "text",
    [
        "? " * 100_000,
        "{" * 100_000,
        "!!x " * 100_000,
        "&a " * 100_000,
        "'" * 100_001,
        "a: " * 9_999,
    ],
)
def test_other_floods_are_refused_at_once(text: str) -> None:
    started = time.perf_counter()
    document = parse(text)
    assert time.perf_counter() - started < 0.5
    assert document.problems


def test_after_a_hundred_problems_the_rest_is_not_looked_at() -> None:
    document = parse("a: 1\n" * 5_000)
    assert len(document.problems) == 100
    assert document.values is None


@pytest.mark.parametrize("text", ["a: 'open\n\n", 'a: "open', "a: [1, 2\n", "{a: 1\n\n\n"])
def test_what_is_not_closed_is_reported_at_the_end(text: str) -> None:
    document = parse(text)
    [problem] = document.problems
    assert problem.code == "MN004"
    assert problem.span.line in {len(document.lines), len(document.lines) - 1}
    assert document.values is None


@pytest.mark.parametrize("text", ["", " ", "\n\n", "# only words\n", "   # a\n\n# b"])
def test_a_file_that_says_nothing_is_empty(text: str) -> None:
    document = parse(text)
    assert codes(document) == [("MN009", Span(1, 1, 2))]


@pytest.mark.parametrize("text", ["%YAML 1.2\n---\na: 1\n", "---\na: 1\n...\n", "a: 1\n# end"])
def test_one_document_may_be_marked_as_such(text: str) -> None:
    document = parse(text)
    assert not document.problems
    assert document.values == {"a": 1}


@pytest.mark.parametrize(
    ("text", "place", "meant", "began"),
    [
        ("a: 1\n b: 2\n", (2, 3), "is this line indented as its neighbours are", None),
        ("a:\n  b: 1\n c: 2\n", (3, 2), "is this line indented as its neighbours are?", (1, 1)),
        ("a:\n\tb: 1\n", (2, 1), "a tab cannot indent, use spaces", None),
        ("a: @b\n", (1, 4), "is text that begins so in quotes?", None),
        ("a: [1, {b: 2}\nc: 3\n", (2, 1), "is a comma or a bracket missing?", (1, 4)),
        ('a: "b\n', (2, 1), "is a quote missing?", (1, 4)),
        ("a: 1\nb\nc: 2\n", (3, 1), "is a colon or a quote missing?", (2, 1)),
    ],
)
def test_a_slip_of_syntax_is_said_in_words(
    text: str, place: tuple[int, int], meant: str, began: tuple[int, int] | None
) -> None:
    [problem] = parse(text).problems
    assert (problem.code, problem.span.line, problem.span.column) == ("MN004", *place)
    assert meant in problem.message
    assert [(span.line, span.column) for span, _ in problem.related] == ([began] if began else [])
