"""The census of a board, against a reference that compares everything with everything."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from micronet_spec.challenge.dates import Period
from micronet_spec.people.census import Census, Contest, Record
from micronet_spec.people.mention import Mention
from micronet_spec.people.register import register

TASKS = [Contest("micronet-2019", task, 3) for task in ("cifar100", "imagenet")]

members = st.builds(
    Mention,
    st.sampled_from("XY"),
    st.sampled_from(["", "Ada", "Bob", "Eve"]),
    st.lists(
        st.sampled_from([("github", "a"), ("github", "b"), ("orcid", "o"), ("kaggle", "a")]),
        max_size=2,
        unique=True,
    ).map(tuple),
)
boards = st.lists(
    st.tuples(st.sampled_from(TASKS), st.booleans(), st.lists(members, min_size=1, max_size=3)),
    max_size=12,
).map(
    lambda rows: [
        Record(f"{n:02}", contest, Period(n, n) if counts else None, people)
        for n, (contest, counts, people) in enumerate(rows)
    ]
)


def reference(board: list[Record]) -> set[str]:
    """Return the entries that fall: persons by comparing all evidence, then one by one."""
    people: list[set[object]] = []
    for record in board:
        for member in record.members:
            found: set[object] = set(member.ids) | ({member[:2]} if member.name else set())
            same = [person for person in people if person & found]
            people = [person for person in people if not person & found]
            people.append(found.union(*same))
    standing: Counter[tuple[Contest, int]] = Counter()
    fallen = set()
    for record in board:
        here = {
            n
            for n, person in enumerate(people)
            for member in record.members
            if person & {*member.ids, *([member[:2]] if member.name else [])}
        }
        if record.period and any(standing[record.contest, n] >= 3 for n in here):
            fallen.add(record.entry)
        elif record.period:
            standing.update((record.contest, n) for n in here)
    return fallen


@settings(max_examples=300)
@given(boards)
def test_what_falls_is_what_the_reference_finds(board: list[Record]) -> None:
    census = Census(board)
    fallen = {census.entries[number] for each in census.boards for number in each.fallen}
    assert fallen == reference(board)


@given(boards)
def test_the_register_has_every_membership_once(board: list[Record]) -> None:
    census = Census(board)
    counted = [number for each in census.boards for number in each.entries]
    listed = Counter(
        entry
        for person in register(census)
        for share in person.shares
        for entry in (*share.standing, *share.undecided, *share.fallen)
    )
    persons = {census.entries[number]: len(census.members(number)) for number in counted}
    assert listed == Counter({entry: count for entry, count in persons.items() if count})
    for person in register(census):
        for share in person.shares:
            assert share.slots_left == max(0, 3 - len(share.standing))


def test_ten_thousand_members_of_one_name_are_no_burden() -> None:
    team = [Mention("X", f"Ada {n}") for n in range(2_000)]
    crowd = [Mention("Y", "Ada", (("github", f"a{n}"),)) for n in range(10_000)]
    entries = [Record(str(n), TASKS[0], Period(n, n), team) for n in range(4)]
    entries += [Record("crowd", TASKS[0], Period(9, 9), crowd)]
    census = Census(entries)
    [board] = census.boards
    assert [census.entries[number] for number in board.fallen] == ["3"]
    assert not list(census.suspicions())


def test_members_of_one_team_are_not_suspected_to_be_one() -> None:
    both = [Mention("X", "Wei Wang", (("github", "a"),)), Mention("X", "Wang Wei")]
    entries = [Record(str(n), TASKS[0], Period(n, n), both) for n in range(3)]
    assert not list(Census(entries).suspicions())


def test_two_orcids_are_two_people() -> None:
    for ids, found in (("orcid", 0), ("kaggle", 1)):
        people = [Mention("XY"[n % 2], "Wei Wang", ((ids, str(n % 2)),)) for n in range(4)]
        entries = [Record(str(n), TASKS[0], Period(n, n), (one,)) for n, one in enumerate(people)]
        assert len(list(Census(entries).suspicions())) == found
