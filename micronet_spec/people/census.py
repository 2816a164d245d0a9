"""All entries with their persons: who is in what, who has too many, and who may be one.

Works on light records, so that a board of a million entries can be asked too; time and memory
grow with the number of memberships.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from micronet_spec.challenge.dates import Period
from micronet_spec.listing import Stated
from micronet_spec.people.aliases import NO_ALIASES, Alias, Aliases, Place
from micronet_spec.people.identity import NOBODY, Identities, Person
from micronet_spec.people.mention import ORCID, Mention, PublicId
from micronet_spec.people.quota import Submission, Verdict, judge
from micronet_spec.people.similar import Alike, Crowd, alike

Mark = tuple[str, int]

_MOST_GROUPS = 20
"""So many ways to divide a crowd of namesakes are looked at."""


class Contest(NamedTuple):
    """A task, and how many entries a person may have in it."""

    challenge: str
    task: str
    limit: int


class Record(NamedTuple):
    """What matters of an entry here."""

    entry: str
    contest: Contest
    period: Period | None
    """When it was submitted; None if it does not count for its members."""
    members: Sequence[Mention]


@dataclass(frozen=True)
class Board:
    """The entries of one contest that count, in the order of submission."""

    contest: Contest
    entries: tuple[int, ...]
    """Numbers of records."""
    verdict: Verdict
    """Its numbers are places in `entries`."""

    @cached_property
    def fallen(self) -> frozenset[int]:
        """Numbers of the records that fall in any order."""
        return frozenset(self.entries[place] for place in self.verdict.falls)

    @cached_property
    def undecided(self) -> frozenset[int]:
        """Numbers of the records that fall or stand, depending on an unknown order."""
        ties = self.verdict.ties
        return frozenset(self.entries[place] for tie in ties for place in tie.candidates)


@dataclass(frozen=True)
class Suspicion:
    """Persons who would have too many entries of a contest if they were one."""

    board: Board
    persons: tuple[Person, ...]
    entries: tuple[int, ...]
    """Numbers of the records that they have together, without those that fall anyway."""


class Census:
    """The entries of all boards, and their persons."""

    def __init__(self, records: Iterable[Record], aliases: Aliases = NO_ALIASES) -> None:
        """Read `records`, each once; members are not kept."""
        self._aliases = aliases
        self._identities = Identities(aliases.namesakes)
        self.entries: list[str] = []
        self._contests: list[tuple[Contest, Period | None]] = []
        self._numbers = array("q")
        self._starts = array("q", [0])
        for record in records:
            self.entries.append(record.entry)
            self._contests.append((record.contest, record.period))
            self._numbers.extend(map(self._identities.add, record.members))
            self._starts.append(len(self._numbers))
        self.absent: list[Place] = aliases.join(self._identities)
        """Persons of aliases whom no entry names."""

    def members(self, number: int) -> dict[Person, int]:
        """Return the persons of a record, and the place of the first member that names each."""
        persons: dict[Person, int] = {}
        start, end = self._starts[number : number + 2]
        for place, each in enumerate(self._numbers[start:end]):
            if each != NOBODY:
                persons.setdefault(self._identities.person(each), place)
        return persons

    @property
    def memberships(self) -> int:
        """How many members all entries have together."""
        return len(self._numbers)

    @property
    def unknowable(self) -> int:
        """How many memberships have neither name nor id."""
        return self._numbers.count(NOBODY)

    @cached_property
    def boards(self) -> list[Board]:
        """The contests with the entries that count, and who falls in each."""
        contests: dict[Contest, list[int]] = defaultdict(list)
        for number, (contest, period) in enumerate(self._contests):
            if period:
                contests[contest].append(number)
        return [self._board(contest, numbers) for contest, numbers in contests.items()]

    def _board(self, contest: Contest, numbers: list[int]) -> Board:
        numbers.sort(key=lambda number: (self._period(number), self.entries[number]))
        submissions = [
            Submission(self._period(number), tuple(self.members(number))) for number in numbers
        ]
        return Board(contest, tuple(numbers), judge(submissions, contest.limit))

    def _period(self, number: int) -> Period:
        period = self._contests[number][1]
        assert period
        return period

    @cached_property
    def ids(self) -> dict[Person, list[PublicId]]:
        """The ids of every person who has one."""
        ids: dict[Person, list[PublicId]] = defaultdict(list)
        for person, one in self._identities.ids():
            ids[person].append(one)
        return ids

    def contradictions(self) -> Iterator[Stated[Alias]]:
        """Yield statements that persons are different who are one by an id."""
        for stated, persons in self._aliases.different(self._identities):
            if len(set(persons)) < len(persons):
                yield stated

    @cached_property
    def names(self) -> dict[Person, list[str]]:
        """The names of every person who has one."""
        names: dict[Person, list[str]] = defaultdict(list)
        for person, name in self._identities.names():
            if name not in names[person]:
                names[person].append(name)
        return names

    def suspicions(self) -> Iterator[Suspicion]:
        """Yield persons with names alike who together have more entries than one may have."""
        groups = {contest: found.groups for contest, found in self._alike.items()}
        suspects = {one for found in groups.values() for group in found for one in group}
        if suspects:
            marks = self._marks(suspects)
            for board in self.boards:
                yield from self._suspicions(board, groups[board.contest], marks)

    def crowds(self) -> Iterator[tuple[Board, list[Crowd]]]:
        """Yield the boards with names of which not all pairs were compared, most names first."""
        for board in self.boards:
            if crowds := self._alike[board.contest].crowds:
                yield board, sorted(crowds, key=lambda crowd: -crowd.names)

    @cached_property
    def _alike(self) -> dict[Contest, Alike]:
        """Whose names are alike, by the contest in which they would have too many entries."""
        return {
            board.contest: alike(
                self._identities.names(), self._standing(board), board.contest.limit
            )
            for board in self.boards
        }

    def _standing(self, board: Board) -> Counter[Person]:
        """Return how many entries of every person do not fall."""
        standing = (number for number in board.entries if number not in board.fallen)
        return Counter(person for number in standing for person in self.members(number))

    def _suspicions(
        self, board: Board, groups: list[tuple[Person, ...]], marks: dict[Person, set[Mark]]
    ) -> Iterator[Suspicion]:
        entries = self._entries_of(board, marks)
        places = {n: place for place, n in enumerate(board.entries)}
        said: dict[Person, set[int]] = defaultdict(set)
        for number, group in enumerate(groups):
            for persons in _compatible(group, marks):
                together = {entry for person in persons for entry in entries[person]}
                earlier = Counter(each for person in persons for each in said[person])
                # Two of them are one suspicion already; a third adds little.
                if len(together) > board.contest.limit and max(earlier.values(), default=0) < 2:  # noqa: PLR2004
                    for person in persons:
                        said[person].add(number)
                    ordered = tuple(sorted(together, key=places.__getitem__))
                    yield Suspicion(board, tuple(persons), ordered)

    def _entries_of(self, board: Board, persons: Collection[Person]) -> dict[Person, list[int]]:
        """Return the entries of `persons` that do not fall."""
        entries: dict[Person, list[int]] = defaultdict(list)
        for number in board.entries:
            if number not in board.fallen:
                for person in self.members(number):
                    if person in persons:
                        entries[person].append(number)
        return entries

    def _marks(self, suspects: Collection[Person]) -> dict[Person, set[Mark]]:
        """Return marks of which no two persons have the same if they are one.

        Nobody is listed twice in one team, is said to be somebody else, or has two ORCIDs.
        """
        marks: dict[Person, set[Mark]] = {person: set() for person in suspects}
        lists: Iterator[tuple[Mark, Iterable[Person]]] = chain(
            ((("entry", n), self.members(n)) for n in range(len(self.entries))),
            (
                (("stated", n), persons)
                for n, (_, persons) in enumerate(self._aliases.different(self._identities))
            ),
        )
        for mark, persons in lists:
            for person in persons:
                if person in marks:
                    marks[person].add(mark)
        for person in suspects:
            marks[person].update((site, 0) for site, _ in self.ids.get(person, ()) if site == ORCID)
        return marks


def _compatible(persons: Sequence[Person], marks: dict[Person, set[Mark]]) -> list[list[Person]]:
    """Divide `persons` so that nobody is with somebody else for certain.

    In a crowd only the first groups are filled.
    """
    groups: list[tuple[list[Person], set[Mark]]] = []
    for person in persons:
        for group, taken in groups:
            if taken.isdisjoint(marks[person]):
                group.append(person)
                taken.update(marks[person])
                break
        else:
            if len(groups) < _MOST_GROUPS:
                groups.append(([person], set(marks[person])))
    return [group for group, _ in groups if len(group) > 1]
