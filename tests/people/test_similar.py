"""Names are compared in blocks: what all pairs would find where it matters, and little else."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micronet_spec.people.names import fold, relation
from micronet_spec.people.similar import alike

WORDS = ("ada", "ad", "a", "lovelace", "lovelac", "bob", "jo", "wei", "wang", "王")
people = st.lists(
    st.tuples(
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join), st.integers(0, 3)
    ),
    max_size=8,
)


def weights(board: list[tuple[str, int]]) -> dict[int, int]:
    return {person: weight for person, (_, weight) in enumerate(board)}


@given(people)
def test_what_all_pairs_with_a_word_in_common_find_is_found(board: list[tuple[str, int]]) -> None:
    names = [(person, name) for person, (name, _) in enumerate(board)]
    groups = [set(group) for group in alike(names, weights(board), 3).groups]
    for one, other in combinations(range(len(board)), 2):
        entries = board[one][1] + board[other][1]
        first, second = fold(board[one][0]), fold(board[other][0])
        shared = set(first.key.split()) & set(second.key.split())
        long = any(len(word) > 1 for word in shared)
        if board[one][1] and board[other][1] and entries > 3 and first.key == second.key:
            assert any({one, other} <= group for group in groups)
        elif relation(first, second) and entries > 3 and board[one][1] and board[other][1] and long:
            initials = [Counter(word[0] for word in each.key.split()) for each in (first, second)]
            if initials[0] == initials[1]:
                assert any({one, other} <= group for group in groups)


@given(people)
def test_nobody_is_suspected_for_nothing(board: list[tuple[str, int]]) -> None:
    names = [(person, name) for person, (name, _) in enumerate(board)]
    for group in alike(names, weights(board), 3).groups:
        assert sum(board[person][1] for person in group) > 3
        first = fold(board[group[0]][0])
        assert all(
            first.key == fold(board[other][0]).key or relation(first, fold(board[other][0]))
            for other in group[1:]
        )


def test_many_namesakes_are_found_in_one_group() -> None:
    names = [(person, "Wei Wang") for person in range(5000)]
    found = alike(names, dict.fromkeys(range(5000), 1), 3)
    [group] = found.groups
    assert (len(group), found.crowds) == (5000, [])


def letters(number: int) -> str:
    """Return four letters of which another number shares few."""
    return "".join("bdfghklmnprstvwz"[number * 7 // 16**place % 16] for place in range(4))


@pytest.mark.parametrize(("count", "crowds"), [(31, []), (32, [32])])
def test_a_crowd_that_is_not_compared_as_a_whole_is_told(count: int, crowds: list[int]) -> None:
    names = [(person, f"Wei Wa{letters(person)}") for person in range(count)]
    found = alike(names, dict.fromkeys(range(count), 2), 3)
    assert [crowd.names for crowd in found.crowds] == crowds
    assert alike(names, dict.fromkeys(range(count), 1), 3).crowds == []


def test_what_follows_in_alphabetical_order_is_found_in_any_crowd() -> None:
    names = [(person, f"Wei Wa{letters(person)}") for person in range(1000)]
    names.append((1000, f"{names[500][1]}x"))
    assert (500, 1000) in alike(names, dict.fromkeys(range(1001), 2), 3).groups
