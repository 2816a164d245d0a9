"""Bars of storage and math in the terminal; plain characters where there is none."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from micronet_spec.entry.entry import Entry
from micronet_spec.report.groups import Group, largest
from micronet_spec.report.text import decimal
from micronet_spec.visible import visible

MOST = 20
"""So many bars are drawn, and one for all others."""

_LONGEST_NAME = 40
_NUMBERS = 30
"""Cells for the figures right of the bars, and the gaps."""


@dataclass(frozen=True, slots=True)
class _Ink:
    """How storage, math, and a bar that does not fit are drawn."""

    storage: str
    math: str
    cut: str


_PLAIN, _BLOCKS = _Ink("#", "=", ">"), _Ink("\u2588", "\u2592", "\u00bb")
_STORAGE, _MATH = "blue", "yellow"


@dataclass(frozen=True)
class Chart:
    """The costliest groups of an entry as bars, for rich to print."""

    entry: Entry
    by: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield a heading with the two inks, and a line for every group.

        Bars are to the scale of the largest group; that of all others is cut if it is longer.
        """
        ink = _PLAIN if not console.is_terminal or options.ascii_only else _BLOCKS
        groups, others = largest(self.entry, self.by, MOST)
        shown = [*groups, others] if others else groups
        longest = max((len(group.name) for group in shown), default=0)
        names = min(_LONGEST_NAME, max(longest, len(self.by)))
        room = max(10, min(72, options.max_width - names - _NUMBERS))
        table = Table(box=None, pad_edge=True, padding=(0, 1))
        table.add_column(self.by, overflow="fold", max_width=names)
        table.add_column(_legend(ink), width=room, no_wrap=True)
        table.add_column("score", justify="right")
        table.add_column("share", justify="right")
        scale = groups[0].score.score if groups else Fraction(1)
        for row in self._rows(shown, scale, room, ink):
            table.add_row(*row)
        yield table

    def _rows(
        self, groups: list[Group], scale: Fraction, room: int, ink: _Ink
    ) -> Iterator[tuple[str, Text, str, str]]:
        assert self.entry.score
        for group in groups:
            score = group.score.score
            share = f"{float(score / self.entry.score.score):.2%}"
            yield visible(group.name), _bar(group, scale, room, ink), decimal(score), share


def _legend(ink: _Ink) -> Text:
    text = Text()
    text.append(ink.storage * 2, _STORAGE).append(" storage   ")
    return text.append(ink.math * 2, _MATH).append(" math")


def _bar(group: Group, scale: Fraction, room: int, ink: _Ink) -> Text:
    """Draw one bar of at most `room` cells; a group of size `scale` fills them."""
    size = group.score.score / scale * room
    length = min(room, max(1, round(size)))
    storage = round(length * group.score.storage_term / group.score.score)
    text = Text()
    text.append(ink.storage * storage, _STORAGE).append(ink.math * (length - storage), _MATH)
    if size > room:
        text.right_crop(1)
        text.append(ink.cut, "bold")
    return text
