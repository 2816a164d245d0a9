"""Identities across teams: what makes two members one person, and what does not."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micronet_spec.manifest.entry import Member, Team
from micronet_spec.people.identity import NOBODY, Identities
from micronet_spec.people.mention import is_orcid, mentions, public_id

Place = tuple[int, int]
CARBERRY = "0000-0002-1825-0097"
"""The person that ORCID's own examples are about."""


def team(name: str, *members: tuple[str | None, str | None]) -> Team:
    return Team(name=name, members=tuple(Member(name=n, github=g) for n, g in members))


def identify(teams: list[Team]) -> list[list[int]]:
    """Return the person of every member of every team."""
    identities = Identities()
    numbers = [[identities.add(mention) for mention in mentions(one)] for one in teams]
    return [
        [each if each == NOBODY else identities.person(each) for each in listed]
        for listed in numbers
    ]


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


def test_a_person_named_twice_in_one_team_is_one() -> None:
    members = (("Bob", None), ("Ada", None), ("A. L.", "ada"), ("Ada", "Ada"))
    [[bob, *ada]] = identify([team("X", *members)])
    assert {bob} != set(ada)
    assert len(set(ada)) == 1


def test_a_member_without_id_and_name_is_nobody() -> None:
    one, other = team("X", (None, None), ("\u00a0", None)), team("X", (" ", None))
    assert identify([one, other]) == [[NOBODY, NOBODY], [NOBODY]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Member(orcid=CARBERRY), Member(orcid=f"https://orcid.org/{CARBERRY}/")),
        (Member(orcid=CARBERRY), Member(orcid=CARBERRY.replace("-", ""))),
        (Member(orcid="0000-0002-1694-233X"), Member(ids={"orcid": "0000-0002-1694-233x"})),
        (Member(github="Ada"), Member(ids={"github": "ada"})),
        (Member(ids={"kaggle": "Ada"}), Member(ids={"kaggle": "ada"})),
        (Member(ids={"dblp": "l/AdaL"}), Member(name="Ada", ids={"dblp": "l/AdaL"})),
    ],
)
def test_an_id_is_the_same_however_it_is_written(one: Member, other: Member) -> None:
    assert same(Team(name="X", members=(one,)), Team(name="Y", members=(other,)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Member(github="ada"), Member(ids={"gitlab": "ada"})),
        (Member(ids={"dblp": "l/AdaL"}), Member(ids={"dblp": "l/adal"})),
    ],
    ids=["another site", "a site where case matters"],
)
def test_another_id_is_somebody_else(one: Member, other: Member) -> None:
    assert not same(Team(name="X", members=(one,)), Team(name="Y", members=(other,)))


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        (CARBERRY, True),
        ("0000-0002-1694-233X", True),
        ("0000-0002-1825-0098", False),
        ("0000-0002-1694-2330", False),
        ("ada", False),
        ("", False),
    ],
)
def test_the_last_character_of_an_orcid_checks_the_others(text: str, *, valid: bool) -> None:
    assert is_orcid(public_id("orcid", text)[1]) == valid


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
    persons = identify(board)
    for one, other in combinations(members, 2):
        (a, b), (c, d) = one, other
        assert (persons[a][b] == persons[c][d]) == (other in _reached(members, one))


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
