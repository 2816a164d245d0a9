"""The published board beside the recount in the terminal: ranks that change, marks, statements."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from micronet_spec.audit.standings import MARKS
from micronet_spec.report.recorded.audit import Methods, Statement
from micronet_spec.report.recorded.entry import Entry, Marks
from micronet_spec.visible import visible

_SHOWN = {"yes": "{}", "possible": "{}?"}


def standing_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield for every task with a published board whose rank changes, and who earns marks."""
    entries = [entry for entry in entries if entry.task and entry.board]
    for task in dict.fromkeys(entry.task for entry in entries):
        published = [entry for entry in entries if entry.task == task]
        yield f"{visible(task or '')}, the board as published and as recounted:"
        yield f"  rank surely changes  {_moves(published)}"
        for name in MARKS:
            yield f"  mark {name}  {_marks(published, name)}"


def statement_lines(statements: Iterable[Statement]) -> Iterator[str]:
    """Yield what was stated of a board, and what its rows say."""
    for it in statements:
        unit = "x" if it.what == "improvement" else ""
        of = f" in {it.task}" if it.task else ""
        line = f"{it.what}{of}: stated {it.value}{unit}"
        if it.found is not None:
            line += f", by the audited rows {it.found:.6g}{unit}"
        if it.named is not None:
            line += f", named by {it.named:,} of {it.rows:,}"
        if it.counted is not None:
            line += f", by the recount at least {it.counted:.6g}{unit}"
        yield visible(f"{line} ({it.source})")


def _moves(entries: Iterable[Entry]) -> str:
    moved = (
        f"{_short(it)} {_range(it.standing.published)} -> {_range(it.standing.recounted)}"
        for it in entries
        if it.standing.moves
    )
    return ", ".join(moved) or "for nobody"


def _range(ends: tuple[int, int] | None) -> str:
    return "-".join(dict.fromkeys(map(str, ends or ())))


def _marks(entries: Sequence[Entry], name: str) -> str:
    def earned(marks: Callable[[Entry], Marks]) -> str:
        found = [(it, getattr(marks(it), name)) for it in entries]
        listed = [_SHOWN[mark].format(_short(it)) for it, mark in found if mark in _SHOWN]
        return " ".join(listed) or "-"

    given = [it for it in entries if it.board and name in it.board.marks]
    lost = [_short(it) for it in given if getattr(it.standing.recounted_marks, name) == "no"]
    return (
        f"board: {' '.join(map(_short, given)) or '-'}; "
        f"claimed terms: {earned(lambda it: it.standing.claimed_marks)}; "
        f"recount: {earned(lambda it: it.standing.recounted_marks)}"
        f"{'; surely not: ' + ' '.join(lost) if lost else ''}"
    )


def kind_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield how many entries could be counted, and how far."""
    kinds = Counter(entry.kind for entry in entries)
    if kinds.keys() - {"recounted"}:
        yield "entries: " + ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())


def method_lines(found: Methods | None) -> Iterator[str]:
    """Yield how many entries were made with what, of those that say so."""
    if found is None:
        return
    for what, words in (("frameworks", found.frameworks), ("techniques", found.techniques)):
        if words:
            counted = ", ".join(f"{word} {count:,}" for word, count in words.items())
            yield visible(f"{what} of the {found.entries:,} entries that say: {counted}")


def _short(entry: Entry) -> str:
    return visible(entry.entry.rpartition("/")[2])
