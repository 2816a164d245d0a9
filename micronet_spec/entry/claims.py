"""The entrant's own counts, layer by layer, from the `<stem>.claims.csv` beside a manifest."""

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from micronet_spec.document import Document, Problem, Span, read
from micronet_spec.document.scalars import NUMBER_LENGTH
from micronet_spec.document.table import MOST_ROWS, Line, NotATableError, lines, split
from micronet_spec.finding import Finding, Label
from micronet_spec.score import Kind, LayerCost

COLUMNS = ("layer", "stored_bits", "multiplies", "multiply_bits", "adds", "add_bits", "source")
_NUMBERS = COLUMNS[1:6]
_BETWEEN = ";"
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?|[0-9]+/[0-9]*[1-9][0-9]*")


class Part(StrEnum):
    """The parts of a layer's cost that an entrant can count differently."""

    STORAGE = "storage"
    MULTIPLIES = "multiplies"
    ADDS = "adds"
    OPERATIONS = "operations"
    """Multiplies and adds, where the entrant counts both in one total."""


PARTS = (Part.STORAGE, Part.MULTIPLIES, Part.ADDS)
"""The parts that make up the cost of a layer."""


def parts_of(part: Part) -> tuple[Part, ...]:
    """Return which of `PARTS` one is made of."""
    return PARTS[1:] if part is Part.OPERATIONS else (part,)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a claims file; what is empty was not counted by the entrant."""

    span: Span
    layer: str
    """A layer, several with `;` between them, or none."""
    stored_bits: Fraction
    multiplies: Fraction
    multiply_bits: Fraction
    adds: Fraction
    add_bits: Fraction
    source: str

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers it is of; none where that is not said."""
        return tuple(name for each in self.layer.split(_BETWEEN) if (name := each.strip()))

    def bits(self, part: Part) -> Fraction:
        """Return the bits, or operations times width, of one part."""
        if part is Part.STORAGE:
            return self.stored_bits
        if part is Part.MULTIPLIES:
            return self.multiplies * self.multiply_bits
        if part is Part.ADDS:
            return self.adds * self.add_bits
        return self.multiplies * self.multiply_bits + self.adds * self.add_bits


@dataclass(frozen=True)
class ClaimsFile:
    """The rows that could be read, and what is wrong with the others."""

    document: Document
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]

    @cached_property
    def stored_bits(self) -> Fraction:
        """The entrant's total of stored bits."""
        return sum((row.stored_bits for row in self.rows), Fraction())

    @cached_property
    def op_bits(self) -> Fraction:
        """The entrant's total of operations times their width."""
        return sum((row.bits(Part.OPERATIONS) for row in self.rows), Fraction())

    def cell(self, row: Row, column: str) -> Span:
        """Return where a cell of a row stands."""
        line = split(self.document.lines[row.span.line - 1].rstrip("\r"), row.span.line)
        return line.cell(COLUMNS.index(column))

    def rows_of(self, layer: str) -> tuple[Row, ...]:
        """Return the rows of one layer."""
        return tuple(self._by_layer.get(layer, ()))

    @cached_property
    def _by_layer(self) -> dict[str, list[Row]]:
        layers: dict[str, list[Row]] = {}
        for row in self.rows:
            layers.setdefault(row.layer, []).append(row)
        return layers


def path_beside(manifest: Path) -> Path:
    """Return where the claims file of a manifest would be."""
    return manifest.with_name(f"{manifest.stem}.claims.csv")


def load_claims(path: Path) -> ClaimsFile | None:
    """Read the claims file at `path`; None if there is none. Never raises for its content."""
    if not os.path.lexists(path):
        return None
    if path.is_symlink():
        # Beside a stranger's manifest a link may lead to what is not the stranger's to show.
        problem = Problem("MN001", "this is a symbolic link: none is followed", Span(1, 1, 2))
        document = Document(path, "", problems=(problem,))
    else:
        document = read(path)
    if document.problems:
        problem = document.problems[0]
        found = Finding(problem.code, problem.message, Label(document, problem.span))
        return ClaimsFile(document, (), (found,))
    return _parse(document)


def _parse(document: Document) -> ClaimsFile:
    rows: list[Row] = []
    findings: list[Finding] = []
    header, *_ = document.lines
    if tuple(header.rstrip("\r").split(",")) != COLUMNS:
        message = f"the first line must be {','.join(COLUMNS)}"
        label = Label(document, Span(1, 1, max(2, len(header) + 1)))
        return ClaimsFile(document, (), (Finding("MN402", message, label),))
    for count, line in enumerate(lines(document)):
        if count > MOST_ROWS:
            label = Label(document, line.span)
            findings.append(Finding("MN402", f"more than {MOST_ROWS:,} rows", label))
            break
        if isinstance(line, NotATableError):
            findings.append(Finding("MN402", str(line), Label(document, line.span)))
        elif count:
            row = _row(document, line)
            if isinstance(row, Finding):
                findings.append(row)
            else:
                rows.append(row)
    return ClaimsFile(document, tuple(rows), tuple(findings))


def _row(document: Document, line: Line) -> Row | Finding:
    if len(line.cells) != len(COLUMNS):
        message = f"{len(line.cells)} cells where {len(COLUMNS)} are expected"
        return Finding("MN402", message, Label(document, line.span))
    values = dict(zip(COLUMNS, line.cells, strict=True))
    for name in _NUMBERS:
        text = values[name]
        if text and not _is_number(text):
            message = f"`{name}`: expected a number such as 12, 0.5 or 7/3"
            label = Label(document, line.cell(COLUMNS.index(name)))
            return Finding("MN402", message, label)
    for name in ("multiplies", "adds"):
        width = {"multiplies": "multiply_bits", "adds": "add_bits"}[name]
        if values[name] and Fraction(values[name]) and not values[width]:
            return Finding("MN402", f"`{name}` without `{width}`", Label(document, line.span))
    numbers = {name: Fraction(values[name] or 0) for name in _NUMBERS}
    return Row(line.span, values["layer"], source=values["source"], **numbers)


def _is_number(text: str) -> bool:
    return len(text) <= NUMBER_LENGTH and _NUMBER.fullmatch(text) is not None


def bits_of(layer: LayerCost, part: Part) -> Fraction:
    """Return the bits, or operations times width, of one part of a layer by the recount."""
    if part is Part.STORAGE:
        return Fraction(layer.stored_bits)
    if part is Part.OPERATIONS:
        return Fraction(layer.op_bits)
    adds = part is Part.ADDS
    return Fraction(sum(it.total for it in layer.arithmetic if (it.kind is Kind.ADD) == adds))
