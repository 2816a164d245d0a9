"""Identities across teams: what makes two members one person, and what does not."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micronet_spec.manifest.entry import Member, Team
from micronet_spec.people import identify

Place = tuple[int, int]


def team(name: str, *members: tuple[str | None, str | None]) -> Team:
    return Team(name=name, members=tuple(Member(name=n, github=g) for n, g in members))


def same(one: Team, other: Team) -> bool:
    """Tell whether the only member of `one` is the only member of `other`."""
    [first], [second] = identify([one, other])
    return first == second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (team("X", ("Ada", "ada")), team("Y", ("A. Lovelace", "ada"))),
        (team("X", (None, "ada-L")), team("Y", (None, "Ada-l"))),
        (team("X", ("Ada Lovelace", "ada")), team("X", ("Ada Lovelace", None))),
        (team("X", ("Ada Lovelace", None)), team("X", ("Ada Lovelace ", None))),
        (team("X", ("Jos\u00e9", None)), team("X", ("Jose\u0301", None))),
        (team("\u00c9quipe ", ("Ada", None)), team("E\u0301quipe", ("Ada", None))),
    ],
    ids=["handle", "handle in other case", "name in one team", "blank", "composed", "team's name"],
)
def test_exact_evidence_makes_one_person(one: Team, other: Team) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (team("X", ("Wei Wang", None)), team("Y", ("Wei Wang", None))),
        (team("X", ("Ada Lovelace", None)), team("X", ("ada lovelace", None))),
        (team("X", ("Ada Lovelace", None)), team("X", ("A. Lovelace", None))),
        (team("X", ("Ada  Lovelace", None)), team("X", ("Ada Lovelace", None))),
        (team("X", ("José", None)), team("X", ("Jose", None))),
        (team("X", (None, "ada")), team("X", (None, "ada-l"))),
        (team("X", ("ada", None)), team("X", (None, "ada"))),
        (team("X", ("Ada", None)), team("x", ("Ada", None))),
    ],
    ids=["teams", "case", "initial", "inner blank", "accent", "handles", "kinds", "team's case"],
)
def test_what_only_looks_alike_stays_apart(one: Team, other: Team) -> None:
    assert not same(one, other)


def test_a_handle_and_a_name_join_members_that_share_neither() -> None:
    known = team("X", ("Ada Lovelace", "ada"))
    by_name, by_handle = team("X", ("Ada Lovelace", None)), team("Y", ("Countess", "ADA"))
    persons = identify([by_name, by_handle, known])
    assert persons[0] == persons[1] == persons[2]


def test_a_person_named_twice_in_one_team_is_one_at_the_first_place() -> None:
    members = (("Bob", None), ("Ada", None), ("A. L.", "ada"), ("Ada", "Ada"))
    [persons] = identify([team("X", *members)])
    assert sorted(persons.values()) == [0, 1]


def test_a_member_without_handle_and_name_is_nobody() -> None:
    one, other = team("X", (None, None), ("\u00a0", None)), team("X", (" ", None))
    assert identify([one, other]) == [{}, {}]


teams = st.lists(
    st.builds(
        lambda name, members: team(name, *members),
        st.sampled_from("XY"),
        st.lists(
            st.tuples(
                st.sampled_from([None, "Ada", "Bob", "Bob ", "Eve"]),
                st.sampled_from([None, "a", "A", "b", "c"]),
            ),
            min_size=1,
            max_size=3,
        ),
    ),
    max_size=5,
)


@given(teams)
def test_persons_are_the_closure_of_what_two_members_share(board: list[Team]) -> None:
    members = {
        (row, place): (board[row].name, member)
        for row in range(len(board))
        for place, member in enumerate(board[row].known_members)
        if member.name or member.github
    }
    found = {
        (row, place): next(
            person for person, first in persons.items() if first == _first(members, row, place)
        )
        for row, persons in enumerate(identify(board))
        for (other_row, place) in members
        if other_row == row
    }
    for one, other in combinations(members, 2):
        assert (found[one] == found[other]) == (other in _reached(members, one))


def _alike(one: tuple[str, Member], other: tuple[str, Member]) -> bool:
    (team_one, a), (team_other, b) = one, other
    if a.github and b.github and a.github.lower() == b.github.lower():
        return True
    names = a.name and b.name and a.name.strip() == b.name.strip()
    return bool(names and team_one == team_other)


def _reached(members: dict[Place, tuple[str, Member]], start: Place) -> set[Place]:
    reached, waiting = {start}, [start]
    while waiting:
        here = members[waiting.pop()]
        fresh = {place for place in members if _alike(here, members[place])} - reached
        reached |= fresh
        waiting += fresh
    return reached


def _first(members: dict[Place, tuple[str, Member]], row: int, place: int) -> int:
    return min(p for r, p in _reached(members, (row, place)) if r == row)
