"""Entries per person and task, over all teams (E1)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding, Label
from micronet_spec.people.aliases import Aliases
from micronet_spec.people.census import Board, Census, Suspicion
from micronet_spec.people.entries import census_of, submitted
from micronet_spec.people.identity import Person
from micronet_spec.people.names import fold, relation, table
from micronet_spec.people.quota import Full, Tie
from micronet_spec.people.similar import Crowd
from micronet_spec.rules.registry import board_check

_MOST_NAMES = 5
_MOST_PLACES = 20
"""So many persons of one entry, or places of one who may be another, are pointed at."""


@dataclass(frozen=True, slots=True)
class _Contender:
    """An entry, and where each of its persons stands among the members of the team."""

    entry: Entry
    members: dict[Person, int]

    @property
    def id(self) -> str:
        return self.entry.id

    @property
    def date(self) -> str:
        return submitted(self.entry)

    def at(self, person: Person, text: str) -> Label:
        """Point at a person."""
        place = ("team", "members", self.members[person])
        for field in ("name", "github", "orcid", "ids"):
            if (*place, field) in self.entry.document.nodes:
                return Label(self.entry.document, (*place, field), text)
        return self.entry.at(*place, text=text)

    def called(self, person: Person) -> str:
        """Return the name or an id of a person, as this entry gives it."""
        member = self.entry.manifest.team.known_members[self.members[person]]
        ids = [member.github, member.orcid, *member.ids.values()]
        return (member.name or "").strip() or next(filter(None, ids), "")

    def sorted(self, persons: Iterable[Person]) -> list[Person]:
        """Return `persons` as this entry lists them."""
        return sorted(persons, key=self.members.__getitem__)


@board_check
def entry_limit(entries: Sequence[Entry]) -> Iterator[Finding]:
    """MN601, MN602, MN603, MN615: more entries of a person in a task than are allowed, perhaps."""
    yield from about(*census_of(entries), entries)


def about(census: Census, aliases: Aliases, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield the findings about a census of `entries`, and about the aliases it was told."""
    yield from aliases.findings
    yield from _statements(census)
    for board in census.boards:
        yield from _judged(board, census, entries)
    for suspicion in census.suspicions():
        yield _suspected(suspicion, census, entries)
    for board, crowds in census.crowds():
        yield _crowded(board, crowds, census, entries)


def _statements(census: Census) -> Iterator[Finding]:
    """Yield what is wrong with what the organizers state of persons."""
    for stated, key, index in census.absent:
        yield Finding("MN608", "no entry names this person", stated.at(key, index, text="nobody"))
    for stated in census.contradictions():
        message = "the entries' own ids make one person of these, or a statement does"
        yield Finding("MN610", message, stated.at("different", key=True, text="are one"))


def _judged(board: Board, census: Census, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield the findings about the entries of one task."""
    verdict = board.verdict
    if not (verdict.falls or verdict.ties):
        return
    contenders = [_Contender(entries[number], census.members(number)) for number in board.entries]
    limit = board.contest.limit
    for number, reasons in verdict.falls.items():
        yield _too_many(contenders, contenders[number], reasons, limit)
    for tie in verdict.ties:
        yield _undecided(contenders, tie, limit)


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
        for person in fallen.sorted(why)[:_MOST_PLACES]
        for label in _before(board, why[person], person, limit)
    ]
    shown = others[:_MOST_PLACES]
    labels += [fallen.at(person, f"also in {limit} before") for person in shown]
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
    labels += [last.at(person, "in all of these too") for person in others[:_MOST_PLACES]]
    return Finding("MN602", message, last.at(first, f"may fall, {last.date}"), tuple(labels))


def _dated(entries: list[_Contender], count: int) -> str:
    listed = ", ".join(f"{one.id} ({one.date})" for one in entries)
    return listed + (f" and {count - len(entries):,} more" if count > len(entries) else "")


def _also(entry: _Contender, persons: list[Person]) -> str:
    names = _some([entry.called(person) for person in persons])
    return f"; the same goes for {names}" if names else ""


def _suspected(suspicion: Suspicion, census: Census, entries: Sequence[Entry]) -> Finding:
    """Say that some may be one person, who would have too many entries, and why."""
    contenders = [
        _Contender(entries[number], census.members(number)) for number in suspicion.entries
    ]
    labels: list[Label] = []
    named: list[str] = []
    for person in suspicion.persons:
        of_person = [one for one in contenders if person in one.members]
        why = _likeness(census, suspicion.persons[0], person)
        labels += [one.at(person, f"{one.date}; {why}") for one in of_person]
        named.append(f"{of_person[0].called(person)} ({', '.join(one.id for one in of_person)})")
    contest = suspicion.board.contest
    message = f"if these are one person, {len(contenders):,} entries of {contest.task} are theirs, "
    message += f"{contest.limit} are allowed: {_some(named)}"
    return Finding("MN603", message, labels[0], tuple(labels[1:_MOST_PLACES]))


def _crowded(
    board: Board, crowds: Sequence[Crowd], census: Census, entries: Sequence[Entry]
) -> Finding:
    """Say that some names are so common that not all pairs of them were compared."""
    largest = crowds[0]
    number = next(n for n in board.entries if largest.person in census.members(n))
    first = _Contender(entries[number], census.members(number))
    message = f"{largest.names:,} names of {board.contest.task} share a word and initials, or all "
    message += f"letters: each was compared only with the {table().neighbours} that follow it in "
    message += "alphabetical order"
    if others := len(crowds) - 1:
        message += f"; the same goes for {others:,} smaller crowd{'s' * (others > 1)}"
    return Finding("MN615", message, first.at(largest.person, "the first of them"))


def _likeness(census: Census, first: Person, other: Person) -> str:
    """Say what names two persons have in common, and by which ids they differ."""
    ids = ", ".join(f"{site} {text}" for site, text in census.ids.get(other, ())) or "no id"
    if first == other:
        return ids
    grades = (
        (grade, one, name)
        for one in census.names[first]
        for name in census.names[other]
        if (grade := relation(fold(one), fold(name)))
    )
    best = min(grades, default=None)
    return f"{best[0].text} as {best[1]}, {ids}" if best else ids


def _some(named: Sequence[str]) -> str:
    rest = len(named) - _MOST_NAMES
    return ", ".join(named[:_MOST_NAMES]) + (f" and {rest:,} more" if rest > 0 else "")
