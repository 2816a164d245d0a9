"""What the organizers know of persons: `aliases.yaml` beside the entries.

`same` are one person; `different` are not, however alike their names are. Both say who decided it
when, and why.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field

from micronet_spec.finding import Finding
from micronet_spec.listing import Stated, beside, read_listings
from micronet_spec.manifest.entry import Member
from micronet_spec.manifest.types import Day, Listed, Model, Text
from micronet_spec.people.identity import NOBODY, Identities, Person, pieces
from micronet_spec.people.mention import Mention, PublicId, public_ids, trimmed

ALIASES = "aliases.yaml"


class Who(Member):
    """A person, by the ids or the name that an entry gives."""

    model_config = ConfigDict(
        json_schema_extra={
            "dependentRequired": {"name": ["team"]},
            "anyOf": [{"required": [key]} for key in ("name", "github", "orcid", "ids")],
        }
    )

    team: Text | None = None
    """The team in which the name is meant; a name alone names several people."""


_Persons = Annotated[tuple[Who, ...], Listed, Field(min_length=2, max_length=1000)]


class Alias(Model):
    """Persons who are one, or who are not."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [key]} for key in ("same", "different")]}
    )

    same: _Persons | None = None
    """Who is one person."""
    different: _Persons | None = None
    """Who are different people."""
    reason: Text
    """Why."""
    decided_by: Text
    """Who decided it."""
    date: Day
    """When it was decided."""


Place = tuple[Stated[Alias], str, int]
"""A statement, its key, and the number of one of its persons."""


@dataclass(frozen=True)
class Aliases:
    """What is stated, and what is wrong with how it is stated."""

    stated: tuple[Stated[Alias], ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def namesakes(self) -> frozenset[PublicId]:
        """Ids of persons who are said to be different: no name makes them anybody else."""
        return frozenset(
            one
            for stated in self.stated
            for who in stated.item.different or ()
            for one in mention(who).ids
        )

    def join(self, identities: Identities) -> list[Place]:
        """Make one person of those who are said to be the same; return who is not there."""
        absent = [
            (stated, key, index)
            for stated in self.stated
            for key in ("same", "different")
            for index, who in enumerate(getattr(stated.item, key) or ())
            if identities.known(mention(who)) == NOBODY
        ]
        for stated in self.stated:
            if stated.item.same:
                identities.join(piece for who in stated.item.same for piece in pieces(mention(who)))
        return absent

    def different(self, identities: Identities) -> Iterator[tuple[Stated[Alias], list[Person]]]:
        """Yield the persons of every statement that they are different, as far as they are there.

        Asked when all entries have been read.
        """
        for stated in self.stated:
            if stated.item.different:
                found = (identities.known(mention(who)) for who in stated.item.different)
                yield stated, [person for person in found if person != NOBODY]


NO_ALIASES = Aliases()


def aliases_beside(manifests: Iterable[Path]) -> Aliases:
    """Read the files `aliases.yaml` beside the entries. Never raises for what they say."""
    listing = read_listings(beside(ALIASES, manifests), "aliases", Alias)
    valid = tuple(stated for stated in listing.items if not list(_mistakes(stated)))
    mistakes = (finding for stated in listing.items for finding in _mistakes(stated))
    return Aliases(valid, (*listing.findings, *mistakes))


def mention(who: Who) -> Mention:
    """Return a person as a member that names it."""
    ids = tuple(id_ for _, id_ in public_ids(who))
    return Mention(trimmed(who.team or ""), trimmed(who.name or ""), ids)


def _mistakes(stated: Stated[Alias]) -> Iterator[Finding]:
    """Yield what no type can say: one of two keys, and a team beside every name."""
    alias = stated.item
    if (alias.same is None) == (alias.different is None):
        message = "expected `same` or `different`, and not both"
        yield Finding("MN104", message, stated.at(text="here"))
    for key in ("same", "different"):
        for index, who in enumerate(getattr(alias, key) or ()):
            if who.name and not who.team:
                message = "the key `team` is missing: a name alone names several people"
                yield Finding("MN102", message, stated.at(key, index, "name"))
            elif not pieces(mention(who)):
                message = "expected a name and a team, or an id"
                yield Finding("MN102", message, stated.at(key, index))
