"""Who falls, against every order that the periods allow, tried out one by one."""

from collections.abc import Iterator
from itertools import permutations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from micronet_spec.challenge.dates import Period
from micronet_spec.people.quota import Submission, Verdict, judge

Board = list[Submission]


def at(first: int, *persons: int, last: int | None = None) -> Submission:
    return Submission(Period(first, first if last is None else last), frozenset(persons))


def orders(board: Board) -> Iterator[tuple[int, ...]]:
    """Yield every order in which no entry comes after one that is later for certain."""
    for order in permutations(range(len(board))):
        if not any(
            board[later].period.last < board[earlier].period.first
            for place, earlier in enumerate(order)
            for later in order[place + 1 :]
        ):
            yield order


def fallen(board: Board, order: tuple[int, ...], limit: int) -> set[int]:
    """Take the entries in `order`; one falls if a member has `limit` that stand."""
    standing: list[int] = []
    for number in order:
        if all(
            sum(person in board[other].persons for other in standing) < limit
            for person in board[number].persons
        ):
            standing.append(number)
    return set(range(len(board))) - set(standing)


def deciding(board: Board, limit: int) -> list[frozenset[int]]:
    """Return what persons with too many entries are in, if nobody else is in all of it and more."""
    persons = {person for submission in board for person in submission.persons}
    entries = {
        frozenset(n for n in range(len(board)) if person in board[n].persons) for person in persons
    }
    busy = [some for some in entries if len(some) > limit]
    return [some for some in busy if not any(some < other for other in busy)]


def candidates(verdict: Verdict) -> set[int]:
    return {number for tie in verdict.ties for number in tie.candidates}


crowds = st.frozensets(st.integers(0, 3), min_size=1, max_size=3)
limits = st.integers(1, 3)
instants = st.integers(0, 9)
periods = st.tuples(instants, st.sampled_from([0, 0, 1, 4])).map(lambda p: Period(p[0], sum(p)))
boards = st.lists(st.builds(Submission, periods, crowds), min_size=2, max_size=6)


@given(st.lists(st.tuples(instants, crowds), max_size=8, unique_by=lambda one: one[0]), limits)
def test_in_a_known_order_falls_what_falls(found: list[tuple[int, frozenset[int]]], n: int) -> None:
    board = [at(first, *persons) for first, persons in found]
    order = tuple(sorted(range(len(board)), key=lambda number: board[number].period))
    verdict = judge(board, n)
    assert set(verdict.falls) == fallen(board, order, n)
    assert verdict.ties == []
    for number, reasons in verdict.falls.items():
        for full in reasons:
            assert full.decided
            assert list(full.earlier) == [
                other
                for other in order[: order.index(number)]
                if full.group.persons[0] in board[other].persons and other not in verdict.falls
            ]


@settings(max_examples=300, deadline=None)
@given(boards, limits)
def test_what_is_said_is_true_in_every_order(board: Board, limit: int) -> None:
    verdict = judge(board, limit)
    for order in orders(board):
        gone = fallen(board, order, limit)
        assert set(verdict.falls) <= gone <= set(verdict.falls) | candidates(verdict)
        for tie in verdict.ties:
            falling = len(gone & set(tie.candidates))
            assert falling >= tie.falling > 0
            assert falling == tie.falling or not tie.exact
            assert not gone & set(tie.standing)
        for number, reasons in verdict.falls.items():
            for full in reasons:
                person = full.group.persons[0]
                before = [n for n in order[: order.index(number)] if person in board[n].persons]
                assert len(set(before) - gone) == limit
                assert set(full.earlier) <= set(before)
                assert not full.decided or set(full.earlier) == set(before) - gone


@settings(max_examples=300, deadline=None)
@given(boards, limits)
def test_nothing_is_undecided_without_need_if_one_limit_at_most_decides_an_entry(
    board: Board, limit: int
) -> None:
    limits_of = deciding(board, limit)
    assume(all(sum(number in some for some in limits_of) < 2 for number in range(len(board))))
    verdict = judge(board, limit)
    outcomes = [fallen(board, order, limit) for order in orders(board)]
    always = set.intersection(*outcomes)
    assert set(verdict.falls) == always
    assert candidates(verdict) == set.union(*outcomes) - always
    assert all(tie.exact for tie in verdict.ties)


def test_everybody_who_is_full_is_named_with_the_entries_that_came_first() -> None:
    board = [at(1, 0, 1), at(2, 0, 1), at(3, 0), at(4, 1), at(5, 0, 1)]
    [reasons] = judge(board, 3).falls.values()
    assert [(full.group.persons, full.earlier) for full in reasons] == [
        ((0,), (0, 1, 2)),
        ((1,), (0, 1, 3)),
    ]


def test_an_entry_after_a_tie_falls_whoever_wins_the_tie() -> None:
    tied = [at(5, 0, 1) for _ in range(4)]
    verdict = judge([*tied, at(6, 1)], 3)
    [full] = verdict.falls[4]
    assert (full.earlier, full.count, full.decided) == ((0, 1, 2, 3), 4, False)
    [tie] = verdict.ties
    assert (tie.candidates, tie.falling, tie.exact) == ((0, 1, 2, 3), 1, True)


def test_an_entry_that_another_member_brings_to_fall_leaves_room() -> None:
    full_of_one = [at(n, 1) for n in range(3)]
    board = [*full_of_one, at(4, 0), at(5, 0), at(6, 0, 1), at(7, 0), at(8, 0)]
    assert set(judge(board, 3).falls) == {5, 7}


def test_where_limits_hang_together_at_least_so_many_fall() -> None:
    first = [at(1, 0), at(1, 0), at(1, 1), at(1, 1)]
    verdict = judge([*first, at(5, 0), at(5, 0, 1), at(5, 1)], 3)
    assert not verdict.falls
    assert [(tie.candidates, tie.standing, tie.falling, tie.exact) for tie in verdict.ties] == [
        ((4, 5), (0, 1), 1, False),
        ((5, 6), (2, 3), 1, False),
    ]


def test_many_entries_before_are_counted_but_not_all_kept() -> None:
    board = [at(1, 0) for _ in range(50)]
    [full] = judge([*board, at(2, 0)], 3).falls[50]
    assert full.count == 50
    assert len(full.earlier) < 50
