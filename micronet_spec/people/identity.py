"""Mentions joined into persons by exact evidence.

The same public id is the same person anywhere. The same full name is the same person only among
entries of one team: strangers share names. What the organizers state joins, or keeps a name from
joining. Nothing that merely looks alike counts.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator

from micronet_spec.people.mention import Mention, PublicId

Person = int
"""A number for a person; `Identities.person` says which numbers are the same one."""

NOBODY: Person = -1
"""The number of a member with neither name nor id, who could not be known again."""

_NAME = "\0"
"""Begins a piece of evidence that is a name in a team; no id has it."""


class Identities:
    """Pieces of evidence, joined into sets that are one person each."""

    def __init__(self, namesakes: Collection[PublicId] = ()) -> None:
        """Begin with nobody; who has one of the ids `namesakes` is not known by a name."""
        self._namesakes = namesakes
        self._numbers: dict[str, int] = {}
        self._parents = array("q")
        self._sizes = array("q")
        self._unjoined: list[tuple[int, str]] = []
        """Names of namesakes, which are no evidence."""

    def __len__(self) -> int:
        """Return how many numbers there are."""
        return len(self._parents)

    def add(self, mention: Mention) -> Person:
        """Return a number for the person of a mention, or `NOBODY`."""
        namesake = bool(self._namesakes) and any(one in self._namesakes for one in mention.ids)
        evidence = pieces(mention._replace(name="") if namesake else mention)
        if not evidence:
            return NOBODY
        number = self.join(evidence)
        if namesake and mention.name:
            self._unjoined.append((number, mention.name))
        return number

    def join(self, pieces: Iterable[str]) -> Person:
        """Make pieces of evidence one person; return a number of it."""
        first, *others = [self._number(piece) for piece in pieces]
        for other in others:
            self._join(first, other)
        return first

    def known(self, mention: Mention) -> Person:
        """Return the person that a mention is known as, by an id before the name, or `NOBODY`."""
        for piece in pieces(mention):
            if piece in self._numbers:
                return self.person(self._numbers[piece])
        return NOBODY

    def person(self, number: Person) -> Person:
        """Return the one number that stands for a person."""
        parents = self._parents
        while (parent := parents[number]) != number:
            parents[number] = number = parents[parent]
        return number

    def names(self) -> Iterator[tuple[Person, str]]:
        """Yield every person with every name it has in a team."""
        for piece, number in self._numbers.items():
            if piece.startswith(_NAME):
                yield self.person(number), piece.rpartition(_NAME)[2]
        for number, name in self._unjoined:
            yield self.person(number), name

    def ids(self) -> Iterator[tuple[Person, PublicId]]:
        """Yield every person with every id."""
        for piece, number in self._numbers.items():
            if not piece.startswith(_NAME):
                site, _, text = piece.partition(":")
                yield self.person(number), (site, text)

    def _number(self, piece: str) -> int:
        number = self._numbers.setdefault(piece, len(self._parents))
        if number == len(self._parents):
            self._parents.append(number)
            self._sizes.append(1)
        return number

    def _join(self, one: int, other: int) -> None:
        small, large = sorted((self.person(one), self.person(other)), key=self._sizes.__getitem__)
        if small != large:
            self._parents[small] = large
            self._sizes[large] += self._sizes[small]


def pieces(mention: Mention) -> list[str]:
    """Return the evidence that a mention gives."""
    listed = [f"{site}:{text}" for site, text in mention.ids]
    if mention.name:
        listed.append(f"{_NAME}{mention.team}{_NAME}{mention.name}")
    return listed
