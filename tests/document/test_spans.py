"""Where every key and value stands: line, column and end."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from micronet_spec.document import Route, Span, load, parse

if TYPE_CHECKING:
    from tests.conftest import Unmarked


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("«5»", ()),
        ("a: «12»", ("a",)),
        ("a:   «12»   # comment", ("a",)),
        ("a:\t«12»", ("a",)),
        ("a:\n  «12»\n", ("a",)),
        ("a: «'x y'»\n", ("a",)),
        ('a: «"x\\ny"» \n', ("a",)),
        ("{a: {b: «12», c: x}}", ("a", "b")),
        ("{a: «{b: 12, c: x}»}", ("a",)),
        ("a: «[1, [2, 3]]»\n", ("a",)),
        ("a: [1, «[2, 3]»]\n", ("a", 1)),
        ("a: [1, [2, «3»]]\n", ("a", 1, 1)),
        ("a:\n  b:\n    c: «x»\n", ("a", "b", "c")),
        ("- «x»\n- y\n", (0,)),
        ("- x\n-   «y»\n", (1,)),
        ("- a: 1\n  b: «2»\n", (0, "b")),
        ("a:\n- b: «2»\n", ("a", 0, "b")),
        ("? a\n: «b»\n", ("a",)),
        ("'a': «b»\n", ("a",)),
        ("--- «5»\n", ()),
        ("# first\n\n\na: «5»", ("a",)),
        ("é: {ü: «ß», x: 1}\n", ("é", "ü")),
        ("a: 漢字\nb: [漢字, «12»]\n", ("b", 1)),
        ("😀: [😀, «x»]\n", ("😀", 1)),
        ("name: été # Ω\nb: {c: «5»}\n", ("b", "c")),
        ("a: 1\r\nb: «2»\r\n", ("b",)),
        ("a: «1»   \r\nb: 2\r\n", ("a",)),
        ("a:\r\n  - x\r\n  - «y»\r\n", ("a", 1)),
    ],
)
def test_a_value_is_where_it_is_written(text: str, route: Route, unmark: "Unmarked") -> None:
    plain, [span] = unmark(text)
    assert parse(plain).span(route) == span


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("«a»: 12", ("a",)),
        ("{b: 1, «a»: 12}", ("a",)),
        ("{'b': 1, «'a'»: 12}", ("a",)),
        ("a:\n  «b»: 1\n", ("a", "b")),
        ("a:\n  - x: 1\n    «yy»: 2\n", ("a", 0, "yy")),
        ("? «a»\n: b\n", ("a",)),
        ("{é: 1, «üb»: 2}", ("üb",)),
        ("😀: 1\r\n«b c»: 2\r\n", ("b c",)),
    ],
)
def test_a_key_is_where_it_is_written(text: str, route: Route, unmark: "Unmarked") -> None:
    plain, [span] = unmark(text)
    assert parse(plain).span(route, key=True) == span


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("«a»:\nb: 1\n", ("a",)),
        ("{«a»: , b: 1}", ("a",)),
        ("{«a», b: 1}", ("a",)),
        ("«a»: [1,\n  2]\n", ("a",)),
        ("«a»: {b: 1,\n  c: 2}\n", ("a",)),
        ("«a»:\n  b: 1\n", ("a",)),
        ("«a»:\n  - b\n", ("a",)),
        ("«a»:\n- b\n- c\n", ("a",)),
        ("«a»: |\n  text\n", ("a",)),
        ("«a»: 'x\n  y'\n", ("a",)),
        ("x:\n  «a»: x\n    y\n", ("x", "a")),
    ],
)
def test_a_value_without_a_line_of_its_own_is_shown_by_its_key(
    text: str, route: Route, unmark: "Unmarked"
) -> None:
    plain, [span] = unmark(text)
    assert parse(plain).span(route) == span


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("a: 1\n«b»: {c: 2}\n", ("b", "d")),
        ("a: 1\n«b»: {c: 2}\n", ("b", "d", 0, "e")),
        ("«b»: [1]\n", ("b", 7)),
        ("b: [1, {«c»: 2}]\n", ("b", 1, "c", "d")),
    ],
)
def test_a_route_that_leads_nowhere_is_shown_by_its_nearest_ancestor(
    text: str, route: Route, unmark: "Unmarked"
) -> None:
    plain, [span] = unmark(text)
    assert parse(plain).span(route) == span


@pytest.mark.parametrize(
    ("text", "route", "value"),
    [
        ("a: {x: «1»}\na: {x: 2, y: 3}\n", ("a", "x"), 1),
        ("a: [«1»]\nb: 2\na: [5, 6]\n", ("a", 0), 1),
        ("a: «{x: 1}»\na: {x: 2}\n", ("a",), {"x": 1}),
        ("a: «[1]»\nb: 2\na: [5, 6]\n", ("a",), [1]),
        ("a: «1»\na: {x: 2}\n", ("a",), 1),
    ],
)
def test_of_a_repeated_key_the_first_keeps_its_place_and_value(
    text: str, route: Route, value: object, unmark: "Unmarked"
) -> None:
    plain, [span] = unmark(text)
    document = parse(plain)
    found = document.values
    for part in route:
        found = found[part]
    assert found == value
    assert document.span(route) == span


def test_what_stands_only_in_a_repeated_key_has_no_place() -> None:
    document = parse("a: {x: 1}\na: {x: 2, y: 3}\n")
    assert ("a", "y") not in document.nodes


def test_a_byte_order_mark_moves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes("\ufeffa: [1, xy]\nb: 2\n".encode())
    document = load(path)
    assert document.values == {"a": [1, "xy"], "b": 2}
    assert document.span(("a", 1)) == Span(1, 8, 10)
    assert document.span(("b",)) == Span(2, 4, 5)
    assert document.source(("a", 1)) == "xy"


def test_a_second_byte_order_mark_moves_nothing_unseen(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes("\ufeff\ufeffa: xy\n".encode())
    document = load(path)
    assert document.problems or document.source(("a",)) == "xy"


@pytest.mark.parametrize(
    ("text", "route", "source"),
    [
        ("a: 0.6200 # measured", ("a",), "0.6200"),
        ("a: [1e-3, 'b''c']", ("a", 0), "1e-3"),
        ("a: [1e-3, 'b''c']", ("a", 1), "'b''c'"),
        ("é: [ü, «x»]", ("é", 1), "«x»"),
        ("a: 1\r\nb: text \r\n", ("b",), "text"),
        ("a:", ("a",), ""),
    ],
)
def test_the_source_of_a_scalar_is_its_text_as_written(
    text: str, route: Route, source: str
) -> None:
    assert parse(text).source(route) == source


def test_lines_are_counted_as_editors_count_them() -> None:
    document = parse("a: 1\r\n\r\n# x\nb: 2")
    assert [line.rstrip("\r") for line in document.lines] == ["a: 1", "", "# x", "b: 2"]
    assert document.span(("b",)).line == 4


def test_every_value_of_the_real_manifests_is_where_its_span_says(root: Path) -> None:
    paths = sorted((root / "submissions").rglob("*.yaml"))
    assert paths
    for path in paths:
        document = load(path)
        assert not document.problems
        for route, node in document.nodes.items():
            start, end = node.value
            if end > start and "\n" not in document.text[start:end]:
                span = document.span(route)
                line = document.lines[span.line - 1]
                assert line[span.column - 1 : span.end - 1] == document.text[start:end]
