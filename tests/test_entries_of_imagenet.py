"""Entries of ImageNet, counted once more from a few lines that describe each network."""

from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from micronet_spec.audit.audit import audit
from micronet_spec.audit.ranking import Row
from micronet_spec.score import Kind, LayerCost

SUBMISSIONS = Path(__file__).parents[1] / "submissions/micronet-2019/imagenet"
PARAMETERS, OPERATIONS = 6_900_000, 1_170_000_000
HALF = Fraction(1, 2)


def entry(name: str) -> Row:
    [row] = audit([SUBMISSIONS / f"{name}.yaml"]).rows
    assert not {finding.code for finding in row.findings} & {"MN402", "MN901"}
    return row


@pytest.fixture(scope="module")
def rocker() -> Row:
    return entry("02-rocker")


@pytest.fixture(scope="module")
def sisyphus() -> Row:
    return entry("15-sisyphus")


def near(number: Fraction | None, expected: float, tolerance: float = 1e-9) -> bool:
    return number is not None and abs(float(number) - expected) <= tolerance


def shares(row: Row) -> dict[tuple[str, str], dict[str, Fraction]]:
    found: dict[tuple[str, str], dict[str, Fraction]] = {}
    for share in row.shares:
        found.setdefault((share.op, str(share.part)), {})[share.cause] = share.score
    return found


def layer(row: Row, name: str) -> LayerCost:
    assert row.entry.cost
    return next(layer for layer in row.entry.cost.layers if layer.name == name)


def items(layer: LayerCost) -> list[tuple[str, int | Fraction, int | Fraction]]:
    stored = [(item.what, item.count, item.bits) for item in layer.stored]
    return stored + [(str(item.kind), item.count, item.bits) for item in layer.arithmetic]


Recount = defaultdict[str, Fraction]
"""Values and operations of a network, by what they are."""


# Rocker: ProfitableNet, and the density that the sparsity file states for each stage.

# Input, expanded and output channels, kernels of the depthwise slices, output size,
# how many blocks, and the share of weights that are not zero.
STAGES = [
    (32, 96, 40, (3, 5, 7), 28, 1, HALF),
    (40, 120, 40, (3, 5), 28, 3, HALF),
    (40, 240, 80, (3, 5, 7), 14, 1, HALF),
    (80, 240, 80, (3, 5), 14, 3, HALF),
    (80, 480, 96, (3, 5, 7), 14, 1, HALF),
    (96, 288, 96, (3, 5, 7), 14, 5, HALF),
    (96, 576, 192, (3, 5, 7, 9), 7, 1, Fraction(55, 100)),
    (192, 576, 192, (3, 5, 7), 7, 2, Fraction(55, 100)),
    (192, 1152, 320, (3, 5, 7), 7, 1, Fraction(55, 100)),
]


def profitable_net() -> Recount:
    net = Recount(Fraction)

    def conv(
        terms: int, out: int, size: int, density: Fraction | int = HALF, gate: str = ""
    ) -> None:
        net["nonzeros"] += terms * out * density
        net["mask"] += terms * out if density != 1 else 0
        net["steps"] += out
        net["products" + gate] += terms * out * density * size**2
        bias = 0 if gate else 1
        net["biases"] += out * bias
        net["sums"] += (terms * density - 1 + bias) * out * size**2
        net["whole sums"] += (int(terms * density) - 1 + bias) * out * size**2

    def activation(what: str, channels: int, size: int) -> None:
        net[what] += channels * size**2

    conv(27, 32, 112)
    activation("relu", 32, 112)
    conv(9, 32, 112, 1)  # depthwise, dense
    activation("relu", 32, 112)
    conv(32, 16, 112)
    conv(16, 48, 112)
    activation("relu", 48, 112)
    conv(25, 48, 56, 1)
    activation("relu", 48, 56)
    conv(48, 32, 56)
    conv(32, 96, 56)
    activation("relu", 96, 56)
    conv(9, 96, 56, 1)
    activation("relu", 96, 56)
    conv(96, 32, 56)
    activation("residual", 32, 56)
    net["quantizers"] += 1 + 1 + 2 + 3 + 3  # image, conv1, conv2_0, conv3_0, conv3_1
    size = 56
    for before, wide, after, kernels, smaller, blocks, density in STAGES:
        for _ in range(blocks):
            conv(before, wide, size, density)
            activation("hswish", wide, size)
            size = smaller
            for kernel in kernels:
                conv(kernel**2, wide // len(kernels), size, density)
            activation("hswish", wide, size)
            net["pooled"] += wide * (size**2 - 1)
            net["gates"] += wide
            conv(wide, wide // 16, 1, HALF, " of gates")
            activation("relu of gates", wide // 16, 1)
            conv(wide // 16, wide, 1, HALF, " of gates")
            activation("gated", wide, size)
            conv(wide, after, size, density)
            activation("residual", after if before == after else 0, size)
            net["quantizers"] += 4  # expanded, depthwise, gated, output
    conv(320, 1280, 7, Fraction(55, 100))
    activation("relu", 1280, 7)
    net["pooled"] += 1280 * 48
    conv(1280, 1000, 1, Fraction(3, 10))
    net["quantizers"] += 2
    return net


def test_rocker_recounted(rocker: Row) -> None:
    net, score = profitable_net(), rocker.entry.score
    assert score
    assert net["steps"] == 23_699
    assert net["quantizers"] == 84
    assert net["gates"] == 6_216
    assert net["mask"] + (9 * 32 + 25 * 48 + 9 * 96) == 4_014_600
    stored = net["nonzeros"] * 6 + net["mask"] + net["biases"] * 16
    # A step is 32 bits, and so are factor and shift of the batch norm before each gate.
    stored += (net["steps"] + net["quantizers"] + 2 * net["gates"]) * 32
    assert score.stored_bits == stored == 514_626 * 32

    computed = net["products"] * 8 + net["products of gates"] * 16 + net["sums"] * 16
    computed += (net["relu"] + net["relu of gates"]) * 16
    # At 32 bits: x, + 3, two comparisons, / 6 and the product; a gate's batch norm and sigmoid.
    computed += (net["hswish"] * 5 + net["gates"] * (2 + 3)) * 32
    computed += (net["pooled"] + net["gates"] + 1280 + net["gated"] + net["residual"]) * 32
    assert score.op_bits == computed
    assert near(score.operations, 141_668_771.2, 0.05)
    assert near(score.score, 0.195667898)


def test_rocker_with_additions_at_32_bits(rocker: Row) -> None:
    net, wide = profitable_net(), rocker.entry.interval_with_wide_additions
    assert rocker.rulebook
    assert wide
    assert wide[1] - rocker.rulebook == net["sums"] * 16 / 32 / OPERATIONS
    assert near(wide[1], 0.266917303)


def test_rockers_claims_add_up(rocker: Row) -> None:
    counts = rocker.entry.claims_file
    assert counts
    # score.log prints 0.478411 M, 52.9105 M + 86.754 M, and 0.188706.
    assert near(counts.stored_bits / 32, 478_411, 0.5)
    assert near(counts.op_bits / 32, 52_910_500 + 86_754_000, 100)
    assert near(rocker.counted_total, 0.188706, 1e-6)
    assert near(Fraction("0.4784110") / Fraction("6.9"), 0.0693349, 1e-7)
    assert round(rocker.counted_total or 0, 4) == Fraction("0.1887") == rocker.published


def test_what_rocker_left_out(rocker: Row) -> None:
    net, found = profitable_net(), shares(rocker)
    assert "unexplained" not in {cause for causes in found.values() for cause in causes}
    steps = "scales and other further values not stored"
    assert found["conv2d", "storage"] == {steps: Fraction(23_699, PARAMETERS)}
    assert found["quantize", "storage"] == {"not counted": Fraction(84, PARAMETERS)}
    assert found["scale", "storage"] == {"not counted": Fraction(2 * 6_216, PARAMETERS)}
    assert found["scale", "adds"] == {"not counted": Fraction(6_216, OPERATIONS)}
    wider = "at another width"
    relu = net["relu"] * (16 - 8) / 32
    assert found["relu", "multiplies"] == {wider: relu / OPERATIONS}
    assert found["mul", "multiplies"] == {wider: net["gated"] / 2 / OPERATIONS}
    assert found["add", "adds"] == {wider: net["residual"] / 2 / OPERATIONS}
    rounded = net["sums"] - net["whole sums"]
    assert found["conv2d", "adds"] == {"terms of a sum rounded down": rounded / 2 / OPERATIONS}
    assert rocker.rulebook
    assert rocker.counted_total
    scores = (score for causes in found.values() for score in causes.values())
    total = sum(scores, Fraction())
    assert total == rocker.rulebook - rocker.counted_total
    assert near(total, 0.006961647)


def test_a_mixed_depthwise_slice_of_rocker(rocker: Row) -> None:
    # 32 channels of 5 x 5, half of the 800 weights; 28 x 28 positions. 12.5 terms and a bias each.
    assert items(layer(rocker, "conv4_0/3x3_dwconv/slice_1")) == [
        ("nonzero weights", 400, 6),
        ("mask", 800, 1),
        ("bias", 32, 16),
        ("steps", 32, 32),
        ("multiply", 400 * 784, 8),
        ("add", (400 - 32) * 784, 16),
        ("add", 32 * 784, 16),
    ]
    # It is read by a hard swish of 32 x 784 values, and later gated by products at 32 bits.
    assert items(layer(rocker, "conv4_0/3x3_dwconv/slice_1/hardswish")) == [
        ("multiply", 4 * 32 * 784, 32),
        ("add", 32 * 784, 32),
    ]
    assert items(layer(rocker, "conv4_0/3x3_dwconv/scale")) == [("multiply", 96 * 784, 32)]


# Sisyphus: the block and channel choices of scripts/train_oneshot-s+.sh.

KERNELS = (3, 3, 3, 5, 3, 3, 5, 3, 3, 7, 3, 5, 7, 7, 5, 7, 3, 3, 7, 3)
SCALES = (18, 16, 14, 18, 12, 16, 8, 10, 6, 10, 6, 8, 10, 12, 14, 14, 8, 8, 10, 14)
"""Channels between the convolutions, in tenths of half of a block's output."""
XCEPTION = 8
"""The only block of three depthwise convolutions."""
WIDTHS = [64] * 4 + [160] * 4 + [320] * 8 + [640] * 4
FIRST_OF_STAGE = {0, 4, 8, 16}


def one_shot_s_plus() -> Recount:  # noqa: PLR0915 - one block after the other
    net = Recount(Fraction)

    def conv(terms: int, out: int, size: int, *, norm: bool = True) -> None:
        net["weights"] += terms * out
        net["folded" if norm else "biases"] += out
        net["products"] += terms * out * size**2
        net["sums"] += (terms - 1) * out * size**2
        net["folded sums" if norm else "bias sums"] += out * size**2

    def activation(what: str, channels: int, size: int) -> None:
        net[what] += channels * size**2

    def pool(channels: int, size: int) -> None:
        net["pooled"] += channels
        net["sums"] += channels * (size**2 - 1)

    conv(27, 16, 112)
    activation("hswish", 16, 112)
    channels, size = 16, 112
    for block, (kernel, scale, width) in enumerate(zip(KERNELS, SCALES, WIDTHS, strict=True)):
        act = "relu" if width == 64 else "hswish"
        middle, before = width // 2 * scale // 10, size
        if block in FIRST_OF_STAGE:
            size //= 2
            conv(kernel**2, channels, size)
            conv(channels, channels, size)
            activation(act, channels, size)
            main, out = channels, width - channels
        else:
            net["ones"] += channels
            net["mask"] += channels**2
            net["permuted"] += channels * size**2
            main = out = channels // 2
        if block == XCEPTION:
            conv(9, main, size)
            conv(main, middle, size)
            activation(act, middle, size)
            conv(9, middle, size)
            conv(middle, middle, size)
            activation(act, middle, size)
            conv(9, middle, size)
        else:
            conv(main, middle, before)
            activation(act, middle, before)
            conv(kernel**2, middle, size)
        conv(middle, out, size)
        activation(act, out, size)
        if width >= 320:
            pool(out, size)
            conv(out, out // 4, 1, norm=False)
            activation("relu", out // 4, 1)
            conv(out // 4, out, 1, norm=False)
            activation("hsigmoid", out, 1)
            activation("gated", out, size)
        channels = width
    pool(640, 7)
    conv(640, 1024, 1, norm=False)
    activation("hswish", 1024, 1)
    conv(1024, 1000, 1, norm=False)
    return net


def test_sisyphus_recounted(sisyphus: Row) -> None:
    net, score = one_shot_s_plus(), sisyphus.entry.score
    assert score
    values = net["weights"] + net["biases"] + net["ones"] + net["folded"]
    assert score.stored_bits == values * 16 + net["mask"]
    assert score.parameters == Fraction("1831513.5")
    # Multiplies, comparisons and divisions at 16 bits, additions at 32.
    half = net["products"] + net["permuted"] + net["pooled"] + net["relu"] + net["gated"]
    half += 4 * net["hswish"] + 3 * net["hsigmoid"]
    full = net["sums"] + net["bias sums"] + net["folded sums"] + net["hswish"] + net["hsigmoid"]
    assert score.operations == half / 2 + full == 444_078_976
    assert near(score.score, 0.644991419)
    assert sisyphus.entry.cost
    assert sisyphus.entry.cost.freebie


def test_sisyphus_claims_add_up(sisyphus: Row) -> None:
    counts = sisyphus.entry.claims_file
    assert counts
    assert counts.stored_bits == Fraction("1826112.5") * 32
    assert counts.op_bits == 438_132_896 * 32
    assert near(sisyphus.counted_total, 0.639126546)


def test_what_sisyphus_left_out(sisyphus: Row) -> None:
    net, found = one_shot_s_plus(), shares(sisyphus)
    assert net["folded"] == 10_802
    # 72 folded batch norms: 10,802 biases of 16 bits, each added at every position.
    stored = net["folded"] / 2 / PARAMETERS
    added = net["folded sums"] / OPERATIONS
    assert near(stored, 0.000782754)
    assert near(added, 0.004194735)
    clip = "one comparison for both bounds of a clip"
    assert found == {
        ("conv2d", "storage"): {"bias not stored": stored},
        ("conv2d", "adds"): {"bias not added": added},
        ("hswish", "multiplies"): {clip: net["hswish"] / 2 / OPERATIONS},
        ("hsigmoid", "multiplies"): {clip: net["hsigmoid"] / 2 / OPERATIONS},
        ("mul", "multiplies"): {"not counted": net["gated"] / 2 / OPERATIONS},
    }


def test_the_board_took_rounded_columns_of_sisyphus(sisyphus: Row) -> None:
    published = Decimal("0.6425")
    assert sisyphus.published == published

    def rounded(parameters: str, operations: str) -> Fraction:
        score = Fraction(parameters) / Fraction("6.9") + Fraction(operations) / 1170
        return round(score, 4)

    # In millions, of the row "OneShot-S+ float16" of README.md. Only 1.85 gives it: the count is
    # 1.826, and with the clips that were counted later 439 operations, not 438.
    assert rounded("1.85", "438") == published
    assert rounded("1.83", "438") == Fraction("0.6396")
    assert rounded("1.826", "438.1") == Fraction("0.6391")
    assert rounded("1.85", "439") == Fraction("0.6433")


def test_a_shuffle_and_a_gate_of_sisyphus(sisyphus: Row) -> None:
    # 320 channels at 14 x 14: a permutation of 320 ones among 320 x 320.
    assert items(layer(sisyphus, "SNB9_shufflechannels0")) == [
        ("ones of the permutation", 320, 16),
        ("mask", 320 * 320, 1),
        ("multiply", 320 * 196, 16),
    ]
    # Half of them are gated: 195 additions and a division for each mean.
    assert items(layer(sisyphus, "SNB9_se0_pool0_fwd")) == [
        ("add", 160 * 195, 32),
        ("multiply", 160, 16),
    ]
    assert items(layer(sisyphus, "SNB9_se0_broadcast_mul0")) == [("multiply", 160 * 196, 16)]


def test_sisyphus_has_72_folded_norms_and_12_gates(sisyphus: Row) -> None:
    assert sisyphus.entry.cost
    ops = Counter(layer.op for layer in sisyphus.entry.cost.layers)
    assert (ops["batch_norm"], ops["mul"], ops["conv2d"]) == (72, 12, 98)
    kinds = {item.kind for layer in sisyphus.entry.cost.layers for item in layer.arithmetic}
    assert kinds == {Kind.MULTIPLY, Kind.ADD, Kind.COMPARE}
