"""Who is who across teams, by exact evidence only.

The same GitHub handle is the same person anywhere. The same full name is the same person only
within one team: strangers share names. Nothing that merely looks alike counts.
"""

import unicodedata
from collections.abc import Iterable, Iterator

from micronet_spec.manifest.entry import Member, Team

Person = int
"""A number for a person, the same wherever `identify` found the same person."""

_Evidence = tuple[str, ...]


def identify(teams: Iterable[Team]) -> list[dict[Person, int]]:
    """Return the persons of each team, and the place of the first member that names each.

    A member with neither handle nor name is nobody who could be known again, and is left out.
    """
    same = _Sets()
    named = [
        [
            (place, same.joined(evidence))
            for place, member in enumerate(team.known_members)
            if (evidence := list(_evidence(team, member)))
        ]
        for team in teams
    ]
    return [{same.root(number): place for place, number in reversed(members)} for members in named]


def _evidence(team: Team, member: Member) -> Iterator[_Evidence]:
    if member.github:
        yield "github", member.github.lower()
    if member.name and (name := _trimmed(member.name)):
        yield "name", _trimmed(team.name), name


def _trimmed(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


class _Sets:
    """Pieces of evidence, joined into sets that are one person each."""

    def __init__(self) -> None:
        self._numbers: dict[_Evidence, int] = {}
        self._parents: list[int] = []
        self._sizes: list[int] = []

    def joined(self, evidence: list[_Evidence]) -> int:
        """Make pieces of `evidence` one person; return the number of one of them."""
        first, *others = [self._number(piece) for piece in evidence]
        for other in others:
            self._join(first, other)
        return first

    def root(self, number: int) -> int:
        """Return the number that stands for the whole set."""
        parents = self._parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    def _number(self, piece: _Evidence) -> int:
        number = self._numbers.setdefault(piece, len(self._parents))
        if number == len(self._parents):
            self._parents.append(number)
            self._sizes.append(1)
        return number

    def _join(self, one: int, other: int) -> None:
        small, large = sorted((self.root(one), self.root(other)), key=self._sizes.__getitem__)
        if small != large:
            self._parents[small] = large
            self._sizes[large] += self._sizes[small]
