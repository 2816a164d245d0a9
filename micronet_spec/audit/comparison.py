"""The published board beside the recount: where every row stands by either, by T3."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from micronet_spec.audit.ranking import ENTERED, Row
from micronet_spec.audit.standings import Candidate, Figures, Interval, Standing, standings
from micronet_spec.causes.rounding import figures
from micronet_spec.entry.entry import Entry


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
    storage, ops = (None if term is None else _point(term) for term in claimed_terms(entry))
    published = Figures(_point(Fraction(board.score)) if board else None, (storage, ops))
    missed = row.meets_target is False or bool(board and board.missed_target)
    counted = Figures()
    if entry.score:
        counted = Figures(entry.interval, (entry.figure("storage_term"), entry.figure("ops_term")))
    return Candidate(published, counted, row.status == ENTERED and not missed)


def claimed_terms(entry: Entry) -> tuple[Fraction | None, Fraction | None]:
    """Return both terms as the team has them, as far as it says.

    As it claims them; else as its own counts add up to them; else by its figures of storage and
    operations over the baseline.
    """
    claims = entry.manifest.claims if entry.has("claims") else None
    storage, ops = (claims.storage_term, claims.ops_term) if claims else (None, None)
    counts, task, challenge = entry.claims_file, entry.task, entry.challenge
    found = [None if term is None else Fraction(term) for term in (storage, ops)]
    if task and challenge and None in found:
        if counts and not counts.findings:
            total = entry.total(counts)
            others: list[Fraction | None] = [total.storage, total.ops]
        else:
            units = challenge.unit_bits * task.baseline.parameters, task.baseline.operations
            kinds = zip(("storage", "operations"), units, strict=True)
            others = [
                next((amount / unit for _, amount in figures(claims, kind)), None)
                if claims
                else None
                for kind, unit in kinds
            ]
        found = [
            own if own is not None else other for own, other in zip(found, others, strict=True)
        ]
    return found[0], found[1]


def _point(number: Fraction) -> Interval:
    return number, number
