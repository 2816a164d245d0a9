"""Entries as the light records that a census reads."""

from collections.abc import Sequence

from micronet_spec.challenge.dates import Period, period, seconds
from micronet_spec.entry.entry import Entry
from micronet_spec.people.aliases import Aliases, aliases_beside
from micronet_spec.people.census import Census, Contest, Record
from micronet_spec.people.mention import mentions

NEEDED = ("challenge", "task", "team", "status")
"""What an entry must have to be counted (`Entry.has`)."""


def census_of(entries: Sequence[Entry]) -> tuple[Census, Aliases]:
    """Count the persons of entries that have what is `NEEDED`, with the aliases beside them."""
    aliases = aliases_beside(entry.document.path for entry in entries)
    return Census(map(record, entries), aliases), aliases


def record(entry: Entry) -> Record:
    """Return what matters of an entry for its members."""
    assert entry.challenge
    manifest = entry.manifest
    contest = Contest(manifest.challenge, manifest.task, entry.challenge.entry_limit)
    return Record(entry.id, contest, _counting_period(entry), mentions(manifest.team))


def submitted(entry: Entry) -> str:
    """Return when an entry was submitted, as it is written."""
    return entry.manifest.submitted if entry.has("submitted") else "undated"


def _counting_period(entry: Entry) -> Period | None:
    """Return when an entry was submitted, if it was in time and is not withdrawn (E1, E6).

    In time is also what the organizers admit. Without a date of the calendar it may have been at
    any time.
    """
    assert entry.challenge
    deadline = seconds(entry.challenge.deadline)
    when = period(submitted(entry), entry.challenge.deadline.tzinfo)
    if when is None:
        when = Period(seconds(entry.challenge.opens), deadline - 1)
    late = when.first >= deadline and not entry.admitted
    return None if late or entry.manifest.status == "withdrawn" else when
