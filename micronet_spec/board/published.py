"""A published board: `board.csv`, one row an entry, with the score of every date it was published.

Scores are looked up for an audit, and a score is placed among them: the rank it would have.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

from micronet_spec.document import read
from micronet_spec.entry.entry import Entry

BOARD = "board.csv"
COLUMNS = ("task", "position")
"""What a board must have, and a column `score` or one `score_2019_12_06` for every date."""

_MISSED = "missed_quality_target"
_SCORES = re.compile(r"score(_\d{4}_\d{2}_\d{2})?")
SCORE = re.compile(r"[0-9]{1,4}(\.[0-9]{1,12})?")
POSITION = re.compile(r"[0-9]{1,6}")
_FILE = re.compile(r"([0-9]{1,6})-")
_NO = {"", "no", "false"}


class BoardError(Exception):
    """A file that is no board."""


@dataclass(frozen=True, slots=True)
class Published:
    """One row of a board."""

    task: str
    position: int
    name: str
    score: Decimal
    """The score of the latest date, or of the one that is asked for."""
    missed_target: bool
    scores: tuple[tuple[str, Decimal], ...] = ()
    """The scores of every date, such as `2019-12-06`, in their order; without a date it is ``."""
    marks: str = ""
    """Distinctions, such as `SC` (T3)."""
    verified: bool = False
    affiliation: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a score would stand in its task on a published board."""

    board: Path
    task: str
    score: Fraction
    rank: int
    of: int
    """Ranked entries of the task, this one counted."""
    ahead: Published | None
    """The entry just ahead; None for the first."""
    behind: Published | None
    """The entry just behind, or with the same score; None for the last."""
    own: Published | None
    """The row of the entry itself, which it is not compared with."""

    def distance(self, row: Published) -> Fraction:
        """Return how far the score of `row` is from this one."""
        return abs(self.score - Fraction(row.score))


@dataclass(frozen=True)
class Board:
    """The rows that have a position and a score; or why the board cannot be read."""

    path: Path
    rows: tuple[Published, ...] = ()
    problem: str | None = None

    def row_of(self, manifest: Path) -> Published | None:
        """Return the row of `<task>/<position>-<slug>.yaml` beside this board."""
        position, folder = _FILE.match(manifest.name), manifest.parent.resolve()
        if not position or self.path.name != BOARD or self.path.parent.resolve() != folder.parent:
            return None
        place = (folder.name, int(position[1]))
        return next((row for row in self.rows if (row.task, row.position) == place), None)

    def ranks(self, task: str) -> bool:
        """Tell whether it ranks entries of a task."""
        return any(row.task == task for row in self.rows)

    def place(self, task: str, score: Fraction, own: Published | None = None) -> Standing:
        """Return where `score` would stand; `own` and those that missed the target are left out."""
        others = [row for row in self.rows if row.task == task and row != own]
        ranked = sorted((row for row in others if not row.missed_target), key=lambda r: r.score)
        better = [row for row in ranked if Fraction(row.score) < score]
        return Standing(
            self.path,
            task,
            score,
            rank=len(better) + 1,
            of=len(ranked) + 1,
            ahead=better[-1] if better else None,
            behind=next(iter(ranked[len(better) :]), None),
            own=own if own and own.task == task else None,
        )


def published(manifest: Path, date: str | None = None) -> Published | None:
    """Return the row of `<challenge>/<task>/<nn>-<slug>.yaml`, from its board.

    Its score is that of the latest date, or of `date`, such as `2019-12-04`.
    """
    return board_of(manifest, date).row_of(manifest)


def board_of(manifest: Path, date: str | None = None) -> Board:
    """Return the board of a manifest `<challenge>/<task>/<nn>-<slug>.yaml`; empty without one.

    Its scores are those of the latest date, or of `date`. No link is followed.
    """
    path = path_of_board(manifest)
    return Board(path) if path.is_symlink() else load_board(path, date)


def require_date(manifests: Iterable[Path], date: str) -> None:
    """Raise `BoardError` unless the manifests have boards, all with scores of `date`."""
    boards = sorted({path_of_board(path) for path in manifests})
    known = [path for path in boards if path.is_file() and not path.is_symlink()]
    if not known:
        raise BoardError(f"no {BOARD} has scores of {date}: there is none beside the tasks")
    for path in known:
        problem = load_board(path, date).problem
        if problem:
            raise BoardError(f"{path}: {problem}")


def path_of_board(manifest: Path) -> Path:
    """Return where the board of `<challenge>/<task>/<nn>-<slug>.yaml` would be."""
    return manifest.parent.resolve().parent / BOARD


def standing_of(entry: Entry, board: Board) -> Standing:
    """Return where an entry that has a score would stand on `board`."""
    assert entry.score
    own = board.row_of(entry.document.path)
    return board.place(entry.manifest.task, entry.score.score, own)


def readable_board(path: Path) -> Board:
    """Return the board at `path`. Raises `BoardError` if it cannot be read."""
    board = load_board(path)
    if board.problem:
        raise BoardError(f"{path}: no board: {board.problem}")
    return board


@cache
def load_board(path: Path, date: str | None = None) -> Board:
    """Read the board at `path`, of the latest date or of `date`. Never raises for what it says."""
    document = read(path)
    if document.problems:
        return Board(path, problem=document.problems[0].message)
    try:
        reader = csv.DictReader(io.StringIO(document.text, newline=""), strict=True)
        header, rows = list(reader.fieldnames or ()), list(reader)
    except csv.Error as error:
        return Board(path, problem=f"not CSV: {error}")
    scores = sorted(filter(is_score, header))
    score = f"score_{date.replace('-', '_')}" if date else (scores or ["score"])[-1]
    missing = [name for name in (*COLUMNS, score) if name not in header]
    if missing:
        return Board(path, problem=f"no column `{missing[0]}` in its first line")
    found = (_published(row, scores, score) for row in rows)
    return Board(path, tuple(row for row in found if row))


def is_score(column: str) -> bool:
    """Tell whether a column holds scores, of one date or without any."""
    return bool(_SCORES.fullmatch(column))


def _published(row: dict[str, str | None], columns: list[str], score: str) -> Published | None:
    """Return a row that has a position and a `score`; cells beyond the header mean nothing."""

    def cell(column: str) -> str:
        return (row.get(column) or "").strip()

    scores = {column: cell(column) for column in columns}
    if not (POSITION.fullmatch(cell("position")) and SCORE.fullmatch(cell(score))):
        return None
    return Published(
        cell("task"),
        int(cell("position")),
        cell("name"),
        Decimal(cell(score)),
        cell(_MISSED).lower() not in _NO,
        tuple((_date(it), Decimal(text)) for it, text in scores.items() if SCORE.fullmatch(text)),
        cell("distinctions"),
        cell("verified").lower() not in _NO,
        cell("affiliation"),
    )


def _date(column: str) -> str:
    return column.removeprefix("score").strip("_").replace("_", "-")
