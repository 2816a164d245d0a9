"""Distinct values, grids and the fewest bits that represent a tensor exactly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from micronet_spec.measure.tensor import measure
from tests.measure.stored import stored

RNG = np.random.default_rng(2019)
DENSE = RNG.standard_normal((64, 64)).astype(np.float32)
SIGNS = np.sign(DENSE)
MASK = abs(DENSE) > 1
SCALES = RNG.uniform(0.001, 2, (64, 1)).astype(np.float32)


@pytest.mark.parametrize(
    ("values", "bits", "representation"),
    [
        (DENSE, 32, "float32"),
        (DENSE * MASK, 32, "float32"),
        (DENSE * 0, 0, "zero"),
        (DENSE * 0 + np.float32(0.1), 0, "constant"),
        (MASK, 1, "mask"),
        (MASK * np.float32(0.1), 1, "mask"),
        (SIGNS, 1, "binary"),
        (SIGNS * np.float32(0.1), 1, "binary"),
        (SIGNS * SCALES, 1, "binary"),
        (SIGNS * MASK * np.float32(0.1), 2, "ternary"),
        (SIGNS * MASK * SCALES, 2, "ternary"),
        (np.where(DENSE > 0, 0.3, -0.7) * MASK, 2, "codebook"),
        (np.rint(DENSE * 2).clip(-8, 7), 4, "signed integer"),
        (np.rint(DENSE * 2).clip(-8, 7) * SCALES, 4, "signed integer"),
        (np.rint(abs(DENSE) * 4).clip(0, 15) / 64, 4, "unsigned integer"),
        (np.rint(DENSE * 20).clip(-40, 87), 7, "integer and zero point"),
        (np.round(np.exp(abs(DENSE)).clip(1, 3), 1) ** 7, 5, "codebook"),
        (DENSE.astype(np.float16), 16, "float16"),
        ((DENSE[:8].view(np.uint32) >> 16 << 16).view(np.float32) * 2**20, 16, "bfloat16"),
    ],
)
def test_the_fewest_bits(values: np.ndarray, bits: int, representation: str) -> None:
    facts = measure(stored(values))
    assert (facts.bits, facts.representation) == (bits, representation)


def test_a_few_values_have_a_histogram() -> None:
    assert measure(stored([2, -1, 2, -0.0])).histogram == ((-1, 1), (0, 1), (2, 2))


def test_many_values_have_none() -> None:
    facts = measure(stored(np.arange(257)))
    assert (facts.distinct, facts.histogram) == (257, ())


def test_more_values_than_codes_are_not_counted() -> None:
    assert measure(stored(np.arange(65_536))).distinct == 65_536
    assert measure(stored(np.arange(65_537))).distinct is None


def test_a_sample_proves_that_a_tensor_is_not_quantized() -> None:
    values = RNG.standard_normal(1 << 21)
    assert measure(stored(values)).distinct is None
    values[: 1 << 20] = 0
    assert measure(stored(values)).distinct is None


def test_counters_are_integers_of_their_own_size() -> None:
    facts = measure(stored(7029, "int64"))
    assert (facts.bits, facts.representation) == (13, "unsigned integer")


@given(
    st.lists(st.integers(-255, 255), min_size=3, max_size=40, unique=True),
    st.floats(2**-100, 2**100, width=32),
)
def test_every_grid_of_8_bits_is_found(levels: list[int], step: float) -> None:
    values = np.repeat(np.float32(step) * np.array(levels, np.float32), 9)
    grid = measure(stored(values)).grid
    assert grid
    assert grid.exact
    found = np.float32(np.rint(values / grid.steps[0]) * grid.steps[0])
    np.testing.assert_array_equal(found, values)
    assert grid.most - grid.least <= max(levels) - min(levels)


@given(st.floats(2**-20, 2**20, width=32), st.integers(0, 255))
def test_a_scale_applied_in_two_operations_is_a_grid_to_rounding(step: float, zero: int) -> None:
    levels = np.arange(256, dtype=np.float32) - np.float32(zero)
    values = levels * np.float32(step) * np.float32(1 / 3)
    grid = measure(stored(np.repeat(values, 3))).grid
    assert grid
    assert grid.most - grid.least == 255
    np.testing.assert_allclose(np.rint(values / grid.steps[0]) * grid.steps[0], values, rtol=2**-22)


@given(st.integers(-20, 20))
def test_a_step_that_is_a_power_of_two_is_named_so(exponent: int) -> None:
    grid = measure(stored(np.arange(-8, 8) * 2.0**exponent)).grid
    assert grid
    assert grid.power_of_two
    assert grid.steps == (2.0**exponent,)


@given(st.integers(0, 2**32 - 1))
def test_random_values_lie_on_no_grid(seed: int) -> None:
    values = np.random.default_rng(seed).standard_normal((8, 9)).astype(np.float32)
    facts = measure(stored(values))
    assert facts.grid is None
    assert (facts.bits, facts.representation) == (32, "float32")
