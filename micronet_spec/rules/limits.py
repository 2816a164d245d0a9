"""Entries per person and task, over all teams (E1)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from micronet_spec.dates import Period, period, seconds
from micronet_spec.entry import Entry
from micronet_spec.finding import Finding, Label
from micronet_spec.people import Person, identify
from micronet_spec.quota import Full, Submission, Tie, judge
from micronet_spec.rules.rule import board_check, check

_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class _Contender:
    """An entry that counts for its members."""

    entry: Entry
    id: str
    date: str
    """When it was submitted, as it is written."""
    period: Period
    members: dict[Person, int]
    """Where each person stands among the members of the team."""

    def at(self, person: Person, text: str) -> Label:
        """Point at a person."""
        place = ("team", "members", self.members[person])
        for field in ("name", "github"):
            if (*place, field) in self.entry.document.nodes:
                return Label(self.entry.document, (*place, field), text)
        return self.entry.at(*place, text=text)

    def called(self, person: Person) -> str:
        """Return the name or the handle of a person, as this entry gives it."""
        member = self.entry.manifest.team.known_members[self.members[person]]
        return (member.name or "").strip() or member.github or ""

    def sorted(self, persons: Iterable[Person]) -> list[Person]:
        """Return `persons` as this entry lists them."""
        return sorted(persons, key=self.members.__getitem__)


@check("team")
def unknown_members(entry: Entry) -> Iterator[Finding]:
    """MN609: nobody knows who contributed, so no limit can be checked."""
    if not entry.manifest.team.known_members:
        message = "who contributed is not known: the limit of entries cannot be checked"
        yield Finding("MN609", message, entry.at("team", "members"))


@board_check("challenge", "task", "team", "submitted", "status")
def entry_limit(entries: Sequence[Entry]) -> Iterator[Finding]:
    """MN601, MN602: more entries of a person in a task than are allowed."""
    boards: dict[tuple[str, str], list[_Contender]] = defaultdict(list)
    persons = identify(entry.manifest.team for entry in entries)
    for entry, members in zip(entries, persons, strict=True):
        when = _counting_period(entry)
        if when:
            key = (entry.manifest.challenge, entry.manifest.task)
            contender = _Contender(entry, entry.id, entry.manifest.submitted, when, members)
            boards[key].append(contender)
    for board in boards.values():
        yield from _judged(sorted(board, key=lambda one: (one.period, one.id)))


def _counting_period(entry: Entry) -> Period | None:
    """Return when an entry was submitted, if it was in time and is not withdrawn."""
    assert entry.challenge
    deadline = entry.challenge.deadline
    when = period(entry.manifest.submitted, deadline.tzinfo)
    if when is None or when.first >= seconds(deadline) or entry.manifest.status == "withdrawn":
        return None
    return when


def _judged(board: list[_Contender]) -> Iterator[Finding]:
    """Yield the findings about the entries of one task."""
    challenge = board[0].entry.challenge
    assert challenge
    limit = challenge.entry_limit
    verdict = judge([Submission(one.period, one.members) for one in board], limit)
    for number, reasons in verdict.falls.items():
        yield _too_many(board, board[number], reasons, limit)
    for tie in verdict.ties:
        yield _undecided(board, tie, limit)


def _too_many(
    board: list[_Contender], fallen: _Contender, reasons: list[Full], limit: int
) -> Finding:
    """Say that an entry falls: because of whom, and which entries came first."""
    why = {fallen.sorted(full.group.persons)[0]: full for full in reasons}
    first, *others = fallen.sorted(person for full in reasons for person in full.group.persons)
    full = why[first]
    message = f"{fallen.called(first)} has already contributed to {limit} entries of "
    message += fallen.entry.manifest.task
    message += ": " if full.decided else ", in whatever order these came: "
    message += _dated([board[number] for number in full.earlier], full.count)
    labels = [
        label
        for person in fallen.sorted(why)
        for label in _before(board, why[person], person, limit)
    ]
    labels += [fallen.at(person, f"also in {limit} before") for person in others]
    primary = fallen.at(first, f"one too many, {fallen.date}")
    return Finding("MN601", message + _also(fallen, others), primary, tuple(labels))


def _before(board: list[_Contender], full: Full, person: Person, limit: int) -> Iterator[Label]:
    """Point at a person in each of the entries that came first."""
    for place, number in enumerate(full.earlier, 1):
        what = f"entry {place} of {limit}" if full.decided else "before"
        yield board[number].at(person, f"{what}, {board[number].date}")


def _undecided(board: list[_Contender], tie: Tie, limit: int) -> Finding:
    """Say that some of a person's entries fall, and that their dates do not tell which."""
    candidates = [board[number] for number in tie.candidates]
    standing = [board[number] for number in tie.standing]
    last = candidates[-1]
    first, *others = last.sorted(tie.group.persons)
    number = "one" if tie.falling == 1 else f"{tie.falling:,}"
    message = f"{'' if tie.exact else 'at least '}{number} of these fall"
    message += "s" if tie.falling == 1 else ""
    message += f", but their dates do not tell which: {_dated(candidates, len(candidates))}; "
    message += f"{last.called(first)} has {len(candidates) + len(standing):,} entries of "
    message += f"{last.entry.manifest.task}, {limit} are allowed{_also(last, others)}"
    labels = [one.at(first, f"may fall, {one.date}") for one in candidates[:-1]]
    labels += [one.at(first, f"stands, {one.date}") for one in standing]
    labels += [last.at(person, "in all of these too") for person in others]
    return Finding("MN602", message, last.at(first, f"may fall, {last.date}"), tuple(labels))


def _dated(entries: list[_Contender], count: int) -> str:
    listed = ", ".join(f"{one.id} ({one.date})" for one in entries)
    return listed + (f" and {count - len(entries):,} more" if count > len(entries) else "")


def _also(entry: _Contender, persons: list[Person]) -> str:
    if not persons:
        return ""
    names = ", ".join(entry.called(person) for person in persons[:_MOST_NAMES])
    rest = len(persons) - _MOST_NAMES
    return f"; the same goes for {names}" + (f" and {rest:,} more" if rest > 0 else "")
