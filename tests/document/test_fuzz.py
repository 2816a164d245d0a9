"""Whatever the text: no exception, every span inside the text, every scalar its own source."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from micronet_spec.document import Document, Route, Span, parse

REAL = (
    Path(__file__).parents[2] / "submissions/micronet-2019/cifar100/02-kaist-ai.yaml"
).read_text(encoding="utf-8")[:3_000]

# Mostly what means something in YAML, so that more than the first error is reached.
SOUP = st.text(alphabet=[*"[]{}:,-?&*!|>'\"# \n\t\r%@`~ab01.e+_/\\<=é😀\ufeff\x85\u2028\x9b"])
WORDS = st.lists(
    st.sampled_from(
        [
            *("a", "b: ", "- ", "\n", "\n  ", "\n- ", "? ", ": ", "[", "]", "{", "}", ", ", "'"),
            *(
                "1",
                "1e-3",
                "0x1f",
                "~",
                '"',
                "|\n",
                ">-\n",
                "&x ",
                "*x",
                "!!int ",
                "---\n",
                "...\n",
            ),
            *("# c\n", "é", "😀", "\r\n", "%YAML 1.2\n", "9" * 50, "<<", "\t"),
        ]
    ),
    max_size=40,
).map("".join)


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """Return the real manifest after a few deletions, insertions and swaps."""
    text = REAL
    for _ in range(draw(st.integers(1, 4))):
        first, second = sorted(draw(st.tuples(*[st.integers(0, len(text) - 1)] * 2)))
        match draw(st.sampled_from(["delete", "insert", "swap"])):
            case "delete":
                text = text[:first] + text[min(second, first + 20) :]
            case "insert":
                text = text[:first] + draw(SOUP) + text[first:]
            case _:
                one, other = text[first], text[second]
                between = text[first + 1 : second]
                text = f"{text[:first]}{other}{between}{one}{text[second + 1 :]}"
        if not text:
            break
    return text


def lies_inside(document: Document, span: Span) -> bool:
    """Tell whether a span is on a line of the text; one character after a line is its end."""
    if not 1 <= span.line <= len(document.lines):
        return False
    return 1 <= span.column < span.end <= len(document.lines[span.line - 1]) + 2


def check(document: Document) -> None:
    for problem in document.problems:
        assert lies_inside(document, problem.span), problem
        for span, _ in problem.related:
            assert lies_inside(document, span), problem
    for route in document.nodes:
        assert lies_inside(document, document.span(route)), route
        assert lies_inside(document, document.span(route, key=True)), route
    if document.nodes and document.values is not None:
        for route, value in leaves(document.values, ()):
            assert route in document.nodes
            assert isinstance(value, str | bool | int | Decimal | None)


def check_sources(document: Document) -> None:
    for route, value in leaves(document.values, ()):
        again = parse(document.source(route)).values
        assert (type(again), again) == (type(value), value)


def leaves(value: Any, route: Route) -> list[tuple[Route, Any]]:
    if isinstance(value, dict):
        return [pair for key, item in value.items() for pair in leaves(item, (*route, key))]
    if isinstance(value, list):
        return [pair for n, item in enumerate(value) for pair in leaves(item, (*route, n))]
    return [(route, value)]


@given(st.text())
@example("")
@example("\ufeff")
@example("a: \ufeffb")
def test_any_text_is_parsed_without_an_exception(text: str) -> None:
    check(parse(text))


@settings(max_examples=300)
@given(SOUP | WORDS)
@example("a: {x: 1}\na: [2]\n")
@example("a: \x85\n\u2028b: 1")
def test_any_soup_of_yaml_is_parsed_without_an_exception(text: str) -> None:
    check(parse(text))


@given(mutations())
def test_a_damaged_manifest_is_parsed_without_an_exception(text: str) -> None:
    document = parse(text)
    check(document)
    if not document.problems:
        check_sources(document)


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.decimals(-(10**9), 10**9, places=4)
    | st.text(alphabet=st.characters(blacklist_categories=["Cc", "Cs"]), max_size=20)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(alphabet="abcé漢 ", min_size=1, max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def flow(value: Any) -> str:
    """Write `value` as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, str):
        return quoted(value)
    if value is None or isinstance(value, bool):
        return {None: "~", True: "true", False: "false"}[value]
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def block(value: Any, indent: str = "  ") -> str:
    """Write `value` as YAML on lines of its own, after a key or a dash."""
    if isinstance(value, dict) and value:
        return "".join(
            f"\n{indent}{quoted(key)}: {block(item, indent + '  ')}" for key, item in value.items()
        )
    if isinstance(value, list) and value:
        return "".join(f"\n{indent}- {block(item, indent + '  ')}" for item in value)
    return flow(value)


@given(VALUES, st.sampled_from([flow, block]))
def test_what_is_written_is_read_and_its_source_means_the_same(
    values: Any, write: Callable[[Any], str]
) -> None:
    document = parse(f"é: {write(values)} # ü\n")
    assert not document.problems
    assert document.values == {"é": values}
    check(document)
    check_sources(document)
