"""The members of a team: who can be known again, and who is named in a way that deceives (E1)."""

import unicodedata
from collections.abc import Iterator

from micronet_spec.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.people.identity import NOBODY, Identities
from micronet_spec.people.mention import ORCID, is_orcid, mentions, public_ids
from micronet_spec.people.scripts import disguise
from micronet_spec.rules.rule import check


@check("team")
def unknown(entry: Entry) -> Iterator[Finding]:
    """MN609: nobody knows who contributed, so no limit can be checked."""
    if not entry.manifest.team.known_members:
        message = "who contributed is not known: the limit of entries cannot be checked"
        yield Finding("MN609", message, entry.at("team", "members"))


@check("team")
def members(entry: Entry) -> Iterator[Finding]:
    """MN604, MN605, MN606, MN607: nobody, listed twice, a wrong ORCID, a disguised name."""
    identities = Identities()
    numbers = [identities.add(mention) for mention in mentions(entry.manifest.team)]
    first: dict[int, int] = {}
    for place, number in enumerate(numbers):
        at = ("team", "members", place)
        if number == NOBODY:
            message = f"member {place + 1} has neither a name nor a public id"
            yield Finding("MN604", message, entry.at(*at, text="who is this?"))
        elif (person := identities.person(number)) in first:
            earlier = entry.at("team", "members", first[person], text="first here")
            message = "this person is listed twice, and counts once"
            yield Finding("MN605", message, entry.at(*at, text="again"), (earlier,))
        else:
            first[person] = place
        yield from _written(entry, place)


def _written(entry: Entry, place: int) -> Iterator[Finding]:
    """Yield what is wrong with how a member is written."""
    member, at = entry.manifest.team.known_members[place], ("team", "members", place)
    for field, (site, text) in public_ids(member):
        if site == ORCID and not is_orcid(text):
            message = f"{text} is no ORCID iD: its last character does not check the others"
            yield Finding("MN606", message, entry.at(*at, *field))
    if member.name and not member.name.isascii() and (what := disguise(member.name)):
        shown = " ".join(
            f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip() for letter in what[:3]
        )
        yield Finding("MN607", f"the name has {shown}", entry.at(*at, "name"))
