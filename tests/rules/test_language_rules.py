"""What the language can say but a network cannot be: a finding for each, and none without it."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Linted, Made

FC = "{name: fc, op: linear, out: 100}"
TREE = "{defaults: {accumulator: tree}, kernels: a tree of adders}"


def codes(text: str, lint: "Linted") -> list[str]:
    return [finding.code for finding in lint(text)]


def model(*layers: str, shape: str = "[8]", **further: str) -> str:
    keys = {"input": shape, **further}
    heads = "".join(f"\n  {key}: {value}" for key, value in keys.items())
    return heads + "\n  layers:" + "".join(f"\n    - {layer}" for layer in layers)


@pytest.mark.parametrize(
    ("wrong", "right", "code"),
    [
        pytest.param(
            "{name: fc, op: linear, out: 4, weight: {store: mask, nonzero: "
            "{at_least: 5, at_most: 3}}}",
            "{name: fc, op: linear, out: 4, weight: {store: mask, nonzero: "
            "{at_least: 3, at_most: 5}}}",
            "MN208",
            id="bounds upside down",
        ),
        pytest.param(
            "{name: fc, op: linear, out: 4, stored: [{what: t, count: {at_least: 5, at_most: 3}}]}",
            "{name: fc, op: linear, out: 4, stored: [{what: t, count: {at_least: 3, at_most: 5}}]}",
            "MN208",
            id="bounds of further values upside down",
        ),
        pytest.param(
            "{name: fc, op: linear, out: 4, stored: [{what: t, count: unknown}]}",
            "{name: fc, op: linear, out: 4, stored: [{what: t, count: {at_most: 9}}]}",
            "MN207",
            id="further values without a bound",
        ),
        pytest.param(
            "{name: fc, op: linear, out: 4, weight: {store: block_mask, block: [2, 2], blocks: 9}}",
            "{name: fc, op: linear, out: 4, weight: {store: block_mask, block: [2, 2], blocks: 8}}",
            "MN201",
            id="more blocks than there are",
        ),
        pytest.param(
            "{name: fc, op: linear, out: 4, weight: {store: two_masks, positive: 33, negative: 0}}",
            "{name: fc, op: linear, out: 4, weight: {store: two_masks, positive: 32, negative: 0}}",
            "MN201",
            id="more positive values than there are",
        ),
        pytest.param(
            "{name: fc, op: linear, out: 4, weight: {store: two_masks, positive: [1], "
            "negative: 0}}",
            "{name: fc, op: linear, out: 4, weight: {store: two_masks, positive: [1, 1, 1, 1], "
            "negative: 0}}",
            "MN114",
            id="one count for four channels",
        ),
        pytest.param(
            "{name: a, op: attention_scores, heads: 3, positions: 5}",
            "{name: a, op: attention_scores, heads: 4, positions: 5}",
            "MN114",
            id="heads that do not divide",
        ),
        pytest.param(
            "{name: a, op: attention_values, heads: 2, positions: 4, out: 5}",
            "{name: a, op: attention_values, heads: 2, positions: 4, out: 6}",
            "MN114",
            id="features that heads do not divide",
        ),
        pytest.param(
            "{name: a, op: attention_values, heads: 2, positions: 3, out: 6}",
            "{name: a, op: attention_values, heads: 1, positions: 8, out: 6}",
            "MN114",
            id="probabilities of other positions",
        ),
        pytest.param(
            "{name: a, op: attention_scores, heads: 2, positions: 0}",
            "{name: a, op: attention_scores, heads: 2, positions: 1}",
            "MN104",
            id="no position",
        ),
        pytest.param(
            "{name: s, op: softmax, groups: 3}",
            "{name: s, op: softmax, groups: 2}",
            "MN114",
            id="groups of a softmax that do not divide",
        ),
    ],
)
def test_a_layer_that_cannot_be_is_found(
    wrong: str, right: str, code: str, manifest: "Made", lint: "Linted"
) -> None:
    assert codes(manifest(model=model(wrong)), lint) == [code]
    assert codes(manifest(model=model(right)), lint) == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("kernel: 1, groups: 3", "kernel: 1, groups: 2"),
        ("kernel: 7", "kernel: 7, padding: 1"),
        ("kernel: 3, dilation: 3", "kernel: 3, dilation: 2"),
        ("kernel: [1, 8], padding: [9, 9, 1, 0]", "kernel: [1, 8], padding: [0, 0, 1, 1]"),
    ],
)
def test_a_convolution_that_does_not_fit_is_found(
    wrong: str, right: str, manifest: "Made", lint: "Linted"
) -> None:
    for rest, expected in ((wrong, ["MN114"]), (right, [])):
        layer = f"{{name: conv, op: conv2d, out: 4, {rest}}}"
        assert codes(manifest(model=model(layer, shape="[4, 6, 6]")), lint) == expected


@pytest.mark.parametrize("count", ["10", "{sparsity: 1/2}"])
def test_a_tree_of_channels_that_are_not_known_is_refused(
    count: str, manifest: "Made", lint: "Linted"
) -> None:
    layer = f"{{name: fc, op: linear, out: 4, weight: {{store: mask, nonzero: {count}}}}}"
    assert "MN205" in codes(manifest(model=model(layer), numerics=TREE), lint)
    assert "MN205" not in codes(manifest(model=model(layer)), lint)


@pytest.mark.parametrize("count", ["unknown", "{at_least: 1}"])
def test_a_tree_needs_no_channels_where_the_count_has_bounds(
    count: str, manifest: "Made", lint: "Linted"
) -> None:
    layer = f"{{name: fc, op: linear, out: 4, weight: {{store: mask, nonzero: {count}}}}}"
    assert codes(manifest(model=model(layer), numerics=TREE), lint) == []
    biased = layer.replace("out: 4", "out: 4, bias: {}")
    assert ("MN205" in codes(manifest(model=model(biased), numerics=TREE), lint)) == (
        count != "unknown"
    )


@pytest.mark.parametrize(
    ("sections", "one_of", "expected"),
    [
        ("{a: 1/4, b: 3/4}", "[[a, b]]", []),
        ("{a: 0, b: 1}", "[[a, b]]", []),
        ("{a: 1/4, b: 0.74}", "[[a, b]]", ["MN119"]),
        ("{a: 1, b: 1}", "[[a, b]]", ["MN119"]),
        ("{a: 1/4, b: 3/4}", "[[a, c]]", ["MN118"]),
        ("{a: 1/4}", "[]", ["MN118"]),
        ("{a: -1, b: 2}", "[]", ["MN104"]),
        ("{a: 1000001, b: 2}", "[]", ["MN104"]),
        ("{a: 1/0, b: 2}", "[]", ["MN103"]),
        ("{a: often, b: 2}", "[]", ["MN103"]),
        ("{a: 1/4, b: 3/4}", "[[a]]", ["MN104"]),
    ],
)
def test_executions_that_cannot_be_are_found(
    sections: str, one_of: str, expected: list[str], manifest: "Made", lint: "Linted"
) -> None:
    layers = [
        "{name: short, op: linear, from: input, out: 4, section: a}",
        "{name: long, op: linear, from: input, out: 4, section: b}",
        "{name: answer, op: select, from: [short, long]}",
    ]
    text = manifest(model=model(*layers, sections=sections, one_of=one_of))
    assert codes(text, lint) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("out: 4", "out: 8, weight: {same_as: first}", []),
        ("out: 8", "out: 8, weight: {same_as: first}", []),
        ("out: 4", "out: 5, weight: {same_as: first}", ["MN211"]),
        ("out: 4", "out: 8, weight: {same_as: second}", ["MN211"]),
        ("out: 4", "out: 8, weight: {same_as: relu}", ["MN211"]),
    ],
)
def test_a_shared_tensor_has_one_shape(
    first: str, second: str, expected: list[str], manifest: "Made", lint: "Linted"
) -> None:
    layers = [
        f"{{name: first, op: linear, {first}}}",
        "{name: relu, op: relu}",
        f"{{name: second, op: linear, {second}}}",
    ]
    assert codes(manifest(model=model(*layers)), lint) == expected


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("{kind: codebook, entries: 2, values: float16}", []),
        ("{kind: codebook, entries: 1, values: float16}", ["MN104"]),
        ("{kind: codebook, entries: 2, values: other}", ["MN108"]),
        ("{kind: codebook, entries: 2, block: 0, values: float16}", ["MN104"]),
        ("{kind: integer, bits: 47/2, signed: true}", []),
        ("{kind: integer, bits: 65, signed: true}", ["MN104"]),
        ("{kind: integer, bits: 1/2, signed: true}", ["MN104"]),
    ],
)
def test_a_format_that_cannot_be_is_found(
    declared: str, expected: list[str], manifest: "Made", lint: "Linted"
) -> None:
    numerics = f"{{formats: {{own: {declared}}}, defaults: {{activation: own}}}}"
    assert codes(manifest(model=model(FC), numerics=numerics), lint) == expected


@pytest.mark.parametrize("values", ["own", "sign"])
def test_a_codebook_holds_numbers(values: str, manifest: "Made", lint: "Linted") -> None:
    formats = f"{{own: {{kind: codebook, entries: 2, values: {values}}}, sign: {{kind: binary}}}}"
    numerics = f"{{formats: {formats}, defaults: {{activation: own}}}}"
    assert codes(manifest(model=model(FC), numerics=numerics), lint) == ["MN108"]
