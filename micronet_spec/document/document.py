"""A parsed file: its values, and where in its text each of them stands."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from micronet_spec.document.nodes import Kept, Route


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line of a document; `line` and `column` start at 1, `end` is exclusive."""

    line: int
    column: int
    end: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the file itself, found before its values mean anything."""

    code: str
    message: str
    span: Span
    route: Route | None = None
    """The node whose value could not be kept, if it is only one node."""
    related: tuple[tuple[Span, str], ...] = ()


@dataclass(frozen=True)
class Document:
    """One file of a stranger: name, text, values, spans, and what was wrong with it.

    `values` is what the file says, in str, bool, None, int, `Decimal`, list and dict; or None
    where nothing could be read, and then `problems` says why. They must not be changed: routes are
    found by walking them.
    """

    path: Path
    text: str
    values: Any = None
    nodes: Mapping[Route, Kept] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    sha256: str | None = None
    """Digest of the bytes that were read; None where there are none."""

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, without their ends."""
        return self.text.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def span(self, route: Route, *, key: bool = False) -> Span:
        """Return where the node at `route` stands: its key if asked for, else its value.

        A value without text of its own, or of many lines, is shown by its key. A route that leads
        nowhere is shown by its nearest existing ancestor.
        """
        while route not in self.nodes and route:
            route, key = route[:-1], True
        node = self.nodes.get(route)
        if node is None:
            return Span(1, 1, 1)
        start, end = node.value
        if node.key and (key or end <= start or "\n" in self.text[start:end]):
            start, end = node.key
        if end <= start:
            end = len(self.text)
        return self.between(start, end)

    def between(self, start: int, end: int) -> Span:
        """Return the span from offset `start` to `end`, cut at the end of its first line."""
        line = self._line_of(start)
        column = start - self._starts[line]
        stop = min(end - self._starts[line], len(self.lines[line].rstrip()))
        return Span(line + 1, column + 1, max(stop, column + 1) + 1)

    def source(self, route: Route) -> str:
        """Return the text of the scalar at `route` as it is written, quotes included."""
        start, end = self.nodes[route].value
        return self.text[start:end]

    def _line_of(self, offset: int) -> int:
        low, high = 0, len(self.lines) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self._starts[middle] <= offset:
                low = middle
            else:
                high = middle - 1
        return low


def within(route: Route, roots: AbstractSet[Route]) -> bool:
    """Tell whether `route` is one of `roots` or lies below one of them."""
    return any(route[:end] in roots for end in range(len(route) + 1))
