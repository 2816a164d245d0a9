"""The members of a team: who can be known again, and who is named in a way that deceives (E1)."""

import unicodedata
from collections.abc import Iterator

from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding, Label
from micronet_spec.people.identity import NOBODY, Identities
from micronet_spec.people.mention import ORCID, is_orcid, mentions, public_ids
from micronet_spec.people.scripts import disguise
from micronet_spec.rules.registry import check


@check
def nobody(entry: Entry) -> Iterator[Finding]:
    """MN604: neither a name nor a public id."""
    for place, person in enumerate(_persons(entry)):
        if person == NOBODY:
            message = f"member {place + 1} has neither a name nor a public id"
            yield Finding("MN604", message, _member(entry, place, text="who is this?"))


@check
def member_twice(entry: Entry) -> Iterator[Finding]:
    """MN605: a person listed twice."""
    first: dict[int, int] = {}
    for place, person in enumerate(_persons(entry)):
        if person != NOBODY and first.setdefault(person, place) != place:
            earlier = _member(entry, first[person], text="first here")
            message = "this person is listed twice, and counts once"
            yield Finding("MN605", message, _member(entry, place, text="again"), (earlier,))


@check
def wrong_orcid(entry: Entry) -> Iterator[Finding]:
    """MN606: an ORCID iD with a slip."""
    for place, member in enumerate(entry.manifest.team.known_members):
        for field, (site, text) in public_ids(member):
            if site == ORCID and not is_orcid(text):
                message = f"{text} is no ORCID iD: its last character does not check the others"
                yield Finding("MN606", message, _member(entry, place, *field))


@check
def disguised_name(entry: Entry) -> Iterator[Finding]:
    """MN607: letters that are not seen, or that look like others."""
    for place, member in enumerate(entry.manifest.team.known_members):
        if member.name and not member.name.isascii() and (what := disguise(member.name)):
            shown = " ".join(
                f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip() for letter in what[:3]
            )
            yield Finding("MN607", f"the name has {shown}", _member(entry, place, "name"))


def _persons(entry: Entry) -> list[int]:
    """Return a number for every member, the same for the same person."""
    identities = Identities()
    numbers = [identities.add(mention) for mention in mentions(entry.manifest.team)]
    return [it if it == NOBODY else identities.person(it) for it in numbers]


def _member(entry: Entry, place: int, *field: str, text: str = "") -> Label:
    return entry.at("team", "members", place, *field, text=text)
