"""What a tensor contains, on small tensors that can be counted by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from micronet_spec.checkpoint.formats import FORMATS as READ
from micronet_spec.checkpoint.tensor import Quantization
from micronet_spec.measure.facts import integer_bits
from micronet_spec.measure.formats import FORMATS, UnknownFormatError
from micronet_spec.measure.masks import masked
from micronet_spec.measure.tensor import measure
from tests.measure.stored import raw, stored

TINY = 1e-45
"""The least denormal of 32 bits."""


def test_nonzeros_are_counted_in_every_output_channel() -> None:
    facts = measure(stored([[0, 1, 2], [0, 0, 0], [3, 0, 4]]))
    assert (facts.values, facts.nonzeros) == (9, 4)
    assert facts.channel_nonzeros == (2, 0, 2)
    assert facts.dead_channels == (1,)
    assert (facts.minimum, facts.maximum) == (0, 4)


def test_a_negative_zero_is_zero_and_a_denormal_is_not() -> None:
    facts = measure(stored([[-0.0, 0.0, TINY, -TINY, 1.0]]))
    assert (facts.nonzeros, facts.denormal) == (3, 2)
    assert facts.distinct == 4


def test_denormals_count_where_the_processor_takes_them_for_zero() -> None:
    tensor = stored([TINY, 1.0])
    torch.set_flush_denormal(True)
    try:
        facts = measure(tensor)
    finally:
        torch.set_flush_denormal(False)
    assert (facts.nonzeros, facts.denormal) == (2, 1)


def test_nan_and_infinity_are_nonzero_and_reported() -> None:
    facts = measure(stored([[np.nan, 1, 0], [np.inf, -np.inf, -2]]))
    assert (facts.nonzeros, facts.nan, facts.infinite) == (5, 1, 2)
    assert facts.channel_nonzeros == (2, 3)
    assert (facts.minimum, facts.maximum) == (-2, 1)
    assert facts.grid is None


def test_a_tensor_without_a_finite_value_has_no_extremes() -> None:
    facts = measure(stored([np.nan, np.inf]))
    assert (facts.minimum, facts.maximum) == (None, None)


@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (1,), (2, 0, 4)])
def test_a_tensor_may_have_no_axes_or_no_elements(shape: tuple[int, ...]) -> None:
    facts = measure(stored(np.ones(shape)))
    assert facts.values == facts.nonzeros == np.prod(shape)
    assert len(facts.channel_nonzeros) == (shape[0] if shape else 1)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint8", "int64"])
@given(data=st.data())
def test_the_counts_are_those_of_numpy(dtype: str, data: st.DataObject) -> None:
    shape = data.draw(arrays.array_shapes(max_dims=3, max_side=70))
    values = data.draw(arrays.arrays(dtype, shape, fill=st.just(0)))
    facts = measure(stored(values, dtype))
    rows = values.reshape(shape[0], -1)
    assert facts.channel_nonzeros == tuple((rows != 0).sum(axis=1).tolist())
    assert facts.nan == np.isnan(values).sum()
    assert facts.infinite == np.isinf(values).sum()
    finite = values[np.isfinite(values)]
    assert facts.minimum == (finite.min() if finite.size else None)
    assert facts.maximum == (finite.max() if finite.size else None)
    assert facts.distinct == len(np.unique(values))


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("bfloat16", torch.bfloat16),
        ("float16", torch.float16),
        ("float8_e4m3fn", torch.float8_e4m3fn),
        ("float8_e5m2", torch.float8_e5m2),
        ("float8_e4m3fnuz", torch.float8_e4m3fnuz),
        ("float8_e5m2fnuz", torch.float8_e5m2fnuz),
        ("float8_e8m0fnu", torch.float8_e8m0fnu),
    ],
)
def test_every_code_of_a_narrow_float_means_what_torch_takes_it_for(
    name: str, dtype: torch.dtype
) -> None:
    form = FORMATS[name]
    codes = np.arange(1 << form.bits).astype(f"u{form.bits // 8}")
    expected = torch.from_numpy(codes.copy()).view(dtype).to(torch.float64).numpy()
    np.testing.assert_array_equal(form.table, expected)
    np.testing.assert_array_equal(form.values(codes), expected)
    facts = measure(raw(codes, name))
    assert facts.nonzeros == (expected != 0).sum()
    assert facts.nan == np.isnan(expected).sum()
    assert facts.infinite == np.isinf(expected).sum()
    assert facts.maximum == expected[np.isfinite(expected)].max()
    least = torch.finfo(dtype).smallest_normal
    assert facts.denormal == ((expected != 0) & (abs(expected) < least)).sum()


def test_packed_integers_begin_in_the_low_bits() -> None:
    facts = measure(raw(np.array([0x80, 0x0F, 0x07], np.uint8), "int4", (1, 5)))
    assert facts.histogram == ((-8, 1), (-1, 1), (0, 2), (7, 1))
    assert (facts.nonzeros, facts.bits, facts.representation) == (3, 4, "signed integer")


def test_a_quantized_tensor_is_judged_by_its_levels() -> None:
    quantization = Quantization((0.5, 0.25), (3, 0), axis=0)
    facts = measure(stored([[3, 4, 0], [0, 1, 2]], "uint8", quantization))
    assert facts.channel_nonzeros == (2, 2)
    assert facts.grid
    assert (facts.grid.steps, facts.grid.axis) == ((0.5, 0.25), 0)
    assert (facts.grid.least, facts.grid.most) == (-3, 2)


def test_zero_points_may_run_along_another_axis() -> None:
    quantization = Quantization((1.0, 1.0), (3, 0), axis=1)
    facts = measure(stored([[3, 3], [0, 0]], "uint8", quantization))
    assert facts.channel_nonzeros == (1, 1)


def test_zero_points_that_are_no_whole_numbers_are_not_understood() -> None:
    with pytest.raises(UnknownFormatError, match="whole"):
        measure(stored([1], "uint8", Quantization((1.0,), (0.5,))))


def test_the_nonzeros_of_blocks_round_ragged_edges_up() -> None:
    values = np.zeros((3, 5))
    values[0, 0] = values[1, 1] = values[2, 4] = 1
    [blocks] = measure(stored(values), blocks=[(2, 2)]).blocks
    assert (blocks.blocks, blocks.kept, blocks.kept_values) == (6, 2, 5)
    assert blocks.nonzeros == ((0, 4), (1, 1), (2, 1))


def test_a_block_may_be_larger_than_the_tensor() -> None:
    [blocks] = measure(stored([[1, 0]]), blocks=[(10**9, 10**9)]).blocks
    assert (blocks.blocks, blocks.kept, blocks.kept_values) == (1, 1, 2)


def test_a_mask_and_its_values_may_disagree() -> None:
    facts = masked(stored([[1, 2, 0], [0, 5, 6]]), stored([[1, 0, 1], [0, 1, 0]]))
    assert facts.is_binary
    assert (facts.kept, facts.nonzeros, facts.kept_zeros, facts.masked_nonzeros) == (3, 2, 1, 2)
    assert facts.channel_nonzeros == (1, 1)


def test_a_mask_that_scales_is_not_binary() -> None:
    assert not masked(stored([1, 2]), stored([1, 0.5])).is_binary


def test_a_mask_has_the_shape_of_its_values() -> None:
    with pytest.raises(ValueError, match="shape"):
        masked(stored([[1, 2]]), stored([1, 2]))


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UnknownFormatError, match="complex64"):
        measure(stored([1], "complex64"))


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**9))
def test_an_integer_takes_the_fewest_bits_of_its_kind(least: int, span: int) -> None:
    most = least + span
    bits = integer_bits(least, most)

    def holds(bits: int) -> bool:
        if least < 0:
            return bits > 0 and -(1 << (bits - 1)) <= least and most < 1 << (bits - 1)
        return most < 1 << bits

    assert holds(bits)
    assert bits == 0 or not holds(bits - 1)


def test_every_format_that_is_read_is_measured_but_those_of_6_bits() -> None:
    assert READ.keys() - FORMATS.keys() == {"float6_e2m3fn", "float6_e3m2fn"}
    assert FORMATS.keys() <= READ.keys()
