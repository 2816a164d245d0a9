"""All entries of a tree: each checked and counted, ranked per task, beside what was published."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from micronet_spec import manifest
from micronet_spec.audit.outline import outline
from micronet_spec.audit.ranking import Row, ranked
from micronet_spec.audit.statements import STATEMENTS, Statement, read_statements
from micronet_spec.board.published import board_of, published
from micronet_spec.board.ranks import with_ranks
from micronet_spec.causes.attribution import departures
from micronet_spec.challenge.challenge import ChallengeError
from micronet_spec.challenge.editions import SPEC, Challenges
from micronet_spec.document import Document, Problem, Span
from micronet_spec.entry.entry import Entry, load_entry
from micronet_spec.finding import Finding, Looked, ordered
from micronet_spec.people.aliases import ALIASES
from micronet_spec.rules import check, check_board
from micronet_spec.waivers import WAIVERS, Waivers

MANIFESTS = (".yaml", ".yml")
_BESIDE = {ALIASES, STATEMENTS, WAIVERS}
"""Files beside the manifests that are none."""


Look = Callable[[Entry], Looked]
"""Holds an entry against evidence."""


@dataclass(frozen=True)
class Audit:
    """All entries, by task and rank."""

    rows: tuple[Row, ...]
    beside: tuple[Finding, ...] = ()
    """What is found in files beside the entries, such as `aliases.yaml`."""
    statements: tuple[Statement, ...] = ()
    """What was stated of the whole board."""
    board_date: str | None = None
    """The date whose published scores were asked for; None for the latest."""

    @property
    def findings(self) -> list[Finding]:
        """Every finding, in the order of the rows."""
        return [*(finding for row in self.rows for finding in row.findings), *self.beside]

    def showing(self, choose: Callable[[Iterable[Finding]], list[Finding]]) -> "Audit":
        """Return the audit with the findings that `choose` returns."""
        rows = (row.showing(choose(row.findings)) for row in self.rows)
        return replace(self, rows=tuple(rows), beside=tuple(choose(self.beside)))


def manifests(root: Path) -> list[Path]:
    """Return every manifest below `root`, in order. Links to folders are not followed."""
    return sorted(
        Path(folder, name)
        for folder, _, names in os.walk(root)
        for name in names
        if name.endswith(MANIFESTS) and not name.startswith(".") and name not in _BESIDE
    )


def audit(  # noqa: PLR0913 - what can be asked of an audit
    paths: list[Path],
    progress: Callable[[list[Path]], Iterator[Path]] = iter,
    challenges: Challenges = SPEC,
    *,
    waivers_on: date | None = None,
    board_date: str | None = None,
    look: Look | None = None,
) -> Audit:
    """Check and count the manifests at `paths`, alone and together, and rank them per task.

    What is waived on the day `waivers_on` is set aside; without a day nothing is. Published scores
    are those of the latest date, or of `board_date`. `look` holds an entry against evidence.
    Raises `ChallengeError` if the challenge of one cannot be had from `challenges`.
    """
    waivers = Waivers(paths, waivers_on)
    rows = [_row(path, challenges, board_date, waivers) for path in progress(paths)]
    rows, beside = _judged_together(rows)
    rows, problems = _waived(rows, waivers, look)
    stated = read_statements(paths)
    return Audit(
        tuple(ranked(rows)),
        (*beside, *problems, *stated.findings),
        tuple(each.item for each in stated.items),
        board_date,
    )


class Linted(NamedTuple):
    """An entry, with what is found of it alone."""

    entry: Entry
    findings: list[Finding]


def lint(
    path: Path,
    challenges: Challenges = SPEC,
    score: Decimal | None = None,
    board_date: str | None = None,
) -> Linted:
    """Check and count one manifest, of which a board says `score`. Never raises for what it says.

    Its ranks are those on the board beside it, of the latest date or of `board_date`.
    Raises `ChallengeError` if its challenge cannot be had from `challenges`.
    """
    try:
        entry = replace(load_entry(path, challenges), published=score)
        return Linted(entry, with_ranks(check(entry), entry, board_of(path, board_date)))
    except ChallengeError:
        raise
    except Exception as error:  # noqa: BLE001 - our mistake on one file must not end an audit
        message = f"the file could not be checked: {type(error).__name__}: {error}"
        return _refused(path, "MN901", message)


def _refused(path: Path, code: str, message: str) -> Linted:
    problem = Problem(code, message, Span(1, 1, 2))
    entry = Entry(manifest.read(Document(path, "", problems=(problem,))))
    return Linted(entry, list(entry.reading.findings))


def _row(path: Path, challenges: Challenges, board_date: str | None, waivers: Waivers) -> Row:
    on_board = published(path, board_date)
    if path.is_symlink():
        # In a stranger's tree a link may lead to a file that is not the stranger's to show.
        entry, findings = _refused(path, "MN001", "this is a symbolic link: an audit follows none")
    else:
        entry, findings = lint(path, challenges, on_board.score if on_board else None, board_date)
    entry = replace(entry, admitted=waivers.admits(entry.id, findings))
    return Row(*outline(entry, findings), on_board, departures(entry))


def _judged_together(rows: list[Row]) -> tuple[list[Row], tuple[Finding, ...]]:
    """Add to each row what is found about the entries together; return what is no row's too."""
    found: dict[Path, list[Finding]] = defaultdict(list)
    for finding in check_board([row.entry for row in rows]):
        found[finding.primary.document.path].append(finding)
    judged = [
        replace(row, findings=tuple(ordered([*row.findings, *more])))
        if (more := found.pop(row.entry.document.path, None))
        else row
        for row in rows
    ]
    return judged, tuple(ordered(finding for left in found.values() for finding in left))


def _waived(
    rows: list[Row], waivers: Waivers, look: Look | None
) -> tuple[list[Row], list[Finding]]:
    """Add what evidence shows, mark in each row what is waived; return what is found of waivers."""
    marked: list[Row] = []
    problems = [*waivers.findings, *waivers.of_others({row.entry.id for row in rows})]
    for row in rows:
        looked = look(row.entry) if look else Looked()
        findings, more = waivers.applied(
            row.entry.id, (*row.findings, *looked.findings), looked.asked
        )
        marked.append(replace(row, findings=findings))
        problems += more
    return marked, ordered(problems)
