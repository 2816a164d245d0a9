"""Printing: colors and full width on a terminal, plain lines elsewhere."""

import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    track,
)
from rich.text import Text

from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.report.text import finding_text

_PLAIN_WIDTH = 140
_LARGE = 200_000_000
"""Bytes of a file whose reading can be watched."""
_QUICK = 20
"""So many files are done before a progress bar could be read."""


def hush() -> None:
    """Let standard output lead nowhere: its reader has gone, and there is nobody to tell."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Go on without a reader: the exit code still says what was found."""
        hush()


class Printer:
    """Standard output."""

    def __init__(self) -> None:
        """Choose the width: the terminal's, or enough for every table elsewhere."""
        width = None if sys.stdout.isatty() else _PLAIN_WIDTH
        if isinstance(sys.stdout, io.TextIOWrapper):
            # A terminal without a letter shows another in its place.
            sys.stdout.reconfigure(errors="replace")
        self._console = _Console(width=width, markup=False, emoji=False, highlight=False)

    @property
    def width(self) -> int:
        """Characters of a line."""
        return self._console.width

    def say(self, *parts: RenderableType) -> None:
        """Print `parts`, each on lines of its own, never wrapping text."""
        for part in parts:
            self._console.print(part, soft_wrap=isinstance(part, str | Text))

    def findings(self, entry: Entry, findings: Sequence[Finding]) -> None:
        """Print findings of one entry in full."""
        texts = entry.challenge.clauses if entry.challenge else {}
        for finding in findings:
            text = finding_text(finding, texts, self._console.width)
            self._console.print(text, soft_wrap=True)

    def problems(self, findings: Sequence[Finding]) -> None:
        """Print findings that no challenge has a clause for."""
        for finding in findings:
            self._console.print(finding_text(finding, {}, self._console.width), soft_wrap=True)

    def page(self, markdown: str) -> None:
        """Print a page of Markdown: rendered on a terminal, as it is elsewhere."""
        if self._console.is_terminal:
            from rich.markdown import Markdown  # noqa: PLC0415 - imports a lexer for every language

            self._console.print(Markdown(markdown))
        else:
            self._console.print(markdown, soft_wrap=True)

    def json(self, value: Any) -> None:
        """Print `value` as JSON."""
        try:
            sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=True) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            hush()

    @staticmethod
    def csv(text: str) -> None:
        """Print a table as UTF-8, whatever the terminal's encoding."""
        sys.stdout.buffer.write(text.encode())

    @staticmethod
    def markdown(text: str) -> None:
        """Print a page as UTF-8, whatever the terminal's encoding."""
        sys.stdout.buffer.write(text.encode())


class Bar:
    """How far the work on a file is, on standard error, if that is a terminal and worth it."""

    def __init__(self, what: str = "reading") -> None:
        """Show nothing yet."""
        self._what = what
        self._shown: Progress | None = None

    def __call__(self, done: int, size: int) -> None:
        """Show that `done` of `size` bytes are read."""
        if self._shown is None:
            console = Console(stderr=True)
            if size < _LARGE or not console.is_terminal:
                return
            columns = (TextColumn(self._what), BarColumn(), DownloadColumn(), TimeRemainingColumn())
            self._shown = Progress(*columns, console=console, transient=True)
            self._shown.add_task(self._what, total=size)
            self._shown.start()
        self._shown.update(TaskID(0), completed=done)
        if done >= size:
            self._shown.stop()


def progress(paths: list[Path]) -> Iterator[Path]:
    """Yield `paths` with a progress bar on standard error, if that is a terminal and worth it."""
    console = Console(stderr=True)
    if not console.is_terminal or len(paths) < _QUICK:
        return iter(paths)
    return iter(track(paths, "checking", console=console, transient=True))
