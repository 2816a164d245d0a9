"""MN115, MN201 to MN206: what is counted, and what it does to the score."""

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Expected, Linted, Made, Understood

CONV = "{name: conv, op: conv2d, out: 4, kernel: 3}"
POOL = "{name: pool, op: global_avg_pool}"
LAST = "{name: fc, op: linear, out: 100}"

PARAMETERS, OPERATIONS = 36_500_000, 10_490_000_000
"""The baseline of CIFAR-100."""


def conv(weight: str) -> list[str]:
    return [f"{{name: conv, op: conv2d, out: 4, kernel: 3, weight: {weight}}}", POOL, LAST]


def score(parameters: int | Fraction, operations: int | Fraction) -> Fraction:
    return Fraction(parameters) / PARAMETERS + Fraction(operations) / OPERATIONS


# The network of the fixture: 108 weights of the convolution at 36 positions, 27 to a channel; a
# mean over 36 positions of 4 channels; 400 weights of the classifier, 4 to a feature.
MULTIPLIES = 108 * 36 + 4 + 400
DOT_ADDS = 4 * 26 * 36 + 100 * 3
POOL_ADDS = 4 * 35


def test_the_fixture_is_counted_as_by_hand(manifest: "Made", understood: "Understood") -> None:
    found = understood(manifest()).score
    assert found
    assert found.score == score(508, MULTIPLIES + DOT_ADDS + POOL_ADDS)


def test_more_nonzeros_than_weights_in_a_tensor(manifest: "Made", expect: "Expected") -> None:
    [finding] = expect(manifest(layers=conv("{store: mask, nonzero: «109»}")), "MN201")
    assert finding.message == "`conv` has 4 x 27 = 108 weights, fewer than 109 nonzeros"


def test_more_nonzeros_than_weights_in_channels(manifest: "Made", expect: "Expected") -> None:
    text = manifest(layers=conv("{store: mask, nonzero: [27, «28», 0, «99»]}"))
    first, second = expect(text, "MN201", "MN201")
    assert first.message == "channel 1 of `conv` has 27 weights, fewer than 28 nonzeros"
    assert second.message.startswith("channel 3 ")


def test_more_nonzeros_than_weights_of_a_linear_layer_and_of_groups(
    manifest: "Made", expect: "Expected"
) -> None:
    layers = [
        "{name: a, op: conv2d, out: 6, kernel: 1, groups: 3, weight: {store: mask, nonzero: «7»}}",
        "{name: b, op: linear, out: 2, weight: {store: mask, nonzero: [384, «385»]}}",
    ]
    expect(manifest(layers=layers), "MN201", "MN201")


@pytest.mark.parametrize(
    "nonzero", ["0", "107", "[27, 27, 27, 27]", "[0, 0, 0, 0]", "[1, 2, 3, 4]"]
)
def test_as_many_nonzeros_as_weights_or_fewer_are_no_finding(
    nonzero: str, manifest: "Made", expect: "Expected"
) -> None:
    expect(manifest(layers=conv(f"{{store: mask, nonzero: {nonzero}}}")))


def test_a_list_of_nonzeros_that_leaves_channels_out_is_not_counted(
    manifest: "Made", expect: "Expected", understood: "Understood"
) -> None:
    text = manifest(layers=conv("{store: mask, nonzero: «[5, 5]»}"))
    [finding] = expect(text, "MN114")
    assert finding.message == "`conv` has 4 output channels, not 2"
    assert understood(text.replace("«", "").replace("»", "")).score is None


QUANTIZED = "formats: {int8: {kind: integer, bits: 8, signed: true}}"


@pytest.mark.parametrize(
    ("numerics", "layers", "place"),
    [
        (f"{{freebie: «16-bit», {QUANTIZED}, defaults: {{weight: int8}}}}", None, "int8: integer"),
        ("{freebie: «16-bit», defaults: {weight: float16}}", None, "float16: float of 16 bits"),
        ("{freebie: «16-bit», defaults: {accumulator: 16}}", None, "additions at 16 bits"),
        ("{freebie: «16-bit», defaults: {accumulator: tree}}", None, "an adder tree"),
        (
            f"{{freebie: «16-bit», {QUANTIZED}}}",
            [CONV, "{name: q, op: quantize, to: int8}", POOL],
            "int8: integer of 8 bits",
        ),
        (
            "{freebie: «16-bit»}",
            [CONV, POOL, "{name: fc, op: linear, out: 9, bias: {accumulator: 24}}"],
            "additions at 24 bits",
        ),
    ],
)
def test_the_freebie_is_lost_beside_anything_quantized(
    numerics: str, layers: list[str] | None, place: str, manifest: "Made", lint: "Linted"
) -> None:
    text = manifest(numerics=numerics, layers=layers or [CONV, POOL, LAST])
    line, column = 11, text.splitlines()[10].index("«") + 1
    found = [
        f for f in lint(text.replace("«", "").replace("»", "")) if f.code not in {"MN203", "MN221"}
    ]
    [finding] = found
    assert (finding.code, finding.primary.span.line, finding.primary.span.column) == (
        "MN202",
        line,
        column,
    )
    assert finding.message == "the freebie is lost: something is quantized in one place"
    assert finding.related[0].text.startswith(place)


def test_every_quantized_place_is_shown_up_to_five(manifest: "Made", expect: "Expected") -> None:
    layers = [f"{{name: q{n}, op: quantize, to: int8}}" for n in range(9)]
    text = manifest(numerics=f"{{freebie: «16-bit», {QUANTIZED}}}", layers=layers)
    [finding] = expect(text, "MN202")
    assert finding.message == "the freebie is lost: something is quantized in 9 places"
    assert [label.span.line for label in finding.related] == [14 + 1, 16, 17, 18, 19]


def test_the_lost_freebie_has_its_effect(manifest: "Made", expect: "Expected") -> None:
    """All but the additions would count 16 bits with the freebie; without, only the weights do."""
    text = manifest(numerics="{freebie: «16-bit», defaults: {weight: float16}}")
    [finding] = expect(text, "MN202")
    adds = DOT_ADDS + POOL_ADDS
    assert finding.effect
    assert finding.effect.before == score(254, Fraction(MULTIPLIES, 2) + adds)
    assert finding.effect.after == score(254, MULTIPLIES + adds)
    assert finding.effect.change == Fraction(MULTIPLIES, 2) / OPERATIONS


def test_the_freebie_alone_is_counted_and_no_finding(
    manifest: "Made", expect: "Expected", understood: "Understood"
) -> None:
    text = manifest(numerics="{freebie: 16-bit}")
    expect(text)
    found = understood(text).score
    assert found
    assert found.score == score(254, Fraction(MULTIPLIES, 2) + DOT_ADDS + POOL_ADDS)


def test_quantization_without_the_freebie_is_no_finding(
    manifest: "Made", expect: "Expected"
) -> None:
    expect(
        manifest(numerics=f"{{{QUANTIZED}, defaults: {{parameter: int8, activation: float16}}}}")
    )


def test_narrow_additions_have_their_effect(manifest: "Made", expect: "Expected") -> None:
    text = manifest(numerics="{defaults: {accumulator: «16»}}")
    [finding] = expect(text, "MN203")
    assert finding.rule.confidence == "review"
    assert finding.primary.text == "16 bits"
    assert finding.effect
    assert finding.effect.change == Fraction(DOT_ADDS, 2) / OPERATIONS
    assert finding.effect.after == score(508, MULTIPLIES + DOT_ADDS + POOL_ADDS)


@pytest.mark.parametrize(
    ("layer", "width"),
    [
        ("{name: fc, op: linear, out: 100, accumulator: «31»}", "31 bits"),
        ("{name: fc, op: linear, out: 100, bias: {accumulator: «16»}}", "16 bits"),
        ("{name: act, op: hswish, accumulator: «8»}", "8 bits"),
        ("{name: sum, op: add, from: [conv, conv], accumulator: «24»}", "24 bits"),
        ("{name: mean, op: avg_pool, kernel: 2, accumulator: «20»}", "20 bits"),
        ("{name: mean, op: global_avg_pool, accumulator: «20»}", "20 bits"),
        ("{name: s, op: scale, bias: {accumulator: «16»}}", "16 bits"),
    ],
)
def test_narrow_additions_of_a_layer_are_found(
    layer: str, width: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(layers=[CONV, layer]), "MN203")
    assert finding.primary.text == width
    assert finding.effect


def test_narrow_additions_of_several_layers_are_one_finding(
    manifest: "Made", expect: "Expected"
) -> None:
    text = manifest(
        numerics="{defaults: {accumulator: «24»}}",
        layers=[CONV, "{name: fc, op: linear, out: 100, accumulator: 16}"],
    )
    [finding] = expect(text, "MN203")
    assert [(label.span.line, label.text) for label in finding.related] == [(16, "16 bits")]


def test_a_statement_of_kernels_silences_narrow_additions(
    manifest: "Made", expect: "Expected"
) -> None:
    expect(manifest(numerics="{kernels: src/sum16.cu, defaults: {accumulator: 16}}"))


@pytest.mark.parametrize("width", ["32", "33", "64"])
def test_additions_of_32_bits_or_more_are_no_finding(
    width: str, manifest: "Made", expect: "Expected"
) -> None:
    expect(manifest(numerics=f"{{defaults: {{accumulator: {width}}}}}"))


def test_an_adder_tree_needs_the_nonzeros_of_every_channel(
    manifest: "Made", expect: "Expected", understood: "Understood"
) -> None:
    numerics = "{defaults: {accumulator: tree}, kernels: src}"
    text = manifest(numerics=numerics, layers=conv("{store: mask, nonzero: «50»}"))
    [finding] = expect(text, "MN205")
    assert finding.rule.help == "give `nonzero` as one count per output channel"
    assert understood(text.replace("«", "").replace("»", "")).score is None


@pytest.mark.parametrize(
    "weight",
    [
        "{store: mask, nonzero: [12, 12, 13, 13]}",
        "{store: mask, nonzero: «108»}",
        "{store: mask, nonzero: 0}",
        "{store: dense}",
    ],
)
def test_an_adder_tree_over_known_channels_is_counted(
    weight: str, manifest: "Made", expect: "Expected"
) -> None:
    text = manifest(numerics="{defaults: {accumulator: tree}, kernels: src}", layers=conv(weight))
    expect(text, *(["MN220"] if "«" in weight else []))


def test_formats_that_fp32_does_not_represent_are_exotic(
    manifest: "Made", expect: "Expected"
) -> None:
    text = manifest(
        numerics="{formats: {f64: {kind: float, bits: «64»}, "
        "i25: {kind: integer, bits: «25», signed: true}}}"
    )
    wide, long = expect(text, "MN206", "MN206")
    assert (
        wide.message
        == "`f64`: only conversions to floats of at most 32 bits are free, not to 64 bits"
    )
    assert long.message.endswith("integers of at most 24 bits are free, not to 25 bits")


def test_formats_that_fp32_represents_are_no_finding(manifest: "Made", expect: "Expected") -> None:
    formats = "{f32: {kind: float, bits: 32}, i24: {kind: integer, bits: 24, signed: false}}"
    expect(manifest(numerics=f"{{formats: {formats}}}"))


def test_a_branch_nobody_reads_is_found_with_what_it_costs(
    manifest: "Made", expect: "Expected"
) -> None:
    text = manifest(
        layers=[
            CONV,
            "{name: gate, op: global_avg_pool}",
            "{name: «squash», op: sigmoid, unused: thrown away}",
            "{name: pool, op: global_avg_pool, from: conv}",
            LAST,
        ]
    )
    [finding] = expect(text, "MN115")
    saved = Fraction(4 * 35 + 4 + 4 * 3, OPERATIONS)
    assert finding.effect
    assert finding.effect.change == -saved
    assert finding.primary.text == "thrown away"
    # Of a score of seven decimals it saves nothing.
    assert finding.message == "nobody reads an output: 2 layers could be dropped"


def test_a_branch_nobody_reads_says_what_it_saves(manifest: "Made", lint: "Linted") -> None:
    large = "{name: a, op: relu, from: unstated, input: [1000, 1000, 10]}"
    [finding] = lint(manifest(layers=[large, "{name: b, op: relu, from: input}"]))
    saved = f"{10**7 / OPERATIONS:.7f}"
    expected = f"nobody reads an output: one layer could be dropped, which saves {saved}"
    assert finding.message == expected


def test_branches_nobody_reads_are_one_finding(manifest: "Made", expect: "Expected") -> None:
    text = manifest(
        layers=[
            "{name: «a», op: relu}",
            "{name: b, op: relu, from: input}",
            "{name: c, op: relu, from: input}",
        ]
    )
    [finding] = expect(text, "MN115")
    assert finding.message.startswith("nobody reads 2 outputs: 2 layers could be dropped")
    assert [(label.span.line, label.text) for label in finding.related] == [(15, "not read")]
    assert finding.effect
    assert finding.effect.change == -Fraction(2 * 192, OPERATIONS)


def test_a_free_branch_nobody_reads_saves_nothing(manifest: "Made", expect: "Expected") -> None:
    text = manifest(
        layers=[
            "{name: «part», op: slice, channels: [0, 1]}",
            CONV.replace("op:", "from: input, op:"),
        ]
    )
    [finding] = expect(text, "MN115")
    assert "saves" not in finding.message


def test_an_output_read_twice_is_no_finding(manifest: "Made", expect: "Expected") -> None:
    expect(manifest(layers=[CONV, "{name: sum, op: add, from: [conv, conv]}", POOL, LAST]))


@pytest.mark.parametrize(
    "layer",
    [
        "op: relu, accumulator: «16»",
        "op: max_pool, kernel: 2, accumulator: «16»",
        "op: global_max_pool, accumulator: «16»",
        "op: reduce, function: max, accumulator: «16»",
    ],
)
def test_a_width_of_additions_that_are_none_is_refused(
    layer: str, manifest: "Made", expect: "Expected"
) -> None:
    expect(manifest(layers=[CONV, f"{{name: idle, {layer}}}"]), "MN218")


def test_a_width_of_additions_that_are_some_is_not(manifest: "Made", lint: "Linted") -> None:
    layers = [
        CONV,
        "{name: act, op: hswish, accumulator: 16}",
        "{name: p, op: global_avg_pool, accumulator: 32}",
    ]
    assert "MN218" not in {finding.code for finding in lint(manifest(layers=layers))}


def test_a_saving_that_would_be_shown_as_zero_is_not_named(
    manifest: "Made", lint: "Linted"
) -> None:
    layers = ["{name: a, op: relu, from: unstated, input: [1]}", "{name: b, op: relu, from: input}"]
    [finding] = lint(manifest(layers=layers))
    assert finding.message == "nobody reads an output: one layer could be dropped"
