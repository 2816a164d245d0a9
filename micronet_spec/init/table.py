"""A layer table: what every row says, typed, and what is wrong with it, at its cell."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

from micronet_spec.document import Document, Span, read
from micronet_spec.document.loader import PROBLEMS
from micronet_spec.document.table import MOST_ROWS, Line, NotATableError, lines
from micronet_spec.finding import Finding, Label, Severity
from micronet_spec.init.cells import COLUMNS, REQUIRED, CellError, Padding, column

_DELIMITERS = {";": "`;`", "\t": "tabs", "|": "`|`"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row; what its table does not say is None or empty."""

    line: int
    name: str
    op: str
    c_in: int | None
    c_out: int | None
    input_h: int | None = None
    input_w: int | None = None
    kernel_h: int | None = None
    kernel_w: int | None = None
    groups: int | None = None
    stride: int | None = None
    padding: Padding | None = None
    bias: tuple[bool, str] | None = None
    """Whether there is a bias, and the remark on it."""
    activation: str = ""
    weight_bits: Fraction | None = None
    act_bits: Fraction | None = None
    add_bits: Fraction | None = None
    nnz_weights: Fraction | None = None
    weight_count: int | None = None
    mults: Fraction | None = None
    adds: Fraction | None = None
    checkpoint_key: str = ""

    @property
    def size(self) -> tuple[int, int] | None:
        """Height and width of the input; a table that says one means a square."""
        return _square(self.input_h, self.input_w)

    @property
    def kernel(self) -> tuple[int, int] | None:
        """Height and width of the kernel; a table that says one means a square."""
        return _square(self.kernel_h, self.kernel_w)

    @property
    def has_bias(self) -> bool:
        """Whether the table says that there is a bias."""
        return self.bias is not None and self.bias[0]


@dataclass(frozen=True)
class LayerTable:
    """The rows of a table, and the findings about it; with errors the rows are not all there."""

    document: Document
    rows: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether every cell could be read."""
        return all(finding.rule.severity is not Severity.ERROR for finding in self.findings)


def read_table(path: Path) -> LayerTable:
    """Read the layer table at `path`. Never raises for what it is or says."""
    document = read(path)
    problem = document.problems[0] if document.problems else None
    if problem is not None:
        found = Finding(problem.code, problem.message, Label(document, problem.span))
        return LayerTable(document, (), (found,))
    every = lines(document)
    header = next(every, None)
    if header is None:
        return LayerTable(document, (), (_found(document, "the table is empty", Span(1, 1, 2)),))
    if isinstance(header, NotATableError):
        return LayerTable(document, (), (_found(document, str(header), header.span),))
    return _parse(document, header, every)


def _parse(document: Document, header: Line, body: Iterator[Line | NotATableError]) -> LayerTable:
    findings = list(_header(document, header))
    if any(finding.code == "MN403" for finding in findings):
        return LayerTable(document, (), tuple(findings))
    names = [column(cell) for cell in header.cells]
    rows: list[Row] = []
    for line in islice(body, MOST_ROWS):
        if isinstance(line, NotATableError):
            findings.append(_found(document, str(line), line.span))
        else:
            row = _row(document, names, line)
            if isinstance(row, Row):
                rows.append(row)
            else:
                findings += row
        if len(findings) >= PROBLEMS:
            break
    else:
        if (more := next(body, None)) is not None:
            message = f"more than {MOST_ROWS:,} rows"
            findings.append(_found(document, message, Span(more.span.line, 1, 2)))
        elif not rows and not findings:
            findings.append(_found(document, "the table has no rows", header.span))
    return LayerTable(document, tuple(rows), tuple(findings))


def _header(document: Document, header: Line) -> Iterator[Finding]:
    names = [column(cell) for cell in header.cells]
    if len(names) == 1:
        for delimiter, shown in _DELIMITERS.items():
            if delimiter in names[0]:
                message = f"the columns seem to be separated by {shown}, not by commas"
                yield _found(document, message, header.span, "separate the columns by commas")
                return
    missing = [name for name in REQUIRED if name not in names]
    for name in missing:
        yield _found(document, f"no column `{name}`{_hint(name, names)}", header.span)
    for index, name in enumerate(names):
        if name in names[:index]:
            yield _found(document, f"the column `{name}` stands twice", header.cell(index))
        elif name not in COLUMNS:
            hint = _hint(name, [known for known in COLUMNS if known not in names])
            message = f"the column `{name}` is ignored{hint}"
            yield Finding("MN404", message, Label(document, header.cell(index)))


def _row(document: Document, names: Sequence[str], line: Line) -> Row | list[Finding]:
    if len(line.cells) != len(names):
        message = f"{len(line.cells)} cells where the header has {len(names)}"
        return [_found(document, message, line.span)]
    findings: list[Finding] = []
    values: dict[str, object] = {}
    for index, (name, cell) in enumerate(zip(names, line.cells, strict=True)):
        parse = COLUMNS.get(name)
        if parse is None:
            continue
        try:
            values[name] = parse(cell.strip())
        except CellError as error:
            findings.append(_found(document, f"`{name}`: {error}", line.cell(index)))
    for name in ("name", "op"):
        if values.get(name) == "":
            place = line.cell(names.index(name))
            findings.append(_found(document, f"`{name}`: every layer needs one", place))
    return findings or Row(line=line.number, **values)  # type: ignore[arg-type]


def _square(height: int | None, width: int | None) -> tuple[int, int] | None:
    if height is None and width is None:
        return None
    return height or width or 1, width or height or 1


def _found(document: Document, message: str, span: Span, fix: str = "") -> Finding:
    return Finding("MN403", message, Label(document, span), help=fix)


def _hint(word: str, candidates: list[str]) -> str:
    close = difflib.get_close_matches(word, candidates, 1)
    return f": is it `{close[0]}`?" if close else ""
