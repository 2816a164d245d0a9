"""The lines of a document that matter to a finding, with carets under every place."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from micronet_spec.finding import Label
from micronet_spec.report.visible import visible

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
            text.append_text(_Drawing(labels[0], style, margin, width - margin - 4).lines(here))
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
            text.append_text(self.line(sorted(places, key=lambda label: label.span.column)))
        return text

    def line(self, places: list[Label]) -> Text:
        """Draw one source line and a caret line for each of its `places`."""
        number = places[0].span.line
        source = places[0].document.lines[number - 1].rstrip("\r")
        start = _cut(places, self.room)
        end = start + self.room
        before, after = ("…" if start else ""), ("…" if len(source) > end else "")
        text = self.gutter(str(number))
        text.append(f"{before}{visible(source[start:end])}{after}\n")
        for place in places:
            first, last = place.span.column - 1, min(place.span.end - 1, end)
            indent = cell_len(before) + cell_len(visible(source[start:first]))
            carets = max(1, cell_len(visible(source[first:last])))
            mark, color = ("^", self.style) if place is self.primary else ("-", _GUTTER)
            text.append_text(self.gutter("")).append(" " * indent)
            text.append(f"{mark * carets} {visible(place.text)}".rstrip() + "\n", color)
        return text

    def gutter(self, number: str) -> Text:
        """Return the margin left of a line."""
        return Text(f"{number:>{self.margin}} |", _GUTTER).append(" ")


def _cut(places: list[Label], room: int) -> int:
    """Return where a line is cut so that its first place is in sight."""
    last = max(place.span.end for place in places)
    if last <= room:
        return 0
    return max(0, places[0].span.column - 1 - _MARGIN)
