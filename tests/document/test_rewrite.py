"""Changes of a text: values where they belong, and not a letter changed elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micronet_spec.document import parse
from micronet_spec.document.nodes import Route
from micronet_spec.document.rewrite import NoPlaceError, put, put_before, rewritten

TEXT = """\
# first
flow: {a: 1, list: [1, 2], empty: {}}   # of one line
block:
  one: 1   # first
  two: "2"
rows:
  - {name: x, weight: {store: mask,
     nonzero: [1,
       2]}}
  - name: y   # in a block
    kernel: 3

last: end
"""


def changed(route: Route, value: str, text: str = TEXT) -> str:
    return rewritten(text, [put(parse(text), route, value)])


@pytest.mark.parametrize(
    ("route", "value", "before", "after"),
    [
        (("flow", "a"), "5", "a: 1,", "a: 5,"),
        (("block", "two"), "3", 'two: "2"', "two: 3"),
        (("rows", 0, "weight", "nonzero"), "[7, 8]", "[1,\n       2]", "[7, 8]"),
        (("flow", "list"), "4", "[1, 2]", "4"),
        (("flow", "b"), "6", "empty: {}}", "empty: {}, b: 6}"),
        (("flow", "empty", "b"), "6", "empty: {}", "empty: {b: 6}"),
        (("rows", 0, "weight", "tensor"), "k", "2]}}", "2], tensor: k}}"),
        (("rows", 0, "bias", "tensor"), "k", "2]}}", "2]}, bias: {tensor: k}}"),
        (("block", "three"), "3", 'two: "2"\n', 'two: "2"\n  three: 3\n'),
        (("rows", 1, "out"), "4", "kernel: 3\n", "kernel: 3\n    out: 4\n"),
        (("rows", 1, "weight", "tensor"), "k", "3\n", "3\n    weight: {tensor: k}\n"),
        (("new",), "4", "last: end\n", "last: end\nnew: 4\n"),
    ],
)
def test_a_value_is_put_where_it_belongs(route: Route, value: str, before: str, after: str) -> None:
    assert changed(route, value) == TEXT.replace(before, after)


@pytest.mark.parametrize("route", [("block",), ("rows", 5, "name"), ("flow", "a", "b", 3)])
def test_there_is_not_a_place_for_everything(route: Route) -> None:
    with pytest.raises(NoPlaceError):
        put(parse(TEXT), route, "1")


def test_several_changes_of_one_text() -> None:
    document = parse(TEXT)
    routes: list[Route] = [("last",), ("flow", "b"), ("flow", "a"), ("rows", 0, "c"), ("flow", "c")]
    text = rewritten(TEXT, [put(document, route, "9") for route in routes])
    values = parse(text).values
    assert (values["last"], values["rows"][0]["c"]) == (9, 9)
    assert {key: values["flow"][key] for key in "abc"} == dict.fromkeys("abc", 9)


def test_a_line_before_a_section() -> None:
    document = parse(TEXT)
    assert rewritten(TEXT, [put_before(document, "rows", "new: 1")]) == TEXT.replace(
        "rows:", "new: 1\n\nrows:"
    )
    with pytest.raises(NoPlaceError):
        put_before(document, "none", "new: 1")


def test_a_long_list_is_broken_into_lines() -> None:
    text = changed(("rows", 0, "weight", "nonzero"), f"[{', '.join(map(str, range(100)))}]")
    assert max(map(len, text.splitlines())) <= 100
    assert parse(text).values["rows"][0]["weight"]["nonzero"] == list(range(100))


@given(st.sampled_from([route for route in parse(TEXT).nodes if route]), st.integers())
def test_only_the_value_changes(route: Route, value: int) -> None:
    try:
        text = changed(route, str(value))
    except NoPlaceError:
        return
    expected, after = parse(TEXT), parse(text)
    kept = [it for it in expected.nodes if it[: len(route)] != route and it != ()]
    assert all(it in after.nodes for it in kept)
    here = after.values
    for part in route:
        here = here[part]
    assert here == value
    assert text.count("#") == TEXT.count("#")


def test_an_added_line_ends_like_the_others() -> None:
    document = parse("a: 1\r\nb:\r\n  c: 2\r\nd: 3\r\n")
    added = rewritten(document.text, [put(document, ("b", "e"), "4")])
    assert added == "a: 1\r\nb:\r\n  c: 2\r\n  e: 4\r\nd: 3\r\n"
