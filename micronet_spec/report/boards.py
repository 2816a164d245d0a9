"""The published board beside the recount in the terminal: ranks that change, marks, statements."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from micronet_spec.comparison import compared
from micronet_spec.entry import Entry
from micronet_spec.methods import breakdown
from micronet_spec.ranking import Row
from micronet_spec.report.visible import visible
from micronet_spec.standings import MARKS, Mark, Standing
from micronet_spec.statements import Checked

_SHOWN = {"yes": "{}", "possible": "{}?"}


def standing_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yield for every task with a published board whose rank changes, and who earns marks."""
    found = compared(rows)
    for task in dict.fromkeys(row.task for row in rows if row.task):
        published = [row for row in rows if row.task == task and row.board]
        if published:
            yield f"{task}, the board as published and as recounted:"
            yield f"  rank surely changes  {_moves(published, found)}"
            for index, name in enumerate(MARKS):
                yield f"  mark {name}  {_marks(published, found, index, name)}"


def statement_lines(statements: Iterable[Checked]) -> Iterator[str]:
    """Yield what was stated of a board, and what its rows say."""
    for it in statements:
        said = it.statement
        unit = "x" if said.what == "improvement" else ""
        of = f" in {said.task}" if said.task else ""
        line = f"{said.what}{of}: stated {said.value}{unit}"
        if it.found is not None:
            line += f", by the audited rows {float(it.found):.6g}{unit}"
        if it.named is not None:
            line += f", named by {it.named:,} of {it.rows:,}"
        if it.counted is not None:
            line += f", by the recount at least {float(it.counted):.6g}{unit}"
        yield visible(f"{line} ({said.source})")


def _moves(rows: Iterable[Row], found: dict[Path, Standing]) -> str:
    moved = []
    for row in rows:
        standing = found[row.entry.document.path]
        if standing.moves:
            moved.append(f"{_short(row)} {standing.published} -> {standing.recounted}")
    return ", ".join(moved) or "for nobody"


def _marks(rows: Sequence[Row], found: dict[Path, Standing], index: int, name: str) -> str:
    def earned(marks: Iterable[tuple[Row, Mark | None]]) -> str:
        listed = [_SHOWN[mark].format(_short(row)) for row, mark in marks if mark in _SHOWN]
        return " ".join(listed) or "-"

    standing = [(row, found[row.entry.document.path]) for row in rows]
    given = [(row, it) for row, it in standing if row.board and name in row.board.marks]
    lost = [_short(row) for row, it in given if it.recounted_marks[index] == "no"]
    return (
        f"board: {' '.join(_short(row) for row, _ in given) or '-'}; "
        f"claimed terms: {earned((row, it.claimed_marks[index]) for row, it in standing)}; "
        f"recount: {earned((row, it.recounted_marks[index]) for row, it in standing)}"
        f"{'; surely not: ' + ' '.join(lost) if lost else ''}"
    )


def kind_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Yield how many entries could be counted, and how far."""
    kinds = Counter(row.kind for row in rows)
    if kinds.keys() - {"recounted"}:
        yield "entries: " + ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())


def method_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield how many entries were made with what, of those that say so."""
    found = breakdown(entries)
    for what, words in (("frameworks", found.frameworks), ("techniques", found.techniques)):
        if words:
            counted = ", ".join(f"{word} {count:,}" for word, count in words.items())
            yield visible(f"{what} of the {found.entries:,} entries that say: {counted}")


def _short(row: Row) -> str:
    return visible(row.entry.id.rpartition("/")[2])
