"""Circles of a graph: every one that nothing else would show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micronet_spec.graph.cycles import cycles


@pytest.mark.parametrize(
    ("wires", "found"),
    [
        ({0: (1,), 1: (0,)}, [[0, 1]]),
        ({0: (0,)}, [[0]]),
        ({0: (1,), 1: (0,), 2: (0, 2)}, [[0, 1], [2]]),
        ({0: (1, 2), 1: (0,), 2: (0,)}, [[0, 1], [0, 2]]),
        ({0: (7,), 1: (0, 1, 1)}, [[1]]),
        ({0: (1,), 1: (2,), 2: ()}, []),
    ],
)
def test_every_circle_is_found(wires: dict[int, tuple[int, ...]], found: list[list[int]]) -> None:
    assert list(cycles(wires)) == found


@given(
    st.dictionaries(st.integers(0, 6), st.lists(st.integers(0, 6), max_size=4).map(tuple)),
)
def test_without_one_wire_of_each_circle_nothing_is_left(wires: dict[int, tuple[int, ...]]) -> None:
    for cycle in cycles(wires):
        assert all(
            later in wires[node] for node, later in zip(cycle, [*cycle[1:], cycle[0]], strict=True)
        )
    closing = {(cycle[-1], cycle[0]) for cycle in cycles(wires)}
    cut = {node: [it for it in read if (node, it) not in closing] for node, read in wires.items()}
    assert not list(cycles(cut))
