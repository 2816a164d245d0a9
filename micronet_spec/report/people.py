"""The register of persons, for people and for programs."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from rich import box
from rich.table import Table

from micronet_spec.people.register import Registered, Share
from micronet_spec.visible import visible

COLUMNS = ("person", "ids", "challenge", "task", "standing", "undecided", "fallen", "slots_left")


def people_table(people: Sequence[Registered]) -> Table:
    """Return a row for every person and task."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("person", "ids", "task", "entries"):
        table.add_column(heading, overflow="fold")
    table.add_column("slots left", justify="right")
    for person in people:
        named = (visible(", ".join(person.names) or person.name), visible(_ids(person)) or "-")
        for share in person.shares:
            table.add_row(*named, share.contest.task, _entries(share), str(share.slots_left))
            named = ("", "")
    return table


def unknown_lines(people: Sequence[Registered], unknowable: int) -> Iterator[str]:
    """Yield what cannot be known of the members."""
    nameless = sum(not person.ids for person in people)
    yield f"{len(people):,} persons; {nameless:,} of them have no public id"
    if nameless:
        yield "  in another team they would not be recognized: a name is shared by strangers"
    if unknowable:
        yield f"  {unknowable:,} members have neither name nor id, and are not counted"


def people_csv(people: Sequence[Registered]) -> str:
    """Return a row for every person and task, several entries of one cell divided by blanks."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for person in people:
        for share in person.shares:
            entries = (" ".join(each) for each in (share.standing, share.undecided, share.fallen))
            row = (person.name, _ids(person), share.contest.challenge, share.contest.task, *entries)
            writer.writerow([*map(_cell, row), share.slots_left])
    return file.getvalue()


def people_json(people: Sequence[Registered], unknowable: int) -> dict[str, Any]:
    """Return every person with its tasks, and what cannot be known."""
    return {
        "people": [
            {
                "person": person.name,
                "names": person.names,
                "ids": [{"site": site, "id": text} for site, text in person.ids],
                "tasks": [
                    {
                        "challenge": share.contest.challenge,
                        "task": share.contest.task,
                        "limit": share.contest.limit,
                        "standing": share.standing,
                        "undecided": share.undecided,
                        "fallen": share.fallen,
                        "slots_left": share.slots_left,
                    }
                    for share in person.shares
                ],
            }
            for person in people
        ],
        "without_id": sum(not person.ids for person in people),
        "memberships_of_nobody": unknowable,
    }


def _ids(person: Registered) -> str:
    return " ".join(f"{site}:{text}" for site, text in person.ids)


def _entries(share: Share) -> str:
    """Return the entries of a task, without the task, and what is said of them."""
    listed = [
        *(_short(entry) for entry in share.standing),
        *(f"{_short(entry)} (may fall)" for entry in share.undecided),
        *(f"{_short(entry)} (falls)" for entry in share.fallen),
    ]
    return visible(", ".join(listed))


def _short(entry: str) -> str:
    return entry.rpartition("/")[2]


def _cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text
