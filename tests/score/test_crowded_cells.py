"""A cell with three counts of weights and a masked bias is bounded, whatever channels meet."""

from itertools import product
from typing import TYPE_CHECKING

import pytest

from micronet_spec.entry.entry import Entry

if TYPE_CHECKING:
    from tests.conftest import Made, Understood

MASKS = [list(mask) for mask in product((0, 1), repeat=4)]


@pytest.mark.parametrize("positive", [[0, 0, 0, 0], [0, 0, 0, 1]], ids=str)
@pytest.mark.parametrize("weight", [[0, 0, 0, 0], [0, 0, 0, 1]], ids=str)
@pytest.mark.parametrize("bias", [[0, 0, 1, 0], "{at_least: 1, at_most: 1}"], ids=str)
def test_no_network_is_outside_the_bounds(
    weight: list[int],
    positive: list[int],
    bias: list[int] | str,
    manifest: "Made",
    understood: "Understood",
) -> None:
    """Four gates of one unit: all that the unknown negative values and the bias can be."""

    def cell(negative: list[int] | str, shifts: list[int] | str) -> Entry:
        recurrent = f"{{store: two_masks, positive: {positive}, negative: {negative}}}"
        weights = f"weight: {{store: mask, nonzero: {weight}}}, recurrent: {recurrent}"
        layer = f"{{name: cell, op: lstm, units: 1, {weights}, bias: {{nonzero: {shifts}}}}}"
        return understood(manifest(model=f"{{input: [1], layers: [{layer}]}}"))

    bounds = cell("unknown", bias).interval
    assert bounds
    negatives = [it for it in MASKS if not any(map(min, it, positive))]
    biases = [it for it in MASKS if sum(it) == 1] if isinstance(bias, str) else [bias]
    for negative, shifts in product(negatives, biases):
        score = cell(negative, shifts).score
        assert score
        assert bounds[0] <= score.score <= bounds[1], (negative, shifts)
