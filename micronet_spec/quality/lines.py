"""Files of one value a line: labels, tokens and log-probabilities, in the order of the test set."""

import hashlib
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from micronet_spec.document import Document, Span
from micronet_spec.document.source import decode, read_bytes
from micronet_spec.finding import Finding, Label

MOST_BYTES = 64 * 1024 * 1024
"""The largest file that is read; 50,000 labels take 0.2 MB, 250,000 log-probabilities 5 MB."""
MOST_FINDINGS = 10
"""So many wrong lines of a file are shown, the others counted."""

_LABEL = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_Value = TypeVar("_Value")


class NotAValueError(ValueError):
    """A line that does not hold what it should."""


@dataclass(frozen=True)
class Lines:
    """A file, its lines without their ends, and its digest."""

    document: Document
    texts: tuple[str, ...]
    sha256: str

    def label(self, number: int) -> Label:
        """Point at line `number`, counted from 1."""
        text = self.texts[number - 1] if number <= len(self.texts) else ""
        return Label(self.document, Span(number, 1, max(2, len(text) + 1)))


def read_lines(path: Path) -> Lines:
    """Read a file; a last line end ends the last line. Raises `UnreadableError`."""
    data = read_bytes(path, MOST_BYTES)
    document = Document(path, decode(data)[0])
    texts = [text.removesuffix("\r") for text in document.lines]
    if not texts[-1]:
        texts.pop()
    return Lines(document, tuple(texts), hashlib.sha256(data).hexdigest())


def label_of(text: str) -> int:
    """Return a class, a whole number. Raises `NotAValueError`."""
    if not _LABEL.fullmatch(text):
        raise NotAValueError("expected one label, a whole number such as 17")
    return int(text)


def log_probability_of(text: str) -> float:
    """Return a natural logarithm of a probability. Raises `NotAValueError`."""
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise NotAValueError("expected one finite number such as -2.5")
    if value > 0:
        raise NotAValueError("a probability above 1: the logarithm of a probability is at most 0")
    return value


def values_of(
    lines: Lines, parse: Callable[[str], _Value], code: str
) -> tuple[list[_Value], list[Finding]]:
    """Return the values of all lines, and a finding `code` for each that has none."""
    values: list[_Value] = []
    wrong: list[tuple[int, str]] = []
    for number, text in enumerate(lines.texts, start=1):
        try:
            values.append(parse(text))
        except NotAValueError as error:
            wrong.append((number, str(error)))
    return values, list(findings_at(lines, wrong, code))


def findings_at(lines: Lines, wrong: Sequence[tuple[int, str]], code: str) -> Iterator[Finding]:
    """Yield a finding for each of the first wrong lines, and one for all others."""
    for number, message in wrong[:MOST_FINDINGS]:
        yield Finding(code, message, lines.label(number))
    if more := wrong[MOST_FINDINGS:]:
        message = f"this and {len(more) - 1:,} further lines are wrong as well"
        yield Finding(code, message, lines.label(more[0][0]))
