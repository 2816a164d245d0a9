"""A member as one entry states it: a name, ids, or both, in a form that can be compared."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from micronet_spec.manifest.entry import Member, Team

PublicId = tuple[str, str]
"""A site and an id there, both as they are compared."""

GITHUB, ORCID = "github", "orcid"
_ORCID = re.compile(r"(https?://orcid\.org/)?([0-9]{4}-?){3}[0-9]{3}[0-9Xx]/?")
_CASELESS = {GITHUB, "gitlab", "kaggle"}
"""Sites where ids that differ in case are one."""


class Mention(NamedTuple):
    """A member of a team."""

    team: str
    name: str = ""
    """The full name, or nothing."""
    ids: tuple[PublicId, ...] = ()


def mentions(team: Team) -> tuple[Mention, ...]:
    """Return the members of a team in their order."""
    named = trimmed(team.name)
    return tuple(
        Mention(named, trimmed(member.name or ""), tuple(id_ for _, id_ in public_ids(member)))
        for member in team.known_members
    )


def public_ids(member: Member) -> Iterator[tuple[tuple[str, ...], PublicId]]:
    """Yield the field of every id of a member, and the id as it is compared."""
    if member.github:
        yield (GITHUB,), public_id(GITHUB, member.github)
    if member.orcid:
        yield (ORCID,), public_id(ORCID, member.orcid)
    for site, text in member.ids.items():
        yield ("ids", site), public_id(site, text)


def public_id(site: str, text: str) -> PublicId:
    """Return an id as it is compared, however it is written."""
    if site == ORCID and _ORCID.fullmatch(text):
        digits = text.rstrip("/").rpartition("/")[2].replace("-", "").upper()
        return site, "-".join(digits[at : at + 4] for at in range(0, len(digits), 4))
    return site, text.lower() if site in _CASELESS else text


def is_orcid(text: str) -> bool:
    """Tell whether this is an ORCID iD whose last character checks the others.

    By ISO 7064, MOD 11-2.
    """
    if not _ORCID.fullmatch(text):
        return False
    total = 0
    for digit in text.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    return text[-1] == "0123456789X"[(12 - total % 11) % 11]


def trimmed(text: str) -> str:
    """Return a name without blanks at its ends, in composed characters."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFC", text).strip()
