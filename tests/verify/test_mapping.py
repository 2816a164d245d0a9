"""Which tensor is meant: by key, else a guess that is shown, else not decided."""

from typing import Any

import numpy as np

from micronet_spec.verify.evidence import Verdict
from micronet_spec.verify.mapping import How, Mapping
from tests.verify.conftest import Arrays, Verified, dense

CONVS = [
    "{name: first, op: conv2d, out: 4, kernel: 3}",
    "{name: second, op: conv2d, out: 4, kernel: 1}",
    "{name: third, op: conv2d, out: 4, kernel: 1}",
    "{name: pool, op: global_avg_pool}",
    "{name: fc, op: linear, out: 100}",
]


def arrays(first: str, second: str, third: str, last: str) -> Arrays:
    return {
        first: dense(4, 3, 3, 3),
        second: dense(4, 4, 1, 1, seed=1),
        third: dense(4, 4, 1, 1, seed=2),
        last: dense(100, 4),
    }


def found(mapping: Mapping) -> dict[str, tuple[str, How]]:
    return {match.slot.layer: (match.key, match.how) for match in mapping.matches}


def test_a_layers_own_name_is_the_first_guess(verified: Verified) -> None:
    file = arrays("first.weight", "second.weight", "third.weight", "fc.weight")
    verification = verified(CONVS, file)
    assert {how for _, how in found(verification.comparison.mapping).values()} == {How.NAME}
    assert [finding.code for finding in verification.findings] == ["MN715"]
    assert verification.verdict is Verdict.VERIFIED


def test_similar_names_decide_between_equal_shapes(verified: Verified) -> None:
    file = arrays("net.First.weight", "net.Third.weight", "net.Second.weight", "net.Fc.weight")
    mapping = verified(CONVS, file).comparison.mapping
    assert found(mapping) == {
        "first": ("net.First.weight", How.SIMILAR),
        "second": ("net.Second.weight", How.SIMILAR),
        "third": ("net.Third.weight", How.SIMILAR),
        "fc": ("net.Fc.weight", How.SIMILAR),
    }


def test_folded_batch_norms_are_taken_in_order_of_each_size(verified: Verified) -> None:
    layers = [
        "{name: a, op: conv2d, out: 4, kernel: 3}",
        "{name: a.bn, op: batch_norm, fold: {into: a}}",
        "{name: b, op: conv2d, out: 4, kernel: 1}",
        "{name: b.bn, op: batch_norm, fold: {into: b}}",
        "{name: pool, op: global_avg_pool}",
        "{name: fc, op: linear, out: 100}",
    ]
    file = {"0.weight": dense(4, 3, 3, 3), "3.weight": dense(4, 4, 1, 1), "6.weight": dense(100, 4)}
    words = ("weight", "bias", "running_mean", "running_var")
    for seed, stem in enumerate(("1", "4")):
        file |= {f"{stem}.{word}": dense(4, seed=10 * seed + n) for n, word in enumerate(words)}
    verification = verified(layers, file)
    assert verification.verdict is Verdict.VERIFIED
    mapping = verification.comparison.mapping
    taken = {match.slot.label: match.key for match in mapping.matches if match.slot.folded}
    assert taken == {
        f"{layer}.fold.{word}": f"{stem}.{word}"
        for layer, stem in (("a.bn", "1"), ("b.bn", "4"))
        for word in words
    }
    one_more = file | {f"7.{word}": dense(4, seed=30 + n) for n, word in enumerate(words)}
    undecided = verified(layers, one_more)
    assert not any(it.slot.folded for it in undecided.comparison.mapping.matches)
    assert undecided.verdict is Verdict.DISCREPANCY


def test_names_that_say_nothing_are_taken_in_order_of_each_shape(verified: Verified) -> None:
    mapping = verified(CONVS, arrays("0.weight", "3.weight", "6.weight", "9.kernel")).comparison
    assert found(mapping.mapping) == {
        "first": ("0.weight", How.ORDER),
        "second": ("3.weight", How.ORDER),
        "third": ("6.weight", How.ORDER),
        "fc": ("9.kernel", How.ORDER),
    }


def test_more_tensors_of_a_shape_than_layers_are_not_decided(verified: Verified) -> None:
    file = {**arrays("0.w", "3.w", "6.w", "9.w"), "8.w": dense(4, 4, 1, 1, seed=3)}
    verification = verified(CONVS, file)
    [finding] = [it for it in verification.findings if it.code == "MN714"]
    assert finding.primary.text == "one of 3.w, 6.w, 8.w"
    assert verification.verdict is Verdict.INCOMPLETE
    assert not verification.comparison.mapping.extras


def test_nothing_of_the_shape_is_not_decided_either(verified: Verified) -> None:
    file = {name: it for name, it in arrays("0.w", "3.w", "6.w", "9.w").items() if name != "9.w"}
    [finding] = [it for it in verified(CONVS, file).findings if it.code == "MN714"]
    assert finding.primary.text == "nothing in the file has this shape"


KEYS = [layer.replace("}", ", weight: {tensor: NAME.weight}}") for layer in CONVS]
KEYED = [
    layer.replace("NAME", layer.split()[1].rstrip(",")) if "pool" not in layer else CONVS[3]
    for layer in KEYS
]
NETWORK: dict[str, Any] = dict(arrays("first.weight", "second.weight", "third.weight", "fc.weight"))


def two_networks() -> dict[str, Any]:
    trained = {f"state_dict.{name}": it for name, it in NETWORK.items()}
    return trained | {f"ema.{name}": it * np.float32(0.5) for name, it in NETWORK.items()}


def test_two_networks_that_differ_are_not_decided(verified: Verified) -> None:
    verification = verified(KEYED, two_networks())
    messages = [it.message for it in verification.findings]
    assert messages == ["the file holds several networks, and they differ: `state_dict.`, `ema.`"]
    assert verification.verdict is Verdict.INCOMPLETE
    assert not verification.comparison.mapping.matches


def test_a_root_decides_and_the_other_network_is_another_state(verified: Verified) -> None:
    verification = verified(KEYED, two_networks(), root="ema")
    mapping = verification.comparison.mapping
    assert verification.verdict is Verdict.VERIFIED
    assert {match.key.split(".")[0] for match in mapping.matches} == {"ema"}
    assert {spare.why for spare in mapping.spare} == {"other states"}


def test_two_networks_that_are_equal_are_one(verified: Verified) -> None:
    file = {f"state_dict.{name}": it for name, it in NETWORK.items()}
    verification = verified(KEYED, file | {f"ema.{name}": it for name, it in NETWORK.items()})
    assert verification.verdict is Verdict.VERIFIED


def test_a_key_is_taken_as_it_is_written(verified: Verified) -> None:
    layers = [layer.replace("tensor: ", "tensor: ema.") for layer in KEYED]
    mapping = verified(layers, two_networks()).comparison.mapping
    assert {match.key.split(".")[0] for match in mapping.matches} == {"ema"}
    wrapped = [layer.replace("tensor: ", "tensor: module.") for layer in KEYED]
    assert verified(wrapped, NETWORK).verdict is Verdict.VERIFIED


def test_a_batch_norm_that_was_folded_before_saving(verified: Verified) -> None:
    layers = [*KEYED[:1], "{name: bn, op: batch_norm, fold: {into: first}}", *KEYED[1:]]
    verification = verified(layers, NETWORK | {"first.bias": dense(4)})
    assert verification.verdict is Verdict.VERIFIED
    [spare] = verification.comparison.mapping.spare
    assert (spare.tensor, spare.of) == ("first.bias", "bn")


def test_a_fold_whose_tensors_are_not_there_is_missing(verified: Verified) -> None:
    layers = [
        *KEYED[:1],
        "{name: bn, op: batch_norm, fold: {into: first, tensors: bn}}",
        *KEYED[1:],
    ]
    assert [it.code for it in verified(layers, NETWORK).findings] == ["MN711"]
    wrong = NETWORK | {"bn.bias": dense(5), "bn.running_mean": dense(4)}
    assert [it.code for it in verified(layers, wrong).findings] == ["MN713"]


def test_zeros_are_not_needed(verified: Verified) -> None:
    verification = verified(KEYED, NETWORK | {"second.bias": np.zeros(4, np.float32)})
    assert verification.verdict is Verdict.VERIFIED
    assert [it.why for it in verification.comparison.mapping.spare] == ["only zeros"]


def test_words_below_a_root_are_no_part_of_a_key_either(verified: Verified) -> None:
    file = {f"model.module.{name}": it for name, it in NETWORK.items()}
    averages = {f"model_ema.module.{name}": it / 2 for name, it in NETWORK.items()}
    verification = verified(KEYED, file | averages, root="model_ema")
    assert verification.verdict is Verdict.VERIFIED


def test_numbers_of_the_training_are_not_needed(verified: Verified) -> None:
    file = {"fc.weight": dense(100, 3), "best_acc1": np.array(80.5), "epoch": np.array(3)}
    mapping = verified(KEYED[-2:], file).comparison.mapping
    assert {spare.tensor for spare in mapping.spare} == {"best_acc1", "epoch"}


def test_masks_kept_apart_from_their_tensors(verified: Verified) -> None:
    weights, mask = dense(100, 3), np.zeros((100, 3), bool)
    mask[:, 0] = True
    pool, fc = "{name: pool, op: global_avg_pool}", "{tensor: fc.weight, store: mask, nonzero: 100}"
    file = {"state_dict.module.fc.weight": weights, "masks.fc.weight": mask}
    verification = verified([pool, f"{{name: fc, op: linear, out: 100, weight: {fc}}}"], file)
    assert [finding.code for finding in verification.findings] == ["MN723"]
    assert verification.verdict is Verdict.VERIFIED
