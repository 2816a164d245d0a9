"""The lines of a document that matter to a finding, with carets under every place."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from micronet_spec.finding import Label
from micronet_spec.visible import visible

_GUTTER = "blue"
_MARGIN = 20
"""Characters kept before a place when a long line is cut."""


def snippet(labels: Sequence[Label], style: str, width: int) -> Text:
    """Draw `labels`, the first of them primary, in at most `width` cells a line."""
    text = Text()
    documents: dict[str, list[Label]] = {}
    for label in labels:
        documents.setdefault(str(label.document.path), []).append(label)
    margin = len(str(max(label.span.line for label in labels)))
    for number, (path, here) in enumerate(documents.items()):
        arrow = "-->" if number == 0 else ":::"
        span = here[0].span
        text.append(f"{' ' * margin}{arrow} ", _GUTTER)
        text.append(f"{visible(path)}:{span.line}:{span.column}\n")
        if here[0].document.text:
            text.append_text(_Drawing(labels[0], style, margin, width - margin - 3).lines(here))
    return text


@dataclass(frozen=True)
class _Drawing:
    """Source lines and carets, `room` cells wide right of a gutter of `margin` digits."""

    primary: Label
    style: str
    margin: int
    room: int

    def lines(self, labels: list[Label]) -> Text:
        """Draw the places of one document."""
        text = self.gutter("").append("\n")
        previous = 0
        for line in sorted({label.span.line for label in labels}):
            if previous and line > previous + 1:
                text.append(f"{'.' * max(self.margin, 3)}\n", _GUTTER)
            previous = line
            places = [label for label in labels if label.span.line == line]
            while places:
                start, end = _window(places[0], self.room)
                here = [place for place in places if start < place.span.column <= end]
                text.append_text(self.line(start, end, here))
                places = [place for place in places if place not in here]
        return text

    def line(self, start: int, end: int, places: list[Label]) -> Text:
        """Draw characters `start` to `end` of one source line, and carets for its `places`."""
        number = places[0].span.line
        source = places[0].document.lines[number - 1].rstrip("\r")
        before, after = ("…" if start else ""), ("…" if len(source) > end else "")
        text = self.gutter(str(number))
        text.append(f"{before}{visible(source[start:end])}{after}\n")
        for place in sorted(places, key=lambda label: label.span.column):
            first, last = place.span.column - 1, min(place.span.end - 1, end)
            indent = cell_len(before) + cell_len(visible(source[start:first]))
            carets = max(1, cell_len(visible(source[first:last])))
            mark, color = ("^", self.style) if place is self.primary else ("-", _GUTTER)
            text.append_text(self.gutter("")).append(" " * indent)
            words = set_cell_size(visible(place.text), max(0, self.room - indent - carets - 1))
            text.append(f"{mark * carets} {words}".rstrip() + "\n", color)
        return text

    def gutter(self, number: str) -> Text:
        """Return the margin left of a line."""
        return Text(f"{number:>{self.margin}} |", _GUTTER).append(" ")


def _window(place: Label, room: int) -> tuple[int, int]:
    """Return the characters of a line that fit into `room` cells with `place` in sight."""
    source = place.document.lines[place.span.line - 1].rstrip("\r")
    if len(source) <= room and cell_len(visible(source)) <= room:
        return 0, max(len(source), place.span.column)
    first = place.span.column - 1
    needed = cell_len(visible(source[: min(place.span.end - 1, room)]))
    start = 0 if place.span.end <= room and needed < room else max(0, first - _MARGIN)
    left, end = room - 2, start
    while end < len(source) and (left := left - cell_len(visible(source[end]))) >= 0:
        end += 1
    return start, max(end, first + 1)
