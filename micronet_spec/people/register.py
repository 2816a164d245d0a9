"""The register of persons: for each task the entries, and how many more there may be."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from micronet_spec.people.census import Census, Contest
from micronet_spec.people.mention import PublicId

if TYPE_CHECKING:
    from micronet_spec.people.identity import Person


@dataclass(slots=True)
class Share:
    """What a person has in one task."""

    contest: Contest
    standing: list[str] = field(default_factory=list)
    """Entries that count, whatever the order of submission."""
    undecided: list[str] = field(default_factory=list)
    """Entries that fall or stand: the order that decides it is not known."""
    fallen: list[str] = field(default_factory=list)
    """Entries that are too many for this person or another member."""

    @property
    def slots_left(self) -> int:
        """How many more entries the person may have for certain."""
        return max(0, self.contest.limit - len(self.standing) - len(self.undecided))


@dataclass(frozen=True, slots=True)
class Registered:
    """A person as the entries name it, and the tasks it has entries in."""

    names: list[str]
    ids: list[PublicId]
    shares: list[Share]

    @property
    def name(self) -> str:
        """What to call the person: the first name, else the first id."""
        return self.names[0] if self.names else self.ids[0][1]


def register(census: Census) -> list[Registered]:
    """Return every person with entries in time, those with the fewest slots left first."""
    shares: dict[Person, dict[Contest, Share]] = defaultdict(dict)
    for board in census.boards:
        for number in board.entries:
            for person in census.members(number):
                share = shares[person].setdefault(board.contest, Share(board.contest))
                listed = share.standing
                if number in board.fallen:
                    listed = share.fallen
                elif number in board.undecided:
                    listed = share.undecided
                listed.append(census.entries[number])
    people = [
        Registered(census.names.get(person, []), census.ids.get(person, []), list(each.values()))
        for person, each in shares.items()
    ]
    return sorted(
        people,
        key=lambda one: (min(share.slots_left for share in one.shares), one.name.casefold()),
    )
