"""The members of all 55 entries of 2019, as the evidence has them: what is found of them.

A remark after a handle is left out; what is only the name of a commit's author is a name.
"""

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from micronet_spec.challenge.dates import Period
from micronet_spec.document import load
from micronet_spec.people.census import Census, Contest, Record
from micronet_spec.people.mention import Mention
from micronet_spec.people.register import register
from micronet_spec.people.similar import alike

SHARED = Path(__file__).parents[2] / ".." / "shared"
ANY_TIME = Period(0, 1)
_HANDLE = re.compile(r"([A-Za-z0-9-]+)( \((?!commit author name).*\))?")


@pytest.fixture(scope="module")
def records() -> list[Record]:
    if not (SHARED / "evidence" / "teams.yaml").exists():
        pytest.skip("../shared/evidence is not here")
    with (SHARED / "leaderboard.csv").open(encoding="utf-8") as file:
        names = {(row["task"], int(row["position"])): row["name"] for row in csv.DictReader(file)}
    listed = load(SHARED / "evidence" / "teams.yaml").values
    made = []
    for key, team in listed.items():
        task, position, _ = key.split("-", 2)
        members = [mention(names[task, int(position)], each) for each in team["members"]]
        contest = Contest("micronet-2019", task, 3)
        made.append(Record(f"{task}/{key.removeprefix(task)[1:]}", contest, ANY_TIME, members))
    return made


def mention(team: str, member: dict[str, Any]) -> Mention:
    handle = _HANDLE.fullmatch(member["github"] or "")
    ids = (("github", handle[1].lower()),) if handle else ()
    return Mention(team, member["name"] or ("" if handle else member["github"]), ids)


def test_every_membership_is_read(records: list[Record]) -> None:
    assert len(records) == 55
    assert [record.entry for record in records if not record.members] == [
        "imagenet/16-expasoft",
        "wikitext103/04-clova-ai",
    ]
    members = [member for record in records for member in record.members]
    assert len(members) == 189
    assert Counter((bool(member.name), bool(member.ids)) for member in members) == {
        (True, False): 138,
        (True, True): 44,
        (False, True): 7,
    }


def test_nobody_has_too_many_entries_as_far_as_is_known(records: list[Record]) -> None:
    census = Census(records)
    assert not any(board.verdict.falls or board.verdict.ties for board in census.boards)
    people = register(census)
    most = Counter(max(len(share.standing) for share in person.shares) for person in people)
    assert (len(people), most) == (124, {1: 86, 2: 18, 3: 20})
    assert sum(not person.ids for person in people) == 91


def test_names_alike_would_bring_nobody_over_the_limit(records: list[Record]) -> None:
    census = Census(records)
    assert not list(census.suspicions())
    names = [(number, person.names) for number, person in enumerate(register(census))]
    said = [(number, name) for number, listed in names for name in dict.fromkeys(listed)]
    found = alike(said, dict.fromkeys(range(len(names)), 1), 1)
    assert not found.crowds
    groups = [{names[n][1][0] for n in group} for group in found.groups]
    assert sorted(map(sorted, groups)) == [
        [name]
        for name in (
            *("Biyi Fang", "Chirag Patel", "Hsin-Pai Cheng", "Jangho Kim", "Jinwon Lee"),
            *("Kambiz Azarian", "Mi Zhang", "Shen Yan", "Song Han", "Xiao Zeng"),
        )
    ]
