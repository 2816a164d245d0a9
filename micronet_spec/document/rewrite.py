"""Changes of a document's text: values put where they belong, all else left as it stands.

Comments, order and layout of what is not changed stay, to the letter.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from micronet_spec.document.document import Document
from micronet_spec.document.nodes import Route

_LINE = 100


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Text in place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


class NoPlaceError(ValueError):
    """A route that nothing can be put at."""


def put(document: Document, route: Route, value: str) -> Rewrite:
    """Return the change that makes `value`, YAML on one line, the value at `route`.

    What is missing on the way there is added, as the last key of the mapping it belongs to.
    Raises `NoPlaceError` where the way leads through something else.
    """
    if route in document.nodes:
        start, end = document.nodes[route].value
        one_line = end > start and "\n" not in document.text[start:end]
        if not (one_line or _is_flow(document, route)):
            raise NoPlaceError(f"{route}: the value there has many lines")
        return Rewrite(start, end, _wrapped(document, start, value))
    if not route or not isinstance(route[-1], str):
        raise NoPlaceError(f"{route}: there is no such place")
    key = route[-1]
    if route[:-1] not in document.nodes:
        return put(document, route[:-1], f"{{{key}: {value}}}")
    return _added(document, route[:-1], f"{key}: {value}")


def append(document: Document, key: str, lines: Sequence[str]) -> Rewrite:
    """Return the change that adds an item, YAML in `lines`, to the list at a top-level `key`.

    A file without any content is given the key. Raises `NoPlaceError` for a list on one line.
    """
    text, nodes = document.text, document.nodes
    if document.values is None:
        whole = "".join(f"{line}\n" for line in [f"{key}:", *_item(lines, 2)])
        gap = "\n" if text and not text.endswith("\n") else ""
        return Rewrite(len(text), len(text), gap + whole)
    if (key,) not in nodes or not isinstance(document.values[key], list):
        raise NoPlaceError(f"there is no list `{key}`")
    start, end = nodes[key,].value
    if not document.values[key]:
        added = _lines_after(text, end, _item(lines, 2))
        return Rewrite(start, added.start, text[end : added.start] + added.text)
    if _is_flow(document, (key,)):
        raise NoPlaceError(f"the list `{key}` is in brackets: write an item a line")
    first = nodes[key, 0].value[0]
    before = text[text.rfind("\n", 0, first) + 1 : first]
    last = max(node.value[1] for route, node in nodes.items() if len(route) > 1)
    return _lines_after(text, last, _item(lines, len(before) - len(before.lstrip())))


def _item(lines: Sequence[str], indent: int) -> list[str]:
    return [
        " " * indent + ("- " if number == 0 else "  ") + line for number, line in enumerate(lines)
    ]


def put_before(document: Document, key: str, line: str) -> Rewrite:
    """Return the change that puts `line` before the line of the top-level `key`."""
    node = document.nodes.get((key,))
    if node is None or node.key is None:
        raise NoPlaceError(f"there is no key `{key}`")
    return Rewrite(node.key[0], node.key[0], f"{line}\n\n")


def rewritten(text: str, changes: Iterable[Rewrite]) -> str:
    """Return `text` with `changes` made, which must not overlap."""
    parts, at = [], 0
    # Of several at one place the first comes first; what is added comes before what is replaced.
    for change in sorted(changes, key=lambda it: (it.start, it.end)):
        assert change.start >= at, "changes overlap"
        parts += [text[at : change.start], change.text]
        at = change.end
    return "".join([*parts, text[at:]])


def _is_flow(document: Document, route: Route) -> bool:
    start, end = document.nodes[route].value
    return end > start and document.text[start] in "[{"


def _added(document: Document, route: Route, pair: str) -> Rewrite:
    """Return the change that adds a key at the end of the mapping at `route`."""
    text, depth = document.text, len(route)
    below = {place: node for place, node in document.nodes.items() if place[:depth] == route}
    keys = [node.key for place, node in below.items() if len(place) == depth + 1 and node.key]
    end = max(
        [
            document.nodes[route].value[0] + 1,
            *(node.value[1] for place, node in below.items() if place != route),
        ]
    )
    if _is_flow(document, route):
        return Rewrite(end, end, f", {pair}" if keys else pair)
    if not keys:
        raise NoPlaceError(f"{route}: there is no mapping")
    end = max([end, *(last for _, last in keys)])
    column = keys[0][0] - (text.rfind("\n", 0, keys[0][0]) + 1)
    return _lines_after(text, end, [f"{' ' * column}{pair}"])


def _lines_after(text: str, end: int, lines: Iterable[str]) -> Rewrite:
    """Return the change that adds `lines` below the line in which something ends at `end`."""
    at = end - 1 if text[end - 1] == "\n" else text.find("\n", end)
    at = len(text) if at < 0 else at
    end_of_line = "\r\n" if "\r\n" in text else "\n"
    at -= text[at - 1 : at] == "\r"
    return Rewrite(at, at, "".join(end_of_line + line for line in lines))


def _wrapped(document: Document, start: int, value: str) -> str:
    """Return `value` broken into lines, deeper than the line it begins in, if it is long."""
    line = document.text[document.text.rfind("\n", 0, start) + 1 : start]
    if len(line) + len(value) <= _LINE or not value.startswith("["):
        return value
    indent = " " * (len(line) - len(line.lstrip(" -")) + 5)
    room = textwrap.TextWrapper(
        _LINE, initial_indent=" " * min(len(line), _LINE - 20), subsequent_indent=indent
    )
    return "\n".join(room.wrap(value)).lstrip(" ")
