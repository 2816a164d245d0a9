"""Every slip of the closed list, by the smallest network that shows it."""

from typing import TYPE_CHECKING

import pytest

from micronet_spec.entry.claims import PARTS, Part

if TYPE_CHECKING:
    from tests.causes.conftest import Explained

STORAGE, MULTIPLIES, ADDS = PARTS
MASK_OF_DENSE = "a mask counted for a dense tensor"

# 50 of 108 weights, 4 biases, 36 positions: 1600 + 108 + 128 bits, 1800 products and additions.
SPARSE = "{name: it, op: conv2d, out: 4, kernel: 3, bias: {}, weight: {store: mask, nonzero: 50}}"


@pytest.mark.parametrize(
    ("bits", "cause"),
    [
        (1600 + 128, "mask not counted"),
        (1600 + 50 + 128, "mask counted per nonzero"),
        (1600 + 108 + 128 + 4, MASK_OF_DENSE),
        (1600 + 108, "bias not stored"),
        (1600 + 108 + 4 * 16, "bias at another width"),
        (round(1600 + 108 + 4 + 4 * 50 / 108 * 32, 6), "bias stored like the weights"),
        (108 * 32 + 128, "stored as if dense"),
        (54 * 16 + 108, "values at another width"),
        (2 * (1600 + 108 + 128), "narrow words counted as parameters"),
        (1600, "mask not counted, bias not stored"),
        (54 * 16 + 108 + 4, f"{MASK_OF_DENSE}, values at another width"),
        (54 * 11 + 108, "values at another width"),
        (1600 + 108 + 127, "unexplained"),
    ],
)
def test_what_is_stored(causes: "Explained", bits: float, cause: str) -> None:
    assert causes([SPARSE], f"it,{bits},1800,32,1800,32") == {("it", STORAGE): cause}


@pytest.mark.parametrize(
    ("bits", "cause"),
    [
        (2 * (8 * 16 + 64), "narrow words counted as parameters"),
        (8 * 32 + 2 * 65, "unexplained"),
    ],
)
def test_a_mask_among_words(causes: "Explained", bits: int, cause: str) -> None:
    model = "{input: [8, 2, 2], layers: [{name: it, op: permute}]}"
    found = causes([], f"it,{bits},32,32,,", model=model, numerics="{}")
    assert found == {("it", STORAGE): cause}


def test_a_bias_that_is_not_there(causes: "Explained") -> None:
    found = causes([DEPTHWISE], f"it,{(75 + 3) * 32},1200,32,1152,32")
    assert found == {("it", STORAGE): "a bias counted that the layer does not have"}


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        (2, "one value per layer instead of per channel"),
        (12, "running mean and variance stored too"),
        (3, "bias not stored"),
        (7, "unexplained"),
    ],
)
def test_what_a_kept_batch_norm_stores(causes: "Explained", values: int, cause: str) -> None:
    found = causes(["{name: norm, op: batch_norm}"], f"norm,{values * 32},192,32,192,32")
    assert found == {("norm", STORAGE): cause}


# 27 weights of each of 4 channels, 36 positions: 3888 products, 3744 sums and 144 of the bias.
BIASED = "{name: it, op: conv2d, out: 4, kernel: 3, bias: {}}"
# 25 weights of each of 3 channels, 16 positions: 1200 products, 1152 additions.
DEPTHWISE = "{name: it, op: conv2d, out: 3, kernel: 5, groups: depthwise}"
TILED = "{name: it, op: conv2d, out: 4, kernel: 3, weight: {tiled: 2}}"
# 101 products and 100 additions: the second channel has no weights.
EMPTY = "{name: it, op: linear, out: 2, weight: {store: mask, nonzero: [101, 0]}}"
NORM = "{name: it, op: batch_norm}"
MEAN = "{name: it, op: global_avg_pool}"


@pytest.mark.parametrize(
    ("layer", "part", "count", "cause"),
    [
        (BIASED, MULTIPLIES, 3888 + 144, "bias counted as a product"),
        (BIASED, MULTIPLIES, 3888 // 3, "k terms of a kernel of k x k"),
        (BIASED, MULTIPLIES, 3888 + 3 * 144, "an activation counted that nothing executes"),
        (BIASED, ADDS, 3744, "bias not added"),
        (BIASED, ADDS, 3744 + 4, "one bias addition per channel"),
        (BIASED, ADDS, 3888 + 144, "one addition per term and one for the bias"),
        (BIASED, ADDS, 3888 + 2 * 144, "one addition per term and two for the bias"),
        (BIASED, ADDS, 3888 - 36 + 144, "one addition less per position, not per channel"),
        (BIASED, ADDS, 3888 // 3, "k terms of a kernel of k x k"),
        (DEPTHWISE, MULTIPLIES, 1200 // 3, "divided by the groups twice"),
        (DEPTHWISE, ADDS, 1152 // 3, "divided by the groups twice"),
        (DEPTHWISE, ADDS, "1184/3", "divided by the groups twice"),
        (DEPTHWISE, ADDS, 1200, "one addition per term"),
        (DEPTHWISE, ADDS, 1200 - 16, "one addition less per position, not per channel"),
        (TILED, MULTIPLIES, 3888 // 2, "a repeated tensor multiplied once"),
        (TILED, ADDS, 3888 // 2, "a repeated tensor multiplied once"),
        (EMPTY, ADDS, 99, "one addition less for every channel, even without weights"),
        (NORM, MULTIPLIES, 3, "one operation per channel"),
        (NORM, ADDS, 3, "one operation per channel"),
        (NORM, ADDS, 2 * 192, "a multiply-accumulate for every operation"),
        (MEAN, MULTIPLIES, 192, "one operation per element of the window"),
        (MEAN, ADDS, 192, "k x k additions of a window of k x k"),
        (MEAN, MULTIPLIES, 4 * 3, "counted as another function"),
        (MEAN, ADDS, 3 * 192 * 64, "a window at every element of the input"),
    ],
)
def test_what_is_computed(
    causes: "Explained", layer: str, part: Part, count: int | str, cause: str
) -> None:
    right = {BIASED: 3888, DEPTHWISE: 1200, TILED: 3888, EMPTY: 101, NORM: 192, MEAN: 3}
    additions = {BIASED: 3888, DEPTHWISE: 1152, TILED: 3744, EMPTY: 100, NORM: 192, MEAN: 189}
    multiplies: int | str = right[layer]
    adds: int | str = additions[layer]
    if part is MULTIPLIES:
        multiplies = count
    else:
        adds = count
    found = causes([layer], f"it,,{multiplies},32,{adds},32")
    found.pop(("it", STORAGE), None)
    assert found == {("it", part): cause}


# 108 products and 104 additions at each of 4 x 4 positions.
STRIDED = "{name: it, op: conv2d, out: 4, kernel: 3, stride: 2, padding: same}"
# The same at 10 x 10.
PADDED = "{name: it, op: conv2d, out: 4, kernel: 3, padding: 2}"


@pytest.mark.parametrize(
    ("layer", "positions", "cause"),
    [
        (STRIDED, 8 * 8, "stride ignored"),
        (STRIDED, 2 * 2, "stride applied twice"),
        (STRIDED, 3 * 3, "padding ignored"),
        (STRIDED, 5 * 5, "size of the output rounded up"),
        (STRIDED, 6 * 7, "unexplained"),
        (PADDED, 8 * 8, "another padding taken for half the kernel"),
        (PADDED, 6 * 6, "padding ignored"),
    ],
)
def test_how_often_a_window_stands(
    causes: "Explained", layer: str, positions: int, cause: str
) -> None:
    found = causes([layer], f"it,3456,{108 * positions},32,{104 * positions},32")
    assert found == {("it", MULTIPLIES): cause, ("it", ADDS): cause}


@pytest.mark.parametrize(
    ("positions", "cause"),
    [
        (7 * 7, "stride ignored"),  # of the pool before it
        (2 * 2, "stride applied twice"),
        (1, "scale of the image applied twice"),
        (16 * 16, "positions of another layer"),
        (6 * 7, "unexplained"),
    ],
)
def test_an_activation_works_where_the_window_before_it_stands(
    causes: "Explained", positions: int, cause: str
) -> None:
    pool = "op: avg_pool, kernel: 2}"
    layers = "{name: first, op: relu}", f"{{name: half, {pool}", f"{{name: quarter, {pool}"
    model = "{input: [3, 16, 16], layers: [" + ", ".join(layers) + ", {name: it, op: relu}]}"
    found = causes([], f"it,,{3 * positions},32,,", model=model)
    assert found["it", MULTIPLIES] == cause


@pytest.mark.parametrize(
    ("channels", "cause"),
    [(12, "expanded channels"), (2, "unexplained"), (24, "unexplained")],
)
def test_a_residual_sum_is_over_the_channels_of_its_output(
    causes: "Explained", channels: int, cause: str
) -> None:
    layers = [
        "{name: expand, op: conv2d, out: 12, kernel: 1}",
        "{name: squeeze, op: conv2d, out: 2, kernel: 1}",
        "{name: project, op: conv2d, out: 3, kernel: 1}",
        "{name: it, op: add, from: [input, project]}",
    ]
    found = causes(layers, f"it,,,,{channels * 64},32")
    assert found["it", ADDS] == cause


def test_one_density_may_stand_for_all_layers(causes: "Explained") -> None:
    # 48 weights and 4 channels each, at 64 positions; half of them is counted everywhere.
    layers = [
        f"{{name: conv{kept}, op: conv2d, out: 16, kernel: 1, from: input, "
        f"weight: {{store: mask, nonzero: {kept}}}}}"
        for kept in (17, 23, 31)
    ]
    rows = [f"conv{kept},{kept * 32 + 48},1536,32,512,32" for kept in (17, 23, 31)]
    cause = "one average density for all layers"
    assert causes(layers, *rows) == {
        (f"conv{kept}", part): cause for kept in (17, 23, 31) for part in (MULTIPLIES, ADDS)
    }
    dense = "{name: dense, op: conv2d, out: 16, kernel: 1, from: input}"
    found = causes([*layers, dense], *rows, f"dense,{48 * 32},{1536 + 1024},32,1536,32")
    assert found["dense", MULTIPLIES] == "an activation counted that nothing executes"
    assert found["dense", ADDS] == cause


def test_one_batch_may_be_divided_by_all_test_examples(causes: "Explained") -> None:
    # 192 elements: a multiply and an addition each. 100 of 10,000 images; 7 divide no test set.
    found = causes([NORM], f"it,{2 * 3 * 32},1.92,32,{192 * 7}/10000,32")
    assert found == {
        ("it", MULTIPLIES): "one batch divided by all test examples",
        ("it", ADDS): "unexplained",
    }


@pytest.mark.parametrize(
    ("adds", "cause"), [(90, "within what is not known"), (130, "unexplained")]
)
def test_a_claim_may_be_within_the_bounds_of_a_layer(
    causes: "Explained", adds: int, cause: str
) -> None:
    written = "[{kind: add, count: 80, up_to: 120, bits: 32}]"
    layer = f"{{name: it, op: custom, output: [1], reason: a total, operations: {written}}}"
    assert causes([layer], f"it,,,,{adds},32") == {("it", ADDS): cause}


def test_a_layer_norm_without_factor_shift_and_root(causes: "Explained") -> None:
    # Of 16 values: 3 x 16 + 3 multiplies, divisions and a root; 4 x 16 - 1 additions.
    model = "{input: [16], layers: [{name: it, op: layer_norm, weight: {}, bias: {}}]}"
    found = causes([], f"it,{32 * 32},34,32,62,32", model=model)
    assert found == {
        ("it", MULTIPLIES): "no factor and no root of a layer norm",
        ("it", ADDS): "the mean of a layer norm subtracted twice, no shift",
    }


def test_a_layer_of_a_section_is_counted_as_often_as_it_is_executed(causes: "Explained") -> None:
    layers = [
        "{name: always, op: relu}",
        "{name: it, op: linear, out: 2, section: rare, weight: {store: mask, nonzero: 100}}",
    ]
    model = "{input: [48], sections: {rare: 1/3}, layers: [" + ", ".join(layers) + "]}"
    found = causes([], "always,,48,32,,", f"it,{100 * 32 + 96},32,32,94/3,32", model=model)
    assert found == {
        ("it", MULTIPLIES): "counted as if dense",
        ("it", ADDS): "counted as if dense",
    }


@pytest.mark.parametrize(
    ("adds", "cause"),
    [
        ("3887.9999", "decimals of the claim"),
        ("3743.999", "bias not added"),
        ("3887.75", "unexplained"),  # may be meant exactly
    ],
)
def test_decimals_are_cut_off_when_they_are_written(
    causes: "Explained", adds: str, cause: str
) -> None:
    assert causes([BIASED], f"it,3584,3888,32,{adds},32") == {("it", ADDS): cause}


def test_channels_padded_with_zeros_are_computed_and_stored(causes: "Explained") -> None:
    layers = [
        "{name: pad, op: pad_channels, channels: 12}",
        "{name: it, op: conv2d, out: 4, kernel: 1}",
    ]
    # 4 x 12 weights, 3 of 12 channels of which meet something, at 64 positions.
    assert causes(layers, f"it,{12 * 32},{12 * 64},32,{11 * 64},32") == {
        ("it", STORAGE): "channels padded with zeros left out",
        ("it", MULTIPLIES): "channels padded with zeros left out",
        ("it", ADDS): "channels padded with zeros left out",
    }


def test_a_stride_may_be_applied_twice_and_the_padding_ignored(causes: "Explained") -> None:
    conv = "{name: conv, op: conv2d, out: 4, kernel: 5, stride: 2, padding: same}"
    model = "{input: [3, 16, 16], layers: [" + conv + ", {name: it, op: relu}]}"
    found = causes([], f"it,,{4 * 3 * 3},32,,", model=model)
    assert found["it", MULTIPLIES] == "stride applied twice, padding ignored"
