"""Tables of strangers: a header and rows of comma-separated values, each cell with its place.

One row a line: a quoted cell may hold commas and doubled quotes, but no line break. So a missing
quote spoils one line, not the rest of the file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from micronet_spec.document.document import Document, Span

MOST_ROWS = 100_000
"""The most rows of a table that are read."""

_CELL = re.compile(r'(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^,"][^,]*|))(?P<end>,|$)')


class NotATableError(ValueError):
    """A line that is no row of comma-separated values; `span` is where it stops being one."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.span = span


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its cells as text, and where each of them starts and ends."""

    number: int
    length: int
    cells: tuple[str, ...]
    places: tuple[tuple[int, int], ...]

    @property
    def span(self) -> Span:
        """The whole line."""
        return Span(self.number, 1, max(2, self.length + 1))

    def cell(self, index: int) -> Span:
        """Return where the cell at `index` stands, quotes included."""
        start, end = self.places[index]
        return Span(self.number, start + 1, max(end, start + 1) + 1)


def lines(document: Document) -> Iterator[Line | NotATableError]:
    """Yield every line that is not blank, or what is wrong with it; the first is the header."""
    for number, text in enumerate(document.lines, start=1):
        line = text.rstrip("\r")
        if line.strip():
            try:
                yield split(line, number)
            except NotATableError as error:
                yield error


def split(text: str, number: int) -> Line:
    """Return the cells of one line. Raises `NotATableError`."""
    cells: list[str] = []
    places: list[tuple[int, int]] = []
    start = 0
    while True:
        match = _CELL.match(text, start)
        if match is None:
            message = "not CSV: a quoted cell must end with a quote and a comma"
            raise NotATableError(message, Span(number, start + 1, max(len(text), start + 1) + 1))
        quoted = match["quoted"]
        cells.append(match["plain"] if quoted is None else quoted.replace('""', '"'))
        places.append((start, match.start("end")))
        if not match["end"]:
            return Line(number, len(text), tuple(cells), tuple(places))
        start = match.end()
