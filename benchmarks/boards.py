"""Boards of light records from a seed, with planted violations, aliases, chains and names alike.

Three members an entry. Most teams enter one to three times; every `PLANTED`-th team is one of the
kinds in `_PLANTS`, each of which says what must be found of it.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from micronet_spec.challenge.dates import Period
from micronet_spec.document import Document
from micronet_spec.listing import Stated
from micronet_spec.people.aliases import Alias, Aliases, Who
from micronet_spec.people.census import Contest, Record
from micronet_spec.people.mention import Mention, PublicId

PLANTED = 50
"""Every so many teams one is planted."""
CONTESTS = tuple(
    Contest("micronet-2019", task, 3) for task in ("cifar100", "imagenet", "wikitext103")
)
_SYLLABLES = [a + b for a in "bdfghklmnprstvyz" for b in ("a", "e", "i", "o")]
_NAMED_ONLY = 0.4
"""Share of members without an id."""

Members = tuple[Mention, ...]


@dataclass
class Board:
    """A generator of records, and what must be found of those it has made."""

    size: int
    seed: int
    falls: set[str] = field(default_factory=set)
    """Entries that are one too many."""
    undecided: set[str] = field(default_factory=set)
    """Entries of which some are too many, but their order does not tell which."""
    suspected: set[frozenset[str]] = field(default_factory=set)
    """Entries of persons whose names are alike and who have too many together."""
    statements: list[Stated[Alias]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self._made = 0

    def aliases(self) -> Aliases:
        """Return what is stated of the persons of this board; it does not depend on the records."""
        other = Board(self.size, self.seed)
        for _ in other.records():
            pass
        return Aliases(tuple(other.statements))

    def records(self) -> Iterator[Record]:
        """Yield `size` records, a few more to end the last team."""
        team = 0
        while self._made < self.size:
            team += 1
            if team % PLANTED == 0:
                yield from _PLANTS[team // PLANTED % len(_PLANTS)](self, team)
            else:
                members = tuple(self.member(team, place) for place in range(3))
                for _ in range(self.rng.randint(1, 3)):
                    yield self.entry(team, members)

    def entry(self, team: int, members: Members) -> Record:
        """Return the next entry of a team."""
        self._made += 1
        contest = CONTESTS[team % len(CONTESTS)]
        return Record(f"{contest.task}/{self._made}", contest, self.instant(), members)

    def instant(self) -> Period:
        """Return when the next entry was submitted: a second after the one before."""
        return Period(self._made, self._made)

    def member(self, team: int, place: int) -> Mention:
        """Return a member nobody shares, known by a name and perhaps an id."""
        ids = () if self.rng.random() < _NAMED_ONLY else (("github", f"h{team}-{place}"),)
        return Mention(f"Team {team}", self.name(), ids)

    def name(self) -> str:
        """Return one of about 10^9 names, so that few are alike by chance."""
        given, family = (
            "".join(self.rng.choices(_SYLLABLES, k=count)).capitalize() for count in (2, 3)
        )
        return f"{given} {family}"

    def alone(self, team: int, *members: Mention) -> list[Record]:
        """Return an entry of each of `members` in teams of their own, beside somebody else."""
        return [
            self.entry(team, (one._replace(team=f"Team {team} {n}"), self.member(team, n)))
            for n, one in enumerate(members)
        ]


def _same_handle(board: Board, team: int) -> Iterator[Record]:
    """Yield four entries of one handle, in different names and teams; the last falls."""
    made = _of_one(board, team, 4)
    board.falls.add(made[-1].entry)
    yield from made


def _chain(board: Board, team: int) -> Iterator[Record]:
    """Yield four entries of a person whose ids only join in a chain; the last falls."""
    ids: list[PublicId] = [("github", f"c{team}"), ("orcid", f"o{team}"), ("kaggle", f"k{team}")]
    held = (ids[:1], ids[:2], ids[1:], ids[2:])
    made = board.alone(team, *(Mention("", "", tuple(each)) for each in held))
    board.falls.add(made[-1].entry)
    yield from made


def _not_counting(board: Board, team: int) -> Iterator[Record]:
    """Yield five entries of one handle of which the second does not count; the last falls."""
    made = _of_one(board, team, 5)
    made[1] = made[1]._replace(period=None)
    board.falls.add(made[-1].entry)
    yield from made


def _freed(board: Board, team: int) -> Iterator[Record]:
    """Yield a fourth entry that falls, and three more of its other member, which all stand."""
    *first, fourth = _of_one(board, team, 4)
    other = Mention("", board.name(), (("github", f"q{team}"),))
    board.falls.add(fourth.entry)
    yield from (*first, fourth._replace(members=(fourth.members[0], other)))
    yield from board.alone(team, *[other] * 3)


def _tied(board: Board, team: int) -> Iterator[Record]:
    """Yield two entries of one handle, and then two at one second: one of these falls."""
    made = _of_one(board, team, 4)
    made[2] = made[2]._replace(period=made[3].period)
    board.undecided.update(record.entry for record in made[2:])
    yield from made


def _of_one(board: Board, team: int, count: int) -> list[Record]:
    """Return entries of one handle in different names and teams."""
    handle: PublicId = ("github", f"p{team}")
    return board.alone(team, *(Mention("", board.name(), (handle,)) for _ in range(count)))


def _alias(board: Board, team: int) -> Iterator[Record]:
    """Yield two entries each of two handles that are said to be one person; the last falls."""
    handles = (f"a{team}", f"b{team}")
    made = board.alone(team, *(Mention("", "", (("github", handles[n // 2]),)) for n in range(4)))
    board.falls.add(made[-1].entry)
    said = Alias(
        same=tuple(Who(github=handle) for handle in handles),
        reason="planted",
        decided_by="the benchmark",
        date="2019-10-20",
    )
    board.statements.append(Stated(said, Document(Path("aliases.yaml"), ""), ()))
    yield from made


def _alike(board: Board, team: int) -> Iterator[Record]:
    """Yield two entries each of two teams whose members are alike by name; none falls."""
    given, family = board.name().split()
    other = board.rng.choice((f"{family} {given}", f"{given[0]}. {family}", f"{given} {family}n"))
    pair = [Mention(f"Team {team} a", f"{given} {family}"), Mention(f"Team {team} b", other)]
    made = [board.entry(team, (one, board.member(team, n))) for n, one in enumerate(pair * 2)]
    board.suspected.add(frozenset(record.entry for record in made))
    yield from made


_PLANTS: tuple[Callable[[Board, int], Iterator[Record]], ...] = (
    _same_handle,
    _chain,
    _alias,
    _alike,
    _not_counting,
    _freed,
    _tied,
)
