"""What the pages show of a record: entries with their findings, shares and costs, by task."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from micronet_spec.report.record_model import (
    Challenge,
    Entry,
    Finding,
    Input,
    Person,
    Record,
    Score,
    Task,
    TaskShare,
    Verification,
)

_UNSAFE = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 100

Terms = tuple[float, float]
"""Storage and math operations."""


@dataclass(frozen=True)
class Bar:
    """The cost of a layer: its terms, at least and at most."""

    name: str
    least: Terms
    most: Terms

    @property
    def size(self) -> float:
        """What it adds to the score at most."""
        return sum(self.most)


@dataclass(frozen=True)
class Share:
    """What one cause adds to the entrant's count."""

    cause: str
    effect: float
    differences: int


@dataclass(frozen=True)
class EntryView:
    """An entry and where its page is."""

    entry: Entry
    file: str
    """Name of its page, without suffix."""
    findings: tuple[Finding, ...]
    challenge: Challenge | None
    task: Task | None

    @property
    def bars(self) -> list[Bar]:
        """The layers that cost anything, the costliest first."""
        if not (self.task and self.challenge):
            return []
        unit, baseline = self.challenge.unit_bits, self.task.baseline

        def terms(stored: int | str | None, ops: int | str | None) -> Terms:
            storage = Fraction(stored or 0) / (unit * baseline.parameters)
            return float(storage), float(Fraction(ops or 0) / (unit * baseline.operations))

        bars = []
        for layer in self.entry.layers:
            least = terms(layer.stored_bits, layer.op_bits)
            known = layer.most_stored_bits is None
            most = least if known else terms(layer.most_stored_bits, layer.most_op_bits)
            bars.append(Bar(layer.layer, least, most))
        return sorted((bar for bar in bars if bar.size), key=lambda bar: -bar.size)

    @property
    def shares(self) -> list[Share]:
        """The differences from the entrant's own counts by cause, the largest first."""
        causes: dict[str, list[float]] = defaultdict(list)
        for difference in self.entry.differences:
            causes[difference.cause].append(difference.effect)
        shares = [Share(cause, sum(each), len(each)) for cause, each in causes.items()]
        return sorted(shares, key=lambda share: -abs(share.effect))

    @property
    def waived(self) -> list[Finding]:
        """Findings that the organizers set aside."""
        return [finding for finding in self.findings if finding.waived]

    @property
    def standing_findings(self) -> list[Finding]:
        """Findings that stand."""
        return [finding for finding in self.findings if not finding.waived]

    @property
    def claimed_terms(self) -> Terms | None:
        """The terms that the team claims, if both are known."""
        claims = self.entry.claims
        if claims is None or claims.storage_term is None or claims.ops_term is None:
            return None
        return float(claims.storage_term), float(claims.ops_term)


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
        return [it for it in self.entries if it.entry.board and _differ(it.entry.board.scores)]

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
        tasks[entry.task or "no task"].append(EntryView(entry, file, findings, challenge, task))
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


def _differ(scores: list[Score]) -> bool:
    return len({each.score for each in scores}) > 1
