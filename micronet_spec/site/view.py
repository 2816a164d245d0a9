"""What the pages show of a record: entries with their findings, by task, and the whole board."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from micronet_spec.report.recorded.audit import Input, Record, Verification
from micronet_spec.report.recorded.entry import Entry
from micronet_spec.report.recorded.finding import Finding
from micronet_spec.report.recorded.people import Person, TaskShare
from micronet_spec.report.recorded.rules import Task
from micronet_spec.site.entry import EntryView

_UNSAFE = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 100


@dataclass(frozen=True)
class TaskView:
    """A task and its entries, in the order of the published board."""

    name: str
    file: str
    task: Task | None
    entries: tuple[EntryView, ...]

    @property
    def title(self) -> str:
        """What to call it."""
        return self.task.title if self.task else self.name

    def of_kind(self, kind: str) -> int:
        """Return how many entries are `recounted`, `bounded` or `board figures only`."""
        return sum(each.entry.kind == kind for each in self.entries)

    @property
    def best_published(self) -> float | None:
        """The least score of the board."""
        return min((it.entry.published for it in self.entries if it.entry.published), default=None)

    @property
    def dates(self) -> list[str]:
        """The dates of the published board, the latest last."""
        return sorted({score.date for it in self.entries for score in it.dated})

    @property
    def ranked(self) -> list[EntryView]:
        """The entries that have a rank by what was published, and one by the recount."""
        return [
            it for it in self.entries if it.entry.standing.published and it.entry.standing.recounted
        ]

    @property
    def first(self) -> list[EntryView]:
        """The entries that may be first by the recount."""
        return [it for it in self.ranked if it.possible_ranks.split("-")[0] == "1"]

    @property
    def best_recounted(self) -> tuple[float, float] | None:
        """The least score by the recount among entries that compete; an interval if it is one."""
        scores = [
            it.entry.interval
            for it in self.entries
            if it.entry.interval and it.entry.standing.recounted
        ]
        if not scores:
            return None
        return min(low for low, _ in scores), min(high for _, high in scores)

    @property
    def moved(self) -> list[EntryView]:
        """The entries whose rank the recount surely changes."""
        return [each for each in self.entries if each.entry.standing.moves]

    @property
    def redated(self) -> list[EntryView]:
        """The entries whose published score differs from date to date."""
        return [each for each in self.entries if each.redated]


@dataclass(frozen=True)
class SiteView:
    """All that the pages are made of."""

    record: Record
    tasks: tuple[TaskView, ...]
    beside: tuple[Finding, ...]
    """Findings in files beside the entries."""

    @property
    def entries(self) -> list[EntryView]:
        """All entries, by task."""
        return [entry for task in self.tasks for entry in task.entries]

    def of_kind(self, kind: str) -> int:
        """Return how many entries are of a kind."""
        return sum(task.of_kind(kind) for task in self.tasks)

    @property
    def verified(self) -> int:
        """Return how many rows the organizers verified."""
        return sum(bool(it.entry.board and it.entry.board.verified) for it in self.entries)

    @property
    def moved(self) -> list[EntryView]:
        """The entries whose rank the recount surely changes."""
        return [entry for task in self.tasks for entry in task.moved]

    @property
    def redated(self) -> list[EntryView]:
        """The entries whose published score differs from date to date."""
        return [it for task in self.tasks for it in task.redated]

    @cached_property
    def anchors(self) -> dict[str, str]:
        """The anchor of every clause and rule on the page of how this was counted."""
        clauses = [name for it in self.record.challenges.values() for name in it.clauses]
        return {
            **{name: f"clause-{name}" for name in clauses},
            **{page.code: page.code for page in self.record.pages},
        }

    def first_with(self, clause: str) -> str | None:
        """Return the first challenge that has a clause of this id: there it is an anchor."""
        found = (name for name, it in self.record.challenges.items() if clause in it.clauses)
        return next(found, None)

    def page_of(self, entry: EntryView) -> str:
        """Return the page of an entry's task."""
        return next(task.file for task in self.tasks for it in task.entries if it is entry)

    @property
    def affiliations(self) -> list[str]:
        """What the board prints as affiliations, each once."""
        boards = (it.entry.board for it in self.entries)
        return sorted({board.affiliation for board in boards if board and board.affiliation})

    @property
    def unaffiliated(self) -> int:
        """Return how many rows of the board have no affiliation."""
        boards = (it.entry.board for it in self.entries)
        return sum(bool(board and not board.affiliation) for board in boards)

    @property
    def unknown_teams(self) -> list[EntryView]:
        """The entries that do not say who made them."""
        return [it for it in self.entries if it.entry.team and it.entry.team.members == "unknown"]

    @property
    def full(self) -> list[tuple[Person, TaskShare]]:
        """Persons without a further entry in a task."""
        people = self.record.people.people
        return [(one, share) for one in people for share in one.tasks if not share.slots_left]

    def verification_of(self, entry: Entry) -> Verification | None:
        """Return what was concluded of the checkpoint of an entry, if it was looked for."""
        found = (it for it in self.record.verifications if it.entry == entry.entry)
        return next(found, None)

    def inputs_of(self, entry: Entry) -> list[Input]:
        """Return the files of an entry, with their digests."""
        stem = entry.file.rpartition(".")[0]
        names = {entry.file, f"{stem}.claims.csv"}
        return [each for each in self.record.inputs if each.file in names]

    @property
    def files(self) -> dict[str, str]:
        """The page of every entry by its id."""
        return {each.entry.entry: each.file for each in self.entries}


def view(record: Record) -> SiteView:
    """Return what the pages of `record` show."""
    found: dict[str | None, list[Finding]] = defaultdict(list)
    for finding in record.findings:
        found[finding.entry].append(finding)
    constants = {
        name: (challenge, task)
        for challenge in record.challenges.values()
        for name, task in challenge.tasks.items()
    }
    files = file_names(entry.entry for entry in record.entries)
    tasks: dict[str, list[EntryView]] = defaultdict(list)
    for entry, file in zip(record.entries, files, strict=True):
        challenge, task = constants.get(entry.task or "", (None, None))
        findings = tuple(found[entry.entry])
        one = EntryView(entry, file, findings, challenge, task, record.board_date)
        tasks[entry.task or "no task"].append(one)
    names = sorted(tasks, key=list(constants).index) if tasks.keys() <= constants.keys() else tasks
    return SiteView(
        record,
        tuple(
            TaskView(name, file, constants.get(name, (None, None))[1], _ordered(tasks[name]))
            for name, file in zip(names, file_names(names), strict=True)
        ),
        tuple(found[None]),
    )


def file_names(ids: Iterable[str]) -> list[str]:
    """Return a name for the file of each id: letters, digits and dashes, and no two alike."""
    names: list[str] = []
    for text in ids:
        name = _UNSAFE.sub("-", text.lower()).strip("-")[:_LONGEST_NAME] or "entry"
        number, unique = 2, name
        while unique in names:
            unique, number = f"{name}-{number}", number + 1
        names.append(unique)
    return names


def _ordered(entries: list[EntryView]) -> tuple[EntryView, ...]:
    def key(each: EntryView) -> tuple[float, float, str]:
        board, entry = each.entry.board, each.entry
        return (board.position if board else float("inf"), entry.rank or 0, entry.entry)

    return tuple(sorted(entries, key=key))
