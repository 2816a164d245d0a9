"""A published board and its entries: what its file does not say, and rows without their entry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from micronet_spec.board.published import (
    COLUMNS,
    POSITION,
    SCORE,
    Board,
    is_score,
    load_board,
    path_of_board,
)
from micronet_spec.document import Document, Span, read
from micronet_spec.document.table import Line, lines
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding, Label
from micronet_spec.manifest.errors import describe
from micronet_spec.rules.registry import board_check

_TOP = Span(1, 1, 2)
_TASK, _POSITION = COLUMNS
_Row = tuple[str, int]
"""Task and position."""


@dataclass(frozen=True)
class _File:
    """The file of a board, and the entries beside it."""

    path: Path
    entries: tuple[Entry, ...]

    @cached_property
    def board(self) -> Board:
        return load_board(self.path)

    @cached_property
    def problem(self) -> str | None:
        """What keeps it from being read."""
        if self.path.is_symlink():
            return "this is a symbolic link: none is followed"
        if not self.board.problem and not isinstance(next(lines(self.document), None), Line):
            return "the names of the columns are more than one line"
        return self.board.problem

    @cached_property
    def document(self) -> Document:
        """The file, called as its entries are, if that says their folders."""
        called = self.entries[0].document.path.parent.parent / self.path.name
        path = called if called.parent.resolve() == self.path.parent else self.path
        return Document(path, "") if self.path.is_symlink() else read(path)

    @cached_property
    def lines(self) -> list[Line]:
        return [line for line in lines(self.document) if isinstance(line, Line)]

    def at(self, line: Line, column: str) -> Label:
        """Point at a cell, or at the whole line if it is too short."""
        place = self.lines[0].cells.index(column)
        span = line.cell(place) if place < len(line.cells) else line.span
        return Label(self.document, span)

    def cells(self, line: Line) -> dict[str, str]:
        texts = (cell.strip() for cell in line.cells)
        return dict.fromkeys(self.lines[0].cells, "") | dict(
            zip(self.lines[0].cells, texts, strict=False)
        )

    @cached_property
    def rows(self) -> dict[_Row, list[Line]]:
        """The lines of every row that has a position."""
        found: dict[_Row, list[Line]] = {}
        for line in self.lines[1:]:
            cells = self.cells(line)
            if POSITION.fullmatch(cells[_POSITION]):
                row = cells[_TASK], int(cells[_POSITION])
                found.setdefault(row, []).append(line)
        return found

    def entries_of(self) -> dict[_Row, list[Entry]]:
        """Return the entries of every row that has one."""
        found: dict[_Row, list[Entry]] = {}
        for entry in self.entries:
            if row := self.board.row_of(entry.document.path):
                found.setdefault((row.task, row.position), []).append(entry)
        return found


def _files(entries: Sequence[Entry]) -> list[_File]:
    """Return the boards beside `entries`."""
    beside: dict[Path, list[Entry]] = {}
    for entry in entries:
        beside.setdefault(path_of_board(entry.document.path), []).append(entry)
    files = [_File(path, tuple(own)) for path, own in sorted(beside.items())]
    return [it for it in files if it.path.is_symlink() or it.path.exists()]


def _readable(entries: Sequence[Entry]) -> list[_File]:
    return [file for file in _files(entries) if not file.problem]


@board_check
def board_file(entries: Sequence[Entry]) -> Iterator[Finding]:
    """MN631: a board that cannot be read, or a row that says no position or score."""
    for file in _files(entries):
        if file.problem:
            yield Finding("MN631", file.problem, Label(file.document, _TOP))
        else:
            yield from _cells(file)


def _cells(file: _File) -> Iterator[Finding]:
    for line in file.lines[1:]:
        for column, text in file.cells(line).items():
            wanted = ""
            if column == _POSITION and not POSITION.fullmatch(text):
                wanted = "a whole number"
            elif is_score(column) and text and not SCORE.fullmatch(text):
                wanted = "a number such as 0.0054"
            if wanted:
                message = f"`{column}` is {wanted}, found {describe(text or None)}"
                yield Finding("MN631", message, file.at(line, column))
    for (task, position), [first, *others] in file.rows.items():
        for line in others:
            message = f"position {position} of {task} stands twice"
            related = Label(file.document, first.span, "first here")
            yield Finding("MN631", message, Label(file.document, line.span), (related,))


@board_check
def row_without_entry(entries: Sequence[Entry]) -> Iterator[Finding]:
    """MN632: rows that none of the manifests is of, in tasks that have manifests."""
    for file in _readable(entries):
        tasks = {entry.document.path.resolve().parent.name for entry in file.entries}
        known = file.entries_of()
        for row in file.board.rows:
            place = row.task, row.position
            if row.task in tasks and place not in known:
                message = f"no manifest `{row.task}/{row.position:02}-....yaml`"
                message += f" for `{row.name}`" if row.name else ""
                # A row of several lines is one to the board, and no line of a table.
                span = file.rows[place][0].span if place in file.rows else _TOP
                yield Finding("MN632", message, Label(file.document, span))


@board_check
def row_of_two_entries(entries: Sequence[Entry]) -> Iterator[Finding]:
    """MN633: a row that several manifests say they are of."""
    for file in _readable(entries):
        for (task, position), [first, *others] in file.entries_of().items():
            for entry in others:
                message = f"position {position} of {task} is that of `{first.id}` already"
                yield Finding("MN633", message, entry.at("name"), (first.at("name"),))


@board_check
def entry_without_row(entries: Sequence[Entry]) -> Iterator[Finding]:
    """MN634: manifests beside a board that has their task and not them."""
    for file in _readable(entries):
        for entry in file.entries:
            path = entry.document.path
            task = path.resolve().parent.name
            if file.board.ranks(task) and not file.board.row_of(path):
                message = f"`{file.path.name}` has no row of {task} for `{path.name}`"
                yield Finding("MN634", message, entry.at("name"))
