"""MN106 to MN108, MN111 to MN114, MN116: what a manifest names must exist and fit together."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Expected, Made, Understood

CONV = "{name: conv, op: conv2d, out: 4, kernel: 3}"
POOL = "{name: pool, op: global_avg_pool}"
LAST = "{name: fc, op: linear, out: 100}"


def test_an_unknown_challenge_is_asked_about(manifest: "Made", expect: "Expected") -> None:
    [finding] = expect(manifest(challenge="«micronet-2018»"), "MN106")
    assert finding.message == (
        "there is no challenge `micronet-2018`: did you mean `micronet-2019`?"
    )
    assert finding.help == "one of: micronet-2019"


def test_an_unknown_challenge_is_one_finding_whatever_else_it_would_decide(
    manifest: "Made", expect: "Expected"
) -> None:
    text = manifest(challenge="«other»", task="other", submitted="1999-01-01", training=None)
    expect(text, "MN106")


def test_an_unknown_task_is_asked_about(manifest: "Made", expect: "Expected") -> None:
    [finding] = expect(manifest(task="«cifar10»"), "MN107")
    assert finding.message == "there is no task `cifar10`: did you mean `cifar100`?"
    assert finding.help == "one of: imagenet, cifar100, wikitext103"


@pytest.mark.parametrize("task", ["imagenet", "cifar100", "wikitext103"])
def test_every_task_of_the_challenge_is_known(
    task: str, manifest: "Made", understood: "Understood"
) -> None:
    entry = understood(manifest(task=task))
    assert entry.task
    assert entry.id == f"{task}/entry"


@pytest.mark.parametrize("key", ["weight", "parameter", "activation"])
def test_an_undeclared_default_format_is_found(
    key: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(numerics=f"{{defaults: {{{key}: «int8»}}}}"), "MN108")
    assert finding.message == "the format `int8` is not declared"
    assert finding.help.endswith("or use one of: float32, float16")


@pytest.mark.parametrize(
    "layer",
    [
        "{name: fc, op: linear, out: 100, reads: «uint8»}",
        "{name: fc, op: linear, out: 100, writes: «uint8»}",
        "{name: fc, op: linear, out: 100, weight: {format: «uint8»}}",
        "{name: fc, op: linear, out: 100, bias: {format: «uint8»}}",
        "{name: q, op: quantize, to: «uint8»}",
        "{name: s, op: scale, weight: {format: «uint8»}, bias: {format: «uint8»}}",
    ],
)
def test_an_undeclared_format_of_a_layer_is_found(
    layer: str, manifest: "Made", expect: "Expected"
) -> None:
    text = manifest(
        layers=[layer], numerics="{formats: {uint4: {kind: integer, bits: 4, signed: false}}}"
    )
    findings = expect(text, *["MN108"] * layer.count("«"))
    assert findings[0].message.endswith("did you mean `uint4`?")


def test_declared_formats_are_no_finding(manifest: "Made", expect: "Expected") -> None:
    text = manifest(
        numerics="{formats: {u8: {kind: integer, bits: 8, signed: false}}, "
        "defaults: {parameter: u8}}",
        layers=["{name: fc, op: linear, out: 100, reads: u8, writes: float16, bias: {format: u8}}"],
    )
    expect(text)


def test_an_undeclared_format_leaves_the_network_uncounted(
    manifest: "Made", understood: "Understood"
) -> None:
    entry = understood(manifest(numerics="{defaults: {weight: int8}}"))
    assert entry.graph
    assert entry.graph.complete
    assert entry.score is None


def test_two_layers_of_one_name_are_shown_both(manifest: "Made", expect: "Expected") -> None:
    text = manifest(layers=[CONV, POOL, "{name: «conv», op: linear, out: 100}"])
    [finding] = expect(text, "MN111")
    [first] = finding.related
    assert (first.span.line, first.span.column, first.text) == (14, 14, "first here")


def test_a_layer_must_not_be_called_input(manifest: "Made", expect: "Expected") -> None:
    expect(manifest(layers=["{name: «input», op: linear, out: 100}"]), "MN111")


def test_an_unknown_source_is_asked_about(manifest: "Made", expect: "Expected") -> None:
    text = manifest(layers=[CONV, "{name: pool, op: global_avg_pool, from: «convv»}", LAST])
    [finding] = expect(text, "MN112")
    assert finding.message == "no layer `convv`: did you mean `conv`?"


def test_every_unknown_source_of_a_list_is_named(manifest: "Made", expect: "Expected") -> None:
    text = manifest(layers=[CONV, "{name: sum, op: add, from: [conv, nope, zzz]}", POOL])
    plain = text.replace("[conv, nope, zzz]", "«[conv, nope, zzz]»")
    findings = expect(plain, "MN112 MN112")
    assert [finding.message for finding in findings] == ["no layer `nope`", "no layer `zzz`"]


def test_a_cycle_is_told_with_every_layer_of_it(manifest: "Made", expect: "Expected") -> None:
    text = manifest(
        layers=[
            "{name: a, op: relu, from: «c»}",
            "{name: b, op: relu, from: a}",
            "{name: c, op: relu, from: b}",
            "{name: d, op: relu, from: input}",
        ]
    )
    [finding] = expect(text, "MN113")
    assert finding.message == "a cycle: `a` reads `c` reads `b` reads `a`"
    assert [label.span.line for label in finding.related] == [16, 15]


def test_a_layer_that_reads_itself_is_a_cycle(manifest: "Made", expect: "Expected") -> None:
    [finding] = expect(manifest(layers=["{name: a, op: relu, from: «a»}"]), "MN113")
    assert finding.message == "a cycle: `a` reads `a`"


def test_what_reads_a_cycle_is_not_blamed(manifest: "Made", expect: "Expected") -> None:
    text = manifest(
        layers=[
            "{name: a, op: relu, from: «b»}",
            "{name: b, op: relu, from: a}",
            "{name: c, op: relu}",
            "{name: sum, op: add, from: [c, a]}",
        ]
    )
    expect(text, "MN113")


def test_two_cycles_are_two_findings(manifest: "Made", expect: "Expected") -> None:
    text = manifest(
        layers=[
            "{name: a, op: relu, from: «b»}",
            "{name: b, op: relu, from: a}",
            "{name: c, op: relu, from: «c»}",
        ]
    )
    expect(text, "MN113", "MN113")


def test_layers_may_stand_in_any_order(manifest: "Made", expect: "Expected") -> None:
    text = manifest(
        layers=[
            "{name: pool, op: global_avg_pool, from: conv}",
            "{name: conv, op: conv2d, from: input, out: 4, kernel: 3}",
            "{name: fc, op: linear, from: pool, out: 100}",
        ]
    )
    expect(text)


@pytest.mark.parametrize(
    "layer",
    [
        "{name: sum, op: add, from: «[conv, input]»}",
        "{name: sum, op: mul, from: «conv»}",
        "{name: all, op: concat, from: «[conv, input]»}",
        "{name: act, op: relu, from: «[conv, input]»}",
        "{name: part, op: slice, channels: «[2, 5]»}",
        "{name: part, op: slice, channels: «[2, 2]»}",
        "{name: next, op: conv2d, out: 4, kernel: «7»}",
        "{name: next, op: conv2d, out: 4, kernel: «[1, 7]»}",
        "{name: next, op: conv2d, out: 4, kernel: 1, groups: «3»}",
        "{name: next, op: conv2d, out: «6», kernel: 1, groups: depthwise}",
        "{name: mean, op: avg_pool, kernel: «9»}",
        "{name: next, op: conv2d, out: 4, kernel: 1, weight: {store: mask, nonzero: «[4, 4]»}}",
    ],
)
def test_sizes_that_do_not_fit_are_found_at_the_field_to_correct(
    layer: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(layers=[CONV, layer]), "MN114")
    assert finding.rule.name == "shape-mismatch"


@pytest.mark.parametrize(
    "layer",
    ["{name: «next», op: conv2d, out: 4, kernel: 1}", "{name: «next», op: global_avg_pool}"],
)
def test_an_image_is_needed_where_features_come(
    layer: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(layers=[CONV, LAST, layer]), "MN114")
    assert finding.message.endswith("needs channels, height and width, reads 100")
    assert [label.text for label in finding.related] == ["read from here"]


@pytest.mark.parametrize(
    "layer",
    [
        "{name: sum, op: add, from: [conv, pool]}",
        "{name: gate, op: mul, from: [pool, conv, conv]}",
        "{name: all, op: concat, from: [pool, pool]}",
        "{name: part, op: slice, channels: [2, 4]}",
        "{name: next, op: conv2d, from: pool, out: 8, kernel: 1, groups: depthwise}",
        "{name: mean, op: avg_pool, kernel: 3, padding: same}",
        "{name: flat, op: linear, out: 7}",
    ],
)
def test_sizes_that_fit_are_no_finding(layer: str, manifest: "Made", expect: "Expected") -> None:
    expect(manifest(layers=[CONV, POOL, layer]))


def test_layers_after_one_that_does_not_fit_are_not_blamed(
    manifest: "Made", expect: "Expected"
) -> None:
    text = manifest(layers=["{name: conv, op: conv2d, out: 4, kernel: «9»}", POOL, LAST])
    expect(text, "MN114")


@pytest.mark.parametrize(
    ("layers", "why"),
    [
        (
            [CONV, "{name: act, op: relu}", "{name: bn, op: batch_norm, fold: «{into: conv}»}"],
            "it reads `act`, not `conv`",
        ),
        ([CONV, "{name: bn, op: batch_norm, fold: «{into: cnv}»}"], "it reads `conv`, not `cnv`"),
        (
            [CONV, "{name: act, op: relu}", "{name: bn, op: batch_norm, fold: «{into: act}»}"],
            "`act` is relu, not conv2d or linear",
        ),
        (
            [
                CONV,
                "{name: bn, op: batch_norm, fold: «{into: conv}»}",
                "{name: sum, op: add, from: [bn, conv]}",
            ],
            "`conv` is read by 2 layers",
        ),
        (
            ["{name: bn, op: batch_norm, fold: «{into: conv}»}", CONV],
            "it reads the input, not `conv`",
        ),
    ],
)
def test_a_fold_that_cannot_be_is_told_why(
    layers: list[str], why: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(layers=layers), "MN116")
    assert finding.message.endswith(f": {why}")


def test_a_fold_into_the_layer_before_is_no_finding(manifest: "Made", expect: "Expected") -> None:
    fold = "{name: bn, op: batch_norm, fold: {into: conv, tensors: bn}}"
    expect(manifest(layers=[CONV, fold, POOL, LAST]))


def test_many_unknown_sources_are_all_found(manifest: "Made", understood: "Understood") -> None:
    layers = [f"{{name: layer{n}, op: relu}}" for n in range(400)]
    layers += [f"{{name: other{n}, op: relu, from: layerx{n}}}" for n in range(400)]
    text = manifest(layers=layers)
    entry = understood(text)
    assert entry.graph
    assert len(entry.graph.flaws) == 400
