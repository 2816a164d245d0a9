"""MIT-HAN-Lab, first in WikiText-103: every number here is derived by hand in its comment."""

from fractions import Fraction
from pathlib import Path

import pytest

from micronet_spec.audit.audit import audit
from micronet_spec.audit.ranking import Row
from micronet_spec.entry.claims import Row as Claim
from micronet_spec.score import Kind, LayerCost

PATH = Path(__file__).parents[1] / "submissions/micronet-2019/wikitext103/01-mit-han-lab.yaml"
PARAMETERS, OPERATIONS = 159_000_000, 318_000_000
LAYERS = range(8)
EXACT = Fraction(1, 10**10)

Items = list[tuple[str, int | Fraction, int | Fraction]]


@pytest.fixture(scope="module")
def row() -> Row:
    [row] = audit([PATH]).rows
    return row


@pytest.fixture(scope="module")
def layers(row: Row) -> dict[str, LayerCost]:
    assert row.entry.cost
    return {layer.name: layer for layer in row.entry.cost.layers}


@pytest.fixture(scope="module")
def claims(row: Row) -> dict[str, Claim]:
    assert row.entry.claims_file
    return {claim.layer: claim for claim in row.entry.claims_file.rows}


def count(layer: LayerCost, *kinds: Kind) -> int | Fraction:
    return sum(item.count for item in layer.of(*kinds))


def multiplies(layer: LayerCost) -> int | Fraction:
    return count(layer, *(kind for kind in Kind if kind is not Kind.ADD))


def adds(layer: LayerCost) -> int | Fraction:
    return count(layer, Kind.ADD)


def stored(layer: LayerCost) -> Items:
    return [(item.what, item.count, item.bits) for item in layer.stored]


def computed(layer: LayerCost) -> Items:
    return [(str(item.kind), item.count, item.bits) for item in layer.arithmetic]


def near(number: Fraction | int, expected: str, tolerance: Fraction = EXACT) -> bool:
    return abs(number - Fraction(expected)) <= tolerance


# The team's own count.


def test_the_claims_add_up_to_the_teams_unrounded_total(row: Row) -> None:
    counts = row.entry.claims_file
    assert counts
    assert row.counted_total
    assert counts.stored_bits == Fraction("1631239.40625") * 32
    assert near(counts.op_bits / 32, "11847529.343646794", Fraction(1, 10**6))
    assert near(row.counted_total, "0.04751574891870061", Fraction(1, 10**15))


def test_the_teams_storage_is_nonzeros_masks_and_quantizers(claims: dict[str, Claim]) -> None:
    # 57 quantizers of 32 + 24 bits: 99.75 words in cell 3.
    quantizers = [claim for claim in claims.values() if claim.stored_bits == 56]
    assert len(quantizers) == 57
    # 5,487,556 nonzeros at 8 bits, two of them scalars of the cache; a mask bit for all the others
    # of 8,296,023 values.
    values = sum(claim.stored_bits for claim in claims.values()) - 57 * 56
    assert values == 5_487_556 * 8 + 8_296_021


# One attention block, item by item.


def test_the_first_layer_item_by_item(layers: dict[str, LayerCost]) -> None:
    # Mean: 255 additions, 1 division. Centre: 256. Variance: 256 squares, 255 additions, 1
    # division. Epsilon 1, root 1, 256 divisions. Then a factor and a shift for each of 256.
    norm = layers["layers.0.ln1"]
    assert stored(norm) == [("factors", 256, 32), ("shifts", 256, 32)]
    assert adds(norm) == 255 + 256 + 255 + 1 + 256
    assert multiplies(norm) == 1 + 256 + 1 + 256 + 1 + 256
    assert norm.op_bits == (1_023 + 771) * 32

    # 147,456 weights, sparsity 0.32646: 99,318 nonzeros. 576 biases, 0.10938: 63 are zero. Each of
    # 576 sums has one addition less than nonzeros, and one more if its bias is not zero.
    qkv = layers["layers.0.qkv"]
    assert stored(qkv) == [
        ("nonzero weights", 99_318, 8),
        ("mask", 147_456, 1),
        ("nonzero bias", 513, 8),
        ("mask of the bias", 576, 1),
        ("inverse scales", 1, 24),
        ("scale of the bias", 1, 32),
    ]
    assert computed(qkv) == [
        ("multiply", 99_318, 8),
        ("add", 99_318 - 576, 32),
        ("add", 513, 32),
    ]

    # 8 heads x 97 positions x 24 products, 23 additions each; keys are read at 8 bits.
    assert computed(layers["layers.0.qk"]) == [("multiply", 18_624, 8), ("add", 17_848, 32)]
    # The same with a float32 table of 97 x 24 that all heads share.
    assert stored(layers["layers.0.qe"]) == [("weights", 97 * 24, 32)]
    assert computed(layers["layers.0.qe"]) == [("multiply", 18_624, 32), ("add", 17_848, 32)]
    # 8 heads x 97 sums and scalings, and per head 97 exponentials, 96 additions, 97 divisions.
    assert computed(layers["layers.0.logits"]) == [("add", 776, 32)]
    assert computed(layers["layers.0.logits_scale"]) == [("multiply", 776, 32)]
    assert computed(layers["layers.0.attn"]) == [
        ("transcendental", 8 * 97, 32),
        ("add", 8 * 96, 32),
        ("multiply", 8 * 97, 32),
    ]
    # 192 features, each a mean of 97 values: probabilities and values are read at 8 bits.
    assert computed(layers["layers.0.attnv"]) == [("multiply", 18_624, 8), ("add", 18_432, 32)]
    # It reads the output of quant_attnv, so 8 bits: 192 x 256 weights, sparsity 0.45571.
    assert computed(layers["layers.0.out"]) == [
        ("multiply", 26_753, 8),
        ("add", 26_753 - 256, 32),
    ]
    assert computed(layers["layers.0.residual1"]) == [("add", 256, 32)]
    assert computed(layers["layers.0.relu"]) == [("compare", 768, 32)]
    # Each of seven quantizers a layer stores max_abs and inv_scale, and computes nothing.
    assert stored(layers["layers.0.quant_attn"]) == [("max_abs", 1, 32), ("inv_scale", 1, 24)]
    assert computed(layers["layers.0.quant_attn"]) == []


def test_words_of_rare_bins_are_projected_as_often_as_they_occur(
    layers: dict[str, LayerCost],
) -> None:
    # 9,446 nonzeros of 256 x 64 for 35,479 of 245,569 words.
    often = Fraction(35_479, 245_569)
    assert computed(layers["embed.proj1"]) == [
        ("multiply", 9_446 * often, 8),
        ("add", (9_446 - 256) * often, 32),
    ]
    assert computed(layers["embed.word"]) == []


def test_tied_weights_are_stored_once(layers: dict[str, LayerCost]) -> None:
    # 242,735 x 4 weights, sparsity 0.32646; the output rows hold their bias, sparsity 0.58102.
    assert stored(layers["embed.bin2"])[:2] == [
        ("nonzero weights", 653_970, 8),
        ("mask", 970_940, 1),
    ]
    assert stored(layers["loss.bin2"]) == [
        ("nonzero bias", 101_700, 8),
        ("mask of the bias", 242_735, 1),
        ("scale of the bias", 1, 32),
    ]


# What the rulebook's count takes away and adds, in score units.


def test_dense_operations_were_counted_by_mistake(
    layers: dict[str, LayerCost], claims: dict[str, Claim]
) -> None:
    linear = [layer for layer in layers.values() if layer.op == "linear"]
    # The team's products of linear layers are all weights (cell 4): 8,810,476.5531 less those of
    # attention, 8 x (18,624 + 2,328 + 18,624), and of the cache, 512,000: 7,981,868.5531.
    dense = sum((claims[layer.name].multiplies for layer in linear), Fraction())
    assert near(dense, "7981868.5531", Fraction(1, 10**4))
    # Nonzeros: 5,487,556, less 2 scalars, 18,624 of pos_emb, 119,582 of biases; those of the
    # embedding count as output weights; its projections (9,446 and 1,019) count by frequency.
    # Biases of 8 layers: 4,263 of qkv, 6,123 of fc.0, 1,973 of fc.3; then clusters and three bins.
    biases = 4_263 + 6_123 + 1_973 + 2 + 3_442 + 2_079 + 101_700
    always = 5_487_556 - 2 - 18_624 - biases - 9_446 - 1_019
    sparse = always + Fraction(9_446 * 35_479 + 1_019 * 11_858, 245_569)
    assert sum(multiplies(layer) for layer in linear) == sparse
    saved_multiplies = (sparse - dense) * 8 / 32
    assert near(saved_multiplies / OPERATIONS, "-0.0020767073", Fraction(1, 10**9))

    # Additions: one less than nonzeros for each of 8 x (576 + 256 + 768 + 256) + 2 + 64 + 4 +
    # 267,735 outputs, one more for each nonzero bias; 256 outputs of a projection by frequency.
    outputs = 14_848 + 70 + 267_735 + Fraction(256 * (35_479 + 11_858), 245_569)
    assert sum(adds(layer) for layer in linear) == sparse - outputs + biases
    dense_adds = sum((claims[layer.name].adds for layer in linear), Fraction())
    saved_adds = sparse - outputs + biases - dense_adds
    assert near(saved_adds / OPERATIONS, "-0.0088129768", Fraction(1, 10**9))


def test_the_rare_words_read_unquantized_projections(layers: dict[str, LayerCost]) -> None:
    # (1,010,378 + 653,970) products at 32 bits instead of 8.
    wide = [item for i in (1, 2) for item in layers[f"loss.bin{i}"].of(Kind.MULTIPLY)]
    assert [(item.count, item.bits) for item in wide] == [(1_010_378, 32), (653_970, 32)]
    added = Fraction(1_664_348 * (32 - 8), 32)
    assert near(added / OPERATIONS, "0.0039253491")


def test_positions_are_met_by_every_head(
    layers: dict[str, LayerCost], claims: dict[str, Claim]
) -> None:
    # 7 more heads x 24 x 97 x 8 layers; additions: 7 x (23 + 1) x 97 x 8, those of the sum with
    # q.k among them.
    names = [f"layers.{i}.qe" for i in LAYERS]
    assert sum(multiplies(layers[it]) - claims[it].multiplies for it in names) == 130_368
    names += [f"layers.{i}.logits" for i in LAYERS]
    assert sum(adds(layers[it]) - claims[it].adds for it in names) == 130_368
    # And all 148,992 products are at 32 bits, not at 8.
    added = Fraction(130_368 * 8 + 148_992 * 24, 32) + 130_368
    assert near(added / OPERATIONS, "0.0008638491")


def test_seven_more_heads_have_a_softmax(
    layers: dict[str, LayerCost], claims: dict[str, Claim]
) -> None:
    # 7 heads x (97 + 96 + 97) x 8 layers.
    added = sum(
        multiplies(layers[it]) + adds(layers[it]) - claims[it].multiplies - claims[it].adds
        for it in (f"layers.{i}.attn" for i in LAYERS)
    )
    assert added == 16_240


@pytest.mark.parametrize(
    ("name", "operations"),
    [
        ("embed.scale", 256),  # sqrt(256), for each feature
        *((f"layers.{i}.logits_scale", 776) for i in LAYERS),  # 1/sqrt(24), 8 heads x 97
        ("loss.rare1", 21_500),  # cluster times tail probability
        ("loss.rare2", 242_735),
        ("cache.theta", 2_000),
        ("cache.lambda", 2_000),
        ("mix.words", 267_735),  # 1 - lambda, for each word
        ("mix.sum", 2_000),
    ],
)
def test_what_the_team_did_not_count(
    layers: dict[str, LayerCost], claims: dict[str, Claim], name: str, operations: int
) -> None:
    assert not claims[name].multiplies
    assert not claims[name].adds
    assert layers[name].op_bits == operations * 32


def test_the_operations_differ_by_these_parts_and_no_other(row: Row) -> None:
    assert row.entry.score
    assert row.entry.claims_file
    differ = row.entry.score.operations - row.entry.claims_file.op_bits / 32
    parts = {
        "density": Fraction("-0.0020767073") + Fraction("-0.0088129768"),
        "wide reads": Fraction(1_248_261, OPERATIONS),
        "positions": Fraction(32_592 + 111_744 + 130_368, OPERATIONS),
        "softmax": Fraction(16_240, OPERATIONS),
        "scaling": Fraction(6_208 + 256, OPERATIONS),
        "clusters": Fraction(264_235, OPERATIONS),
        "cache": Fraction(2_000 + 2_000 + 267_735 + 2_000, OPERATIONS),
        # 16 x (1,282 - 1,536) steps, and 16 x 512 for factors and shifts.
        "layer norm": Fraction(16 * (1_282 - 1_536 + 512), OPERATIONS),
    }
    assert near(differ / OPERATIONS, str(sum(parts.values())), Fraction(1, 10**9))


def test_storage_differs_by_what_the_team_took_for_free(row: Row) -> None:
    assert row.entry.score
    assert row.entry.high_score
    assert row.entry.claims_file
    claimed = row.entry.claims_file.stored_bits
    common = (
        16 * 512 * 32  # factors and shifts of 16 layer norms
        + 18_624 * (32 - 9)  # pos_emb: 32 bits, not 8 and a mask
        + 2 * (32 - 8)  # two scalars of the cache
        + 28 * 32  # a scale for each of 8 x 3 + 1 + 3 biases
        - (768 + 768 + 2)  # no mask for three biases without zeros
    )
    # Weights: 8 x 4 + 2 + 3 + 3 tensors; 8 x 1,856 + 512 + 70 + 267,735 rows.
    assert row.entry.score.stored_bits - claimed == common + 40 * 24
    assert row.entry.high_score.stored_bits - claimed == common + 283_165 * 24


def test_the_score_is_an_interval_for_the_layout_of_the_scales(row: Row) -> None:
    assert row.entry.interval
    low, high = row.entry.interval
    assert near(low, "0.0433271525")
    assert near(high, "0.0446626478")
    # 283,165 - 40 scales of 24 bits.
    assert high - low == Fraction(283_125 * 24, 32 * PARAMETERS)


def test_the_shares_sum_to_the_whole_difference(row: Row) -> None:
    assert row.rulebook
    assert row.counted_total
    assert sum(share.score for share in row.shares) == row.rulebook - row.counted_total
