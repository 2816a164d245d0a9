"""Which entries are too many for a person, as far as the order of submission is known.

Entries are taken in the order of submission. One falls if a member has `limit` entries that stand
already; what falls counts for nobody. Where periods overlap, any order is possible. To say exactly
what falls in every order is as hard as satisfiability once the limits of several persons hang
together, so two bounds are kept for each person:

- sure: entries that stand, or that only this person's own limit can bring to fall. If one of them
  fell, the person had `limit` others; so with `limit` of them, the person is at the limit.
- possible: all entries that are not known to fall.

What is said to fall falls in every order, and what is said to stand stands in every order; the
rest is undecided. Nothing is undecided without need where each entry has at most one person, or
persons who enter together, with too many entries.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from micronet_spec.challenge.dates import Period
from micronet_spec.people.identity import Person

_MOST_EARLIER = 10
"""So many entries are kept to show why another falls, if not just `limit` do."""


@dataclass(frozen=True, slots=True)
class Submission:
    """An entry that counts for its persons."""

    period: Period
    persons: Collection[Person]


@dataclass(frozen=True, slots=True)
class Group:
    """Persons who are in just the same entries, more than allowed."""

    persons: tuple[Person, ...]
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Full:
    """A group that is known to be at its limit before an entry."""

    group: Group
    earlier: tuple[int, ...]
    """Entries before that make it so, the first of them if there are many."""
    count: int
    """How many there are: the limit, or more where some of them may have fallen."""
    decided: bool
    """Each of them stands in any order."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Entries of a group of which some fall, but their order does not tell which."""

    group: Group
    candidates: tuple[int, ...]
    standing: tuple[int, ...]
    """The group's entries that stand in any order."""
    falling: int
    """How many of the candidates fall."""
    exact: bool
    """Not more than so many, either."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What falls, by number of the entry and why, and what is undecided."""

    falls: dict[int, list[Full]]
    ties: list[Tie]


def judge(submissions: Sequence[Submission], limit: int) -> Verdict:
    """Take `submissions` in their order and tell which are too many for one of their persons."""
    groups = _groups(submissions, limit)
    sweep = _Sweep(groups, limit)
    for number, starts in _events(submissions, sweep.groups_of):
        if starts:
            sweep.start(number)
        elif number not in sweep.falls:
            sweep.end(number)
    return Verdict(sweep.falls, list(sweep.ties()))


def _groups(submissions: Sequence[Submission], limit: int) -> list[Group]:
    """Return those who are in more than `limit` entries; others never bring one to fall."""
    counts = Counter(person for submission in submissions for person in submission.persons)
    busy = {person for person, count in counts.items() if count > limit}
    entries: dict[Person, list[int]] = defaultdict(list)
    for number, submission in enumerate(submissions):
        for person in submission.persons:
            if person in busy:
                entries[person].append(number)
    together: dict[tuple[int, ...], list[Person]] = defaultdict(list)
    for person, numbers in entries.items():
        together[tuple(numbers)].append(person)
    return [Group(tuple(persons), numbers) for numbers, persons in together.items()]


def _events(
    submissions: Sequence[Submission], relevant: Collection[int]
) -> Iterator[tuple[int, bool]]:
    """Yield the starts and ends of periods in order; at one second the starts come first."""
    events = [
        event
        for number in relevant
        for event in (
            (submissions[number].period.first, 0, number),
            (submissions[number].period.last, 1, number),
        )
    ]
    for _, kind, number in sorted(events):
        yield number, kind == 0


class _Sweep:
    """The bounds of every group while time goes on."""

    def __init__(self, groups: list[Group], limit: int) -> None:
        self.falls: dict[int, list[Full]] = {}
        self.groups_of: dict[int, list[int]] = defaultdict(list)
        self._blockers: dict[int, list[int]] = {}
        """Of every undecided entry, the groups that may be at their limit before it."""
        self._groups, self._limit = groups, limit
        for index, group in enumerate(groups):
            for number in group.entries:
                self.groups_of[number].append(index)
        self._deciding = _deciding(groups, self.groups_of)
        self._sure: list[list[int]] = [[] for _ in groups]
        self._possible = [0] * len(groups)

    def start(self, number: int) -> None:
        """Let an entry fall if a group is sure to be at its limit; all it has is before now."""
        full = [
            self._full(index)
            for index in self.groups_of[number]
            if len(self._sure[index]) >= self._limit
        ]
        if full:
            self.falls[number] = full
            return
        for index in self.groups_of[number]:
            self._possible[index] += 1

    def _full(self, index: int) -> Full:
        sure = self._sure[index]
        # No more than the limit stand for sure, so this ends soon.
        decided = not any(number in self._blockers for number in sure)
        return Full(self._groups[index], tuple(sure[:_MOST_EARLIER]), len(sure), decided)

    def end(self, number: int) -> None:
        """Tell for whom an entry is sure; all that may come before it has started."""
        here = self.groups_of[number]
        blockers = [
            index
            for index in here
            if index in self._deciding and self._possible[index] > self._limit
        ]
        if blockers:
            self._blockers[number] = blockers
        for index in here:
            if not blockers or blockers == [index]:
                self._sure[index].append(number)

    def ties(self) -> Iterator[Tie]:
        """Yield, at the end, the deciding groups with more entries left than can stand."""
        for index in sorted(self._deciding):
            group = self._groups[index]
            left = [number for number in group.entries if number not in self.falls]
            candidates = tuple(number for number in left if number in self._blockers)
            if len(left) > self._limit:
                standing = tuple(number for number in left if number not in self._blockers)
                exact = all(self._blockers[number] == [index] for number in candidates)
                yield Tie(group, candidates, standing, len(left) - self._limit, exact)


def _deciding(groups: list[Group], groups_of: dict[int, list[int]]) -> set[int]:
    """Return the groups whose entries are not all another group's too.

    Such another is at its limit whenever they are, so they bring nothing to fall that stands
    without them.
    """
    members = {number: set(indices) for number, indices in groups_of.items()}
    return {
        index
        for index, group in enumerate(groups)
        if len(set.intersection(*sorted((members[n] for n in group.entries), key=len))) == 1
    }
