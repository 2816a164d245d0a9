"""The lines of a document that matter to a finding, with carets under every place."""

from collections.abc import Sequence

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
    documents = list(dict.fromkeys(label.document.path for label in labels))
    margin = len(str(max(label.span.line for label in labels)))
    for number, path in enumerate(documents):
        here = [label for label in labels if label.document.path == path]
        arrow = "-->" if number == 0 else ":::"
        span = here[0].span
        text.append(f"{' ' * margin}{arrow} ", _GUTTER)
        text.append(f"{visible(str(path))}:{span.line}:{span.column}\n")
        if here[0].document.text:
            _draw(text, here, labels[0], style, margin, width)
    return text


def _draw(
    text: Text, here: list[Label], primary: Label, style: str, margin: int, width: int
) -> None:
    _gutter(text, margin, "")
    text.append("\n")
    previous = 0
    for line in sorted({label.span.line for label in here}):
        if previous and line > previous + 1:
            text.append(f"{'.' * max(margin, 3)}\n", _GUTTER)
        previous = line
        places = sorted((la for la in here if la.span.line == line), key=lambda la: la.span.column)
        source = here[0].document.lines[line - 1].rstrip("\r")
        start = _cut(places, width - margin - 4)
        end = start + width - margin - 4
        cut = visible(source[start:end])
        before, after = ("…" if start else ""), ("…" if len(source) > end else "")
        _gutter(text, margin, str(line))
        text.append(f"{before}{cut}{after}\n")
        for place in places:
            indent = cell_len(before) + cell_len(visible(source[start : place.span.column - 1]))
            inside = visible(source[place.span.column - 1 : min(place.span.end - 1, end)])
            mark = "^" if place is primary else "-"
            color = style if place is primary else _GUTTER
            _gutter(text, margin, "")
            text.append(" " * indent)
            text.append(mark * max(1, cell_len(inside)), color)
            text.append(f" {visible(place.text)}\n" if place.text else "\n", color)


def _gutter(text: Text, margin: int, number: str) -> None:
    text.append(f"{number:>{margin}} |", _GUTTER)
    text.append(" ")


def _cut(places: list[Label], room: int) -> int:
    """Return where a line is cut so that its first place is in sight."""
    last = max(place.span.end for place in places)
    if last <= room:
        return 0
    return max(0, places[0].span.column - 1 - _MARGIN)
