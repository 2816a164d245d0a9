"""Why an entrant's count differs: every slip by the smallest network that shows it."""

from typing import TYPE_CHECKING

import pytest

from micronet_spec.entry.claims import PARTS

if TYPE_CHECKING:
    from tests.causes.conftest import Explained

STORAGE, MULTIPLIES, ADDS = PARTS


def test_the_same_count_needs_no_cause(causes: "Explained") -> None:
    # 4 channels of 3 x 3 windows over 3 x 8 x 8: 108 weights, 36 positions, 26 additions each.
    assert (
        causes(["{name: conv, op: conv2d, out: 4, kernel: 3}"], "conv,3456,3888,32,3744,32") == {}
    )


def test_what_has_no_row_or_an_empty_one_was_not_counted(causes: "Explained") -> None:
    layers = ["{name: relu, op: relu}", "{name: fc, op: linear, out: 2}"]
    # 2 x 192 weights.
    assert causes(layers, "fc,12288,,,,") == {
        ("relu", MULTIPLIES): "not counted",
        ("fc", MULTIPLIES): "not counted",
        ("fc", ADDS): "not counted",
    }


@pytest.mark.parametrize(
    ("width", "cause"),
    [
        (16, "values at another width"),
        (40, "unexplained"),  # more likely it makes up for another number of values
    ],
)
def test_values_are_counted_at_widths_that_numbers_have(
    causes: "Explained", width: int, cause: str
) -> None:
    formats = "{formats: {int8: {kind: integer, bits: 8, signed: true}}}"
    # 2 x 192 weights of 8 bits, and a mask.
    found = causes(
        ["{name: fc, op: linear, out: 2, weight: {format: int8, store: mask, nonzero: 384}}"],
        f"fc,{384 * width + 384},384,32,382,32",
        numerics=formats,
    )
    assert found == {("fc", STORAGE): cause}


def test_a_folded_batch_norm_has_nothing_to_count(causes: "Explained") -> None:
    layers = [
        "{name: conv, op: conv2d, out: 4, kernel: 3, bias: {}}",
        "{name: norm, op: batch_norm, fold: {into: conv}}",
    ]
    # Scale and shift of 4 channels, and one addition each.
    assert causes(layers, "conv,3584,3888,32,3888,32", "norm,256,,,4,32") == {
        ("norm", STORAGE): "counted though folded",
        ("norm", ADDS): "counted though folded",
    }


@pytest.mark.parametrize(
    ("stored", "cause"),
    [(96, "the step of a range stored beside its ends"), (100, "unexplained")],
)
def test_a_conversion_is_free_but_not_what_it_stores(
    causes: "Explained", stored: int, cause: str
) -> None:
    quantize = "{name: quant, op: quantize, to: int8, stored: [{what: end of the range, count: 2}]}"
    layers = [quantize, "{name: relu, op: relu}"]
    formats = "{formats: {int8: {kind: integer, bits: 8, signed: true}}}"
    # 192 elements; the ReLU reads 8 bits.
    found = causes(layers, f"quant,{stored},1920,32,384,32", "relu,,192,8,,", numerics=formats)
    assert found == {
        ("quant", MULTIPLIES): "a free conversion counted",
        ("quant", ADDS): "a free conversion counted",
        ("quant", STORAGE): cause,
    }


def test_a_quantizer_may_need_no_scale(causes: "Explained") -> None:
    formats = "{formats: {int8: {kind: integer, bits: 8, signed: true}}}"
    found = causes(["{name: quant, op: quantize, to: int8}"], "quant,16,,,,", numerics=formats)
    assert found == {("quant", STORAGE): "a scale stored that is not needed"}


@pytest.mark.parametrize("multiplies", [384 + 1, 384 + 3])
def test_the_final_argmax_is_not_counted(causes: "Explained", multiplies: int) -> None:
    # Two outputs are compared once.
    found = causes(["{name: fc, op: linear, out: 2}"], f"fc,12288,{multiplies},32,382,32")
    cause = "the final argmax counted" if multiplies == 385 else "unexplained"
    assert found == {("fc", MULTIPLIES): cause}


@pytest.mark.parametrize(
    ("multiplies", "additions", "cause"),
    [
        (192, 192 * 8, "a maximum counted as a mean"),  # of its own window
        (3, 3 * 63, "a maximum counted as a mean"),  # of all 64 positions
        (5, 5 * 63, "a maximum counted as a mean"),  # and of other channels
        (5, 5 * 62, "unexplained"),
    ],
)
def test_a_maximum_is_no_mean(
    causes: "Explained", multiplies: int, additions: int, cause: str
) -> None:
    pool = "{name: pool, op: max_pool, kernel: 3, stride: 1, padding: 1}"
    assert causes([pool], f"pool,,{multiplies},32,{additions},32") == {
        ("pool", MULTIPLIES): cause,
        ("pool", ADDS): cause,
    }


def test_a_mean_may_be_taken_over_another_number_of_channels(causes: "Explained") -> None:
    pool = "{name: pool, op: global_avg_pool}"
    assert causes([pool], "pool,,2,32,126,32") == {
        ("pool", MULTIPLIES): "another number of channels",
        ("pool", ADDS): "another number of channels",
    }


def test_a_part_may_be_counted_in_one_total_only(causes: "Explained") -> None:
    layers = ["{name: fc, op: linear, out: 2, bias: {}}", "{name: relu, op: relu}"]
    found = causes(layers, ",10000,,,,", "fc,,384,32,,", "relu,,2,32,,")
    assert found == {
        ("", STORAGE): "unexplained",
        ("fc", ADDS): "one multiply-accumulate counted as one operation",
    }


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        (",,14,32,,", "the total rounded up"),  # 384 + 2 + 14 = 400
        (",,114,32,,", "unexplained"),  # 500: more than rounding
        (",,14,16,,", "unexplained"),  # of another width
        (",,15,32,,", "unexplained"),  # 401 is not round
    ],
)
def test_a_row_without_a_layer_may_round_the_total_up(
    causes: "Explained", row: str, cause: str
) -> None:
    layers = ["{name: fc, op: linear, out: 2}", "{name: relu, op: relu}"]
    found = causes(layers, "fc,12288,384,32,382,32", "relu,,2,32,,", row)
    assert found == {("", MULTIPLIES): cause}


def test_layers_without_a_row_are_counted_in_the_rows_without_a_layer(causes: "Explained") -> None:
    layers = ["{name: fc, op: linear, out: 2}", "{name: relu, op: relu}", "{name: act, op: relu}"]
    found = causes(layers, "relu,,2,32,,", ",,1024,32,,")
    assert found == {
        ("fc", STORAGE): "not counted",
        ("", "operations"): "unexplained",  # of `fc` and `act`
    }


def test_one_head_may_be_counted_for_all(causes: "Explained") -> None:
    layers = ["{name: soft, op: softmax, groups: 4}", "{name: fc, op: linear, out: 2}"]
    # 4 softmaxes over 12 of 48 channels at 1 position: 48 exponentials, 48 divisions, 44 additions.
    model = "{input: [48], layers: [" + ", ".join(layers) + "]}"
    fc = f"fc,{96 * 32},96,32,94,32"
    assert causes([], "soft,,24,32,11,32", fc, model=model) == {
        ("soft", MULTIPLIES): "one head of several",
        ("soft", ADDS): "one head of several",
    }


def test_two_slips_at_once_are_both_named(causes: "Explained") -> None:
    layer = "{name: fc, op: linear, out: 2, weight: {store: mask, nonzero: [100, 50]}}"
    # 2 x 192 weights, counted at 8 bits; 150 products are at 32.
    found = causes([layer], f"fc,{150 * 32 + 384},384,8,148,32")
    assert found == {("fc", MULTIPLIES): "counted as if dense, at another width"}
