"""The published board beside the recount: where every row stands by either, by T3."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from micronet_spec.ranking import ENTERED, Row
from micronet_spec.standings import Candidate, Figures, Interval, Standing, standings


def compared(rows: Iterable[Row]) -> dict[Path, Standing]:
    """Return the standing of every row in its task, by the path of its manifest."""
    rows = list(rows)
    found: dict[Path, Standing] = {}
    for task in dict.fromkeys(row.task for row in rows):
        of_task = {row.entry.document.path: _candidate(row) for row in rows if row.task == task}
        found |= standings(of_task)
    return found


def _candidate(row: Row) -> Candidate:
    entry, board = row.entry, row.board
    claims = entry.manifest.claims if entry.has("claims") else None
    terms = (claims.storage_term, claims.ops_term) if claims else (None, None)
    storage, ops = (None if term is None else _point(Fraction(term)) for term in terms)
    published = Figures(_point(Fraction(board.score)) if board else None, (storage, ops))
    missed = row.meets_target is False or bool(board and board.missed_target)
    counted = Figures()
    if entry.score:
        counted = Figures(entry.interval, (entry.figure("storage_term"), entry.figure("ops_term")))
    return Candidate(published, counted, row.status == ENTERED and not missed)


def _point(number: Fraction) -> Interval:
    return number, number
