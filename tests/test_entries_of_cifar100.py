"""MB-PM, PunyNet and ID56 in CIFAR-100: each recounted here once more from its architecture."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from micronet_spec.audit.audit import audit
from micronet_spec.audit.ranking import Row
from micronet_spec.entry.claims import PARTS
from micronet_spec.score import LayerCost

FOLDER = Path(__file__).parents[1] / "submissions/micronet-2019/cifar100"
MB_PM, PUNYNET, ID56 = NAMES = ("12-mb-pm-research", "26-punynet", "27-id56")
PARAMETERS, OPERATIONS = 36_500_000, 10_490_000_000
STORAGE, MULTIPLIES, ADDS = PARTS
FULL, HALF = 32, 16
MACS = "one multiply-accumulate counted as one operation"

Shares = dict[tuple[str, str, str], Fraction]


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    names = {f"cifar100/{name}": name for name in NAMES}
    paths = [FOLDER / f"{name}.yaml" for name in NAMES]
    return {names[row.entry.id]: row for row in audit(paths).rows}


def layers(row: Row) -> dict[str, LayerCost]:
    assert row.entry.cost
    return {layer.name: layer for layer in row.entry.cost.layers}


def computed(layer: LayerCost) -> list[tuple[str, int | Fraction, int | Fraction]]:
    return [(str(item.kind), item.count, item.bits) for item in layer.arithmetic]


def shares(row: Row) -> Shares:
    return {(share.op, share.part, share.cause): share.score for share in row.shares}


def near(number: Fraction | None, expected: str, digits: int = 10) -> bool:
    return number is not None and abs(number - Fraction(expected)) <= Fraction(1, 10**digits)


def rounded(number: Fraction, decimals: int = 4) -> str:
    return f"{float(number):.{decimals}f}"


# The teams' own counts.


@pytest.mark.parametrize(
    ("name", "stored_bits", "operations", "total"),
    [
        # The terms of source/counting.py: 0.2137961875 M and 341.800803 M.
        (MB_PM, 6_841_478, Fraction("341800803"), "0.03844091911768547"),
        # README.md: 0.624 M and 1.82 billion.
        (PUNYNET, 624_000 * 32, Fraction("1820000000"), "0.1905944604776891"),
        # Cells 35 and 36.
        (ID56, 59_061_504, Fraction("1627530482"), "0.2057170217506562"),
    ],
)
def test_the_claims_add_up_to_the_teams_total(
    rows: dict[str, Row], name: str, stored_bits: int, operations: Fraction, total: str
) -> None:
    counts = rows[name].entry.claims_file
    assert counts
    assert counts.stored_bits == stored_bits
    assert counts.op_bits == operations * 32
    assert near(rows[name].counted_total, total, 15)


@pytest.mark.parametrize("name", NAMES)
def test_the_shares_sum_to_the_whole_difference(rows: dict[str, Row], name: str) -> None:
    row = rows[name]
    assert row.rulebook
    assert row.counted_total
    assert sum(share.score for share in row.shares) == row.rulebook - row.counted_total


# Which figures the published scores come from.


def test_mb_pms_score_is_a_sum_of_terms_of_which_one_is_cut_off(rows: dict[str, Row]) -> None:
    counts = rows[MB_PM].entry.claims_file
    assert counts
    storage = counts.stored_bits / (32 * PARAMETERS)
    operations = counts.op_bits / (32 * OPERATIONS)
    # 0.0326 is rounded, 0.0058 is not; the sum of both is what the unrounded sum rounds to.
    assert (rounded(storage), rounded(operations)) == ("0.0059", "0.0326")
    assert near(storage, "0.0058574", 7)
    assert Fraction("0.0058") + Fraction("0.0326") == Fraction("0.0384")
    assert rounded(storage + operations) == "0.0384" == str(rows[MB_PM].published)


def test_punynets_score_needs_both_rounded_inputs(rows: dict[str, Row]) -> None:
    counts = rows[PUNYNET].entry.claims_file
    assert counts
    # 11.22 M weights x 0.89 bits / 16, and the multiplies of convolutions and classifier.
    weights = Fraction("11.22") * Fraction("0.89") / 16
    multiplies = sum((row.multiplies for row in counts.rows if row.layer), Fraction()) / 10**9
    assert (rounded(weights, 3), float(weights)) == ("0.624", 0.6241125)
    assert float(multiplies) == 1.813612544
    whole, giga = Fraction("36.5"), Fraction("10.49")
    assert rounded(Fraction("0.624") / whole + Fraction("1.82") / giga) == "0.1906"
    assert rounded(weights / whole + Fraction("1.82") / giga) == "0.1906"
    assert rounded(weights / whole + multiplies / giga) == "0.1900"
    assert str(rows[PUNYNET].published) == "0.1906"


def test_id56_was_published_with_two_inputs_cut_off(rows: dict[str, Row]) -> None:
    # README.md: 1.845 M and 1.627 billion for 1.845672 M and 1.627530482 billion.
    from_readme = Fraction("1.845") / Fraction("36.5") + Fraction("1.627") / Fraction("10.49")
    assert rounded(from_readme) == "0.2056" == str(rows[ID56].published)
    counted = rows[ID56].counted_total
    assert counted
    assert rounded(counted) == "0.2057"


# MB-PM: 13 convolutions of 3x3, three sizes.

SIMPNET = (3, 66, 128, 128, 128, 128, 192, 192, 192, 192, 288, 288, 355, 432)
SIDES = (32,) * 5 + (16,) * 5 + (8,) * 3


def test_mb_pm_by_hand(rows: dict[str, Row]) -> None:
    bits = operations = 0
    for (inputs, outputs), side in zip(pairwise(SIMPNET), SIDES, strict=True):
        # Two ends of the range; a bit for each weight; a factor and a shift for each channel.
        bits += 2 * FULL + 9 * inputs * outputs + 2 * outputs * FULL
        elements = outputs * side**2
        # A product flips a sign. 1 + 1 for batch norm, 2 + 1 for ELU.
        operations += 9 * inputs * elements + (9 * inputs - 1) * elements * FULL
        operations += (2 + 3) * elements * FULL
    # Maxima of 2x2 twice, of 8x8 once; the classifier with its bias.
    operations += (3 * 128 * 256 + 3 * 288 * 64 + 63 * 432) * FULL
    operations += (432 * 100 + 432 * 100) * FULL
    bits += (432 + 1) * 100 * FULL
    score = rows[MB_PM].entry.score
    assert score
    assert score.stored_bits == bits == 6_841_062
    assert score.op_bits == operations
    assert near(score.score, "0.1209134168")


def test_mb_pms_convolutions_read_floats_and_add_them(rows: dict[str, Row]) -> None:
    # 3 x 3 x 66 terms, 128 channels of 32 x 32.
    assert computed(layers(rows[MB_PM])["conv2"]) == [
        ("multiply", 594 * 131_072, 1),
        ("add", 593 * 131_072, 32),
    ]


def test_mb_pm_differs_by_additions_without_kernels(rows: dict[str, Row]) -> None:
    found = shares(rows[MB_PM])
    # Additions of all convolutions, at 32 bits and not at 8.
    additions = sum(
        (9 * inputs - 1) * outputs * side**2
        for (inputs, outputs), side in zip(pairwise(SIMPNET), SIDES, strict=True)
    )
    width = Fraction(additions * (32 - 8), 32 * OPERATIONS)
    assert found["conv2d", ADDS, "at another width"] == width
    assert near(width, "0.0833340629")
    # Quantizers: 10 + 2 operations for each element that a convolution reads.
    elements = sum(inputs * side**2 for inputs, side in zip(SIMPNET[:-1], SIDES, strict=True))
    assert found["quantize", MULTIPLIES, "a free conversion counted"] == -Fraction(
        10 * elements, OPERATIONS
    )
    assert found["quantize", ADDS, "a free conversion counted"] == -Fraction(
        2 * elements, OPERATIONS
    )
    # The step beside both ends of every range, which nobody needs to store.
    assert found["quantize", STORAGE, "the step of a range stored beside its ends"] == -Fraction(
        13, PARAMETERS
    )
    assert found["linear", MULTIPLIES, "the final argmax counted"] == -Fraction(99, OPERATIONS)
    assert len(found) == 5


# PunyNet: ResNet-18 at 224x224.

# Input and output channels, kernel, side of the output, of all convolutions but the first.
RESNET = (
    *[(64, 64, 3, 56)] * 4,
    *[(64, 128, 3, 28), (64, 128, 1, 28), *[(128, 128, 3, 28)] * 3],
    *[(128, 256, 3, 14), (128, 256, 1, 14), *[(256, 256, 3, 14)] * 3],
    *[(256, 512, 3, 7), (256, 512, 1, 7), *[(512, 512, 3, 7)] * 3],
)


def test_punynet_by_hand(rows: dict[str, Row]) -> None:
    bits, operations = 7 * 7 * 3 * 64 * FULL, (147 + 146) * 64 * 112**2
    norms = 64
    elements = 64 * 112**2  # that batch norm reads
    for inputs, outputs, kernel, side in RESNET:
        # An index of 8 bits for 9 weights, or for 4; 256 centroids of as many 16-bit values.
        block = 9 if kernel == 3 else 4
        terms = inputs * kernel**2
        bits += terms * outputs // block * 8 + 256 * block * 16
        operations += (terms + terms - 1) * outputs * side**2
        norms += outputs
        elements += outputs * side**2
    # 11 bits for 4 weights of the classifier, 2048 centroids, a bias.
    bits += 512 * 100 // 4 * 11 + 2048 * 4 * 16 + 100 * FULL
    operations += 512 * 100 + 511 * 100 + 100
    bits += norms * 2 * FULL
    operations += elements * 2
    # ReLU: the stem and two in each of eight blocks, each block with one residual sum.
    blocks = 2 * (64 * 56**2 + 128 * 28**2 + 256 * 14**2 + 512 * 7**2)
    operations += 64 * 112**2 + 2 * blocks + blocks
    # Maxima of 3x3, means of 7x7.
    operations += 8 * 64 * 56**2 + 49 * 512
    score = rows[PUNYNET].entry.score
    assert score
    assert score.stored_bits == bits == 11_631_232
    assert score.operations == operations == 3_634_400_256
    assert near(score.score, "0.3564215694")


def test_punynets_multiplies_are_the_teams_but_for_what_it_left_out(rows: dict[str, Row]) -> None:
    found = shares(rows[PUNYNET])
    assert not [key for key in found if key[0] in {"conv2d", "linear"} and key[1] == MULTIPLIES]
    # One addition less than products for each output of a convolution; the stem has 64 x 112 x 112.
    outputs = 64 * 112**2 + sum(channels * side**2 for _, channels, _, side in RESNET)
    missed = 1_813_612_544 - 51_200 - outputs
    assert found["conv2d", ADDS, MACS] == Fraction(missed, OPERATIONS)
    assert near(found["conv2d", ADDS, MACS], "0.1726480107")
    rounding = Fraction(1_820_000_000 - 1_813_612_544, OPERATIONS)
    assert found["no layer", MULTIPLIES, "the total rounded up"] == -rounding


def test_punynet_stores_less_than_it_claims(rows: dict[str, Row]) -> None:
    [storage] = [share for share in rows[PUNYNET].shares if share.part == STORAGE]
    assert storage.what == "storage of all layers in one total"
    # 0.363476 M for 0.624 M: the index rate over 16 bits, not 32; codebooks and stem left out.
    assert storage.score == Fraction(363_476 - 624_000, PARAMETERS)


def test_punynet_missed_the_target_and_took_means_of_imagenet(rows: dict[str, Row]) -> None:
    row = rows[PUNYNET]
    assert row.rank is None
    assert {"MN301", "MN311"} <= {finding.code for finding in row.findings}


# ID56: GoogLeNet, nonzeros and their products as cell 35 prints them.

# Input channels; 1x1; 3x3 and what reduces it; twice 3x3 and what reduces it; projection; side.
INCEPTIONS = (
    (192, 64, 96, 128, 16, 32, 32, 32),
    (256, 128, 128, 192, 32, 96, 64, 32),
    (480, 192, 96, 208, 16, 48, 64, 16),
    (512, 160, 112, 224, 24, 64, 64, 16),
    (512, 128, 128, 256, 24, 64, 64, 16),
    (512, 112, 144, 288, 32, 64, 64, 16),
    (528, 256, 160, 320, 32, 128, 128, 16),
    (832, 256, 160, 320, 32, 128, 128, 8),
    (832, 384, 192, 384, 48, 128, 128, 8),
)


def test_id56_by_hand(rows: dict[str, Row]) -> None:
    counts = rows[ID56].entry.claims_file
    assert counts
    # 59,061,504 bits less two values for every channel of a batch norm.
    channels = 192
    elements = 192 * 32**2
    maxima = 480 * 16**2 + 832 * 8**2
    for inputs, one, reduce3, three, reduce5, five, projection, side in INCEPTIONS:
        outputs = one + reduce3 + three + reduce5 + five + five + projection
        channels += outputs
        elements += outputs * side**2
        maxima += inputs * side**2
    bits = 59_061_504 - channels * 2 * HALF
    # Each nonzero weight is a product, and an addition too: the first is made up for by the bias.
    claimed = {row.layer: row for row in counts.rows}
    weighted = [
        layer.name for layer in layers(rows[ID56]).values() if layer.op in {"conv2d", "linear"}
    ]
    assert len(weighted) == 1 + 9 * 7 + 1
    products = sum(claimed[name].multiplies for name in weighted)
    operations = products * (HALF + FULL) + elements * HALF + maxima * 8 * HALF
    operations += 1024 * HALF + 63 * 1024 * FULL
    score = rows[ID56].entry.score
    assert score
    assert score.stored_bits == bits == 58_808_576
    assert score.op_bits == operations
    assert near(score.score, "0.1671660383")


def test_id56s_nonzeros_are_what_its_products_say(rows: dict[str, Row]) -> None:
    found = layers(rows[ID56])
    # 3,342,336 products at 1024 positions: 3,264 of 3 x 9 x 192 weights; 192 biases.
    prelayer = found["prelayer.0"]
    assert [(item.count, item.bits) for item in prelayer.stored] == [
        (3_264, 16),
        (5_184, 1),
        (192, 16),
    ]
    assert computed(prelayer) == [
        ("multiply", 3_264 * 1024, 16),
        ("add", (3_264 - 192) * 1024, 32),
        ("add", 192 * 1024, 32),
    ]
    # 75,117 with the 100 biases.
    assert found["linear"].stored[0].count == 75_017


def test_id56_took_half_of_the_freebie(rows: dict[str, Row]) -> None:
    found = shares(rows[ID56])
    # Products of 64 convolutions at 16 bits and not at 32.
    width = found["conv2d", MULTIPLIES, "at another width"]
    assert width == -Fraction(812_251_136, 2 * OPERATIONS)
    assert near(width, "-0.0387154974")
    assert near(found["max_pool", MULTIPLIES, "a maximum counted as a mean"], "0.0005106532")
    assert near(found["batch_norm", STORAGE, "counted though folded"], "-0.0002165479")
    assert not [cause for _, _, cause in found if cause == "unexplained"]


def test_id56_normalizes_the_test_images_by_themselves(rows: dict[str, Row]) -> None:
    [finding] = [finding for finding in rows[ID56].findings if finding.code == "MN315"]
    assert "cifar100/test" in finding.message
