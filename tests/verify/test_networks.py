"""Networks as they come: each verified when its manifest is right, and found out when it is not."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from micronet_spec.checkpoint.tensor import Quantization
from micronet_spec.verify.compare import Verification
from micronet_spec.verify.evidence import Verdict
from tests.verify.conftest import Arrays, Verified, codes, dense, pruned

NUMERICS = {"numerics": "{formats: {int4: {kind: integer, bits: 4, signed: true}}}"}
CONV = (
    "{name: conv, op: conv2d, out: 4, kernel: 3, weight: {tensor: conv.weight}, "
    "bias: {tensor: conv.bias}}"
)
POOL = "{name: pool, op: global_avg_pool}"
FC = "{name: fc, op: linear, out: 100, weight: {tensor: fc.weight}, bias: {tensor: fc.bias}}"
DENSE = {
    "conv.weight": dense(4, 3, 3, 3),
    "conv.bias": dense(4),
    "fc.weight": dense(100, 4),
    "fc.bias": dense(100, seed=1),
}


def codes_of(verification: Verification) -> list[str]:
    return sorted(finding.code for finding in verification.findings)


def is_verified(verification: Verification) -> bool:
    declared = verification.comparison.entry.score
    assert declared
    return (
        verification.verdict is Verdict.VERIFIED
        and not verification.findings
        and verification.score == declared.score
    )


def test_a_dense_network(verified: Verified) -> None:
    assert is_verified(verified([CONV, POOL, FC], DENSE))


@pytest.mark.parametrize("root", ["module.", "state_dict.", "state_dict.module.", "model."])
def test_words_that_wrap_the_whole_network_are_no_part_of_its_keys(
    verified: Verified, root: str
) -> None:
    wrapped = {root + name: values for name, values in DENSE.items()}
    assert is_verified(verified([CONV, POOL, FC], wrapped))


def test_training_state_batch_norm_buffers_and_averages_are_not_needed(verified: Verified) -> None:
    bn = "{name: bn, op: batch_norm, fold: {into: conv, tensors: bn}}"
    conv = "{name: conv, op: conv2d, out: 4, kernel: 3, weight: {tensor: conv.weight}}"
    network = {
        "conv.weight": DENSE["conv.weight"],
        "bn.weight": dense(4, seed=2),
        "bn.bias": dense(4, seed=3),
        "bn.running_mean": dense(4, seed=4),
        "bn.running_var": dense(4, seed=5),
        "bn.num_batches_tracked": np.array(7),
        "fc.weight": DENSE["fc.weight"],
        "fc.bias": DENSE["fc.bias"],
    }
    file = {f"model.{name}": values for name, values in network.items()}
    file |= {"optimizer.state.0.exp_avg": dense(4, 3, 3, 3, seed=6)}
    assert is_verified(verified([conv, bn, POOL, FC], file))


def test_a_pruned_network_by_channel(verified: Verified) -> None:
    weights = pruned(4, 3, 3, 3)
    counts = np.count_nonzero(weights.reshape(4, -1), axis=1).tolist()
    conv = CONV.replace("conv.weight}", f"conv.weight, store: mask, nonzero: {counts}}}")
    assert is_verified(verified([conv, POOL, FC], DENSE | {"conv.weight": weights}))


def test_a_pruned_network_with_its_masks_beside_dense_weights(verified: Verified) -> None:
    mask = (pruned(4, 3, 3, 3) != 0).astype(np.float32)
    count = int(mask.sum())
    conv = CONV.replace("conv.weight}", f"conv.weight, store: mask, nonzero: {count}}}")
    file = {"conv.weight_orig": DENSE["conv.weight"], "conv.weight_mask": mask}
    rest = {name: values for name, values in DENSE.items() if name != "conv.weight"}
    found = verified([conv, POOL, FC], rest | file)
    assert (codes_of(found), found.verdict) == (["MN723"], Verdict.VERIFIED)
    steps = {step.name: step.terms.storage for step in found.comparison.steps}
    assert steps["nonzeros"] == -steps["masks"] > 0


def int4(weights: NDArray[np.float32]) -> str:
    count = int(np.count_nonzero(weights))
    return f"{{tensor: conv.weight, format: int4, store: mask, nonzero: {count}}}"


def test_whole_numbers_of_four_bits(verified: Verified) -> None:
    weights = codes(4, 3, 3, 3, least=-8, most=7)
    conv = CONV.replace("{tensor: conv.weight}", int4(weights))
    assert is_verified(verified([conv, POOL, FC], DENSE | {"conv.weight": weights}, **NUMERICS))


def test_more_levels_than_four_bits_can_name(verified: Verified) -> None:
    weights = codes(4, 3, 3, 3, least=-20, most=19)
    conv = CONV.replace("{tensor: conv.weight}", int4(weights))
    found = verified([conv, POOL, FC], DENSE | {"conv.weight": weights}, **NUMERICS)
    assert (codes_of(found), found.verdict) == (["MN724"], Verdict.DISCREPANCY)
    [step] = [step for step in found.comparison.steps if step.score]
    assert step.name == "widths"
    # Six bits name up to 40 levels; products and storage are as much wider, by two bits a weight.
    assert step.terms.storage == Fraction(2 * int(np.count_nonzero(weights)), 32 * 36_500_000)
    [finding] = found.findings
    assert finding.effect
    assert finding.effect.change == step.score


def test_a_conversion_that_the_manifest_states_keeps_the_declared_width(verified: Verified) -> None:
    weights = codes(4, 3, 3, 3, least=-20, most=19)
    conv = CONV.replace("{tensor: conv.weight}", int4(weights))
    checkpoint = "{file: model.pt, conversions: {int4: rounded when it is loaded}}"
    file = DENSE | {"conv.weight": weights}
    found = verified([conv, POOL, FC], file, **NUMERICS, checkpoint=checkpoint)
    assert (codes_of(found), found.verdict) == (["MN702"], Verdict.VERIFIED)


def test_ternary_weights_as_mask_and_sign(verified: Verified) -> None:
    weights = codes(4, 3, 3, 3, least=-1, most=1)
    sign = (
        f"{{tensor: conv.weight, format: sign, store: mask, nonzero: {np.count_nonzero(weights)}}}"
    )
    conv = CONV.replace("{tensor: conv.weight}", sign)
    numerics = "{formats: {sign: {kind: binary}}}"
    assert is_verified(
        verified([conv, POOL, FC], DENSE | {"conv.weight": weights}, numerics=numerics)
    )


def test_ternary_weights_as_two_masks(verified: Verified) -> None:
    weights = codes(4, 3, 3, 3, least=-1, most=1) * np.float32(0.25)
    signs = [int((weights > 0).sum()), int((weights < 0).sum())]
    store = "{{tensor: conv.weight, store: two_masks, positive: {}, negative: {}}}"
    conv = CONV.replace("{tensor: conv.weight}", store.format(*signs))
    file = DENSE | {"conv.weight": weights}
    assert is_verified(verified([conv, POOL, FC], file))
    other = CONV.replace("{tensor: conv.weight}", store.format(signs[0] - 1, signs[1] + 1))
    assert codes_of(verified([other, POOL, FC], file)) == ["MN721"]


def test_two_masks_by_output_channel(verified: Verified) -> None:
    weights = codes(4, 3, 3, 3, least=-1, most=1) * np.float32(0.25)
    signs = [np.sum(sign * weights > 0, axis=(1, 2, 3)).tolist() for sign in (1, -1)]
    store = "{{tensor: conv.weight, store: two_masks, positive: {}, negative: {}}}"
    conv = CONV.replace("{tensor: conv.weight}", store.format(*signs))
    file = DENSE | {"conv.weight": weights}
    assert is_verified(verified([conv, POOL, FC], file))
    other = [signs[0][1], signs[0][0], *signs[0][2:]]
    conv = CONV.replace("{tensor: conv.weight}", store.format(other, signs[1]))
    found = verified([conv, POOL, FC], file)
    assert codes_of(found) == ["MN721"]
    assert found.findings[0].primary.text.endswith(f"channel 0 {signs[0][0]}")
    mask = np.ones_like(weights)
    mask[0] = 0
    hidden = verified([conv, POOL, FC], file | {"conv.weight_mask": mask})
    assert codes_of(hidden) == ["MN721", "MN723", "MN733"]
    measured = hidden.comparison.measured
    assert measured
    tensor: Any = getattr(measured.reading.layers[0], "weight")  # noqa: B009
    assert (tensor.positive[0], tensor.negative[0]) == (0, 0)


def test_two_masks_of_more_than_two_values(verified: Verified) -> None:
    store = "{tensor: conv.weight, store: two_masks, positive: unknown, negative: unknown}"
    found = verified([CONV.replace("{tensor: conv.weight}", store), POOL, FC], DENSE)
    assert "MN725" in codes_of(found)
    [finding] = [it for it in found.findings if it.code == "MN725"]
    assert finding.primary.text.endswith("the file has 108")


def test_blocks_that_a_stored_mask_leaves(verified: Verified) -> None:
    mask = np.zeros((4, 3, 3, 3), np.float32)
    mask[:2, 0] = 1
    store = "{tensor: conv.weight, store: block_mask, block: [2, 9], blocks: 1"
    file = DENSE | {"conv.mask": mask}
    conv = CONV.replace("{tensor: conv.weight", store)
    found = verified([conv, POOL, FC], file, blocks=[(2, 9)])
    assert set(codes_of(found)) == {"MN723", "MN733"}
    channels = conv.replace("blocks: 1", "blocks: 1, weights: [9, 9, 0, 0]")
    assert "MN721" not in codes_of(verified([channels, POOL, FC], file, blocks=[(2, 9)]))
    wrong = conv.replace("blocks: 1", "blocks: 1, weights: [9, 0, 9, 0]")
    assert "MN721" in codes_of(verified([wrong, POOL, FC], file, blocks=[(2, 9)]))


def test_scales_inside_a_quantized_tensor_are_stored(verified: Verified) -> None:
    conv = CONV.replace("conv.weight}", "conv.weight, format: int8}")
    numerics = "{formats: {int8: {kind: integer, bits: 8, signed: true}}}"
    kept = Quantization((0.5, 0.25, 0.125, 1.0), (0, 3, 0, 0), 0)
    values = codes(4, 3, 3, 3, least=-128, most=127).astype(np.int8)
    file = DENSE | {"conv.weight": values}
    quantized = {"quantized": {"conv.weight": kept}, "numerics": numerics}
    found = verified([conv, POOL, FC], file, **quantized)
    assert codes_of(found) == ["MN718"]
    [step] = [step for step in found.comparison.steps if step.score]
    assert (step.name, step.terms.storage) == ("undeclared scales", Fraction(8, 36_500_000))
    for stored in ("{what: scales, count: 8}", "{what: scales, count: 4}"):
        declared = conv.removesuffix("}") + f", stored: [{stored}]}}"
        assert codes_of(verified([declared, POOL, FC], file, **quantized)) == []
    scaled = [conv, "{name: scale, op: scale}", POOL, FC]
    assert codes_of(verified(scaled, file, **quantized)) == []


def test_blocks_of_weights(verified: Verified) -> None:
    weights = np.kron((pruned(2, 9) != 0), np.ones((2, 3))).astype(np.float32) * dense(4, 27)
    kept = int((weights.reshape(2, 2, 9, 3) != 0).any(axis=(1, 3)).sum())
    store = "{{tensor: conv.weight, store: block_mask, block: [2, 3], blocks: {}}}"
    file = DENSE | {"conv.weight": weights.reshape(4, 3, 3, 3)}
    right, wrong = (
        CONV.replace("{tensor: conv.weight}", store.format(count)) for count in (kept, kept - 1)
    )
    assert is_verified(verified([right, POOL, FC], file, blocks=[(2, 3)]))
    found = verified([wrong, POOL, FC], file, blocks=[(2, 3)])
    assert codes_of(found) == ["MN721"]
    assert found.score
    assert found.comparison.entry.score
    assert found.score > found.comparison.entry.score.score


BOOK = {"numerics": "{formats: {book: {kind: codebook, entries: 16, block: 2, values: float32}}}"}
FC_BOOK = FC.replace("{tensor: fc.weight}", "{tensor: fc, format: book}")


def book(entries: int, indices: int = 200) -> Arrays:
    picked = np.arange(indices) % entries
    return {
        "conv.weight": DENSE["conv.weight"],
        "conv.bias": DENSE["conv.bias"],
        "fc.bias": DENSE["fc.bias"],
        "fc.centroids": dense(entries, 2, seed=7),
        "fc.assignments": picked.astype(np.uint8),
    }


def test_a_codebook_with_indices(verified: Verified) -> None:
    assert is_verified(verified([CONV, POOL, FC_BOOK], book(16), **BOOK))


def test_a_codebook_of_another_size(verified: Verified) -> None:
    found = verified([CONV, POOL, FC_BOOK], book(64), **BOOK)
    assert (codes_of(found), found.verdict) == (["MN713"], Verdict.DISCREPANCY)
    [step] = [step for step in found.comparison.steps if step.score]
    # 200 indices of 6 bits, not 4, and 48 more entries of 2 values.
    assert step.terms.storage == Fraction(200 * 2 + 48 * 2 * 32, 32 * 36_500_000)


def test_fewer_indices_than_the_layer_has_blocks(verified: Verified) -> None:
    assert codes_of(verified([CONV, POOL, FC_BOOK], book(16, 199), **BOOK)) == ["MN713"]


def test_values_of_a_palette_without_indices(verified: Verified) -> None:
    numerics = "{formats: {book: {kind: codebook, entries: 4, values: float32}}}"
    fc = FC.replace("{tensor: fc.weight}", "{tensor: fc.weight, format: book}")
    palette = dense(4, seed=8)[codes(100, 4, least=0, most=3).astype(int)]
    assert is_verified(
        verified([CONV, POOL, fc], DENSE | {"fc.weight": palette}, numerics=numerics)
    )
    more = dense(9, seed=8)[codes(100, 4, least=0, most=8).astype(int)]
    found = verified([CONV, POOL, fc], DENSE | {"fc.weight": more}, numerics=numerics)
    assert found.verdict is Verdict.DISCREPANCY


LANGUAGE: dict[str, Any] = {
    "task": "wikitext103",
    "training": "{data: [wikitext103/train], start_weights: none}",
    "quality": "{perplexity: 34}",
}


def network(*layers: str, inputs: str = "[1]") -> str:
    return f"\n  input: {inputs}\n  layers:" + "".join(f"\n    - {layer}" for layer in layers)


LSTM = (
    "{name: rnn, op: lstm, units: 8, weight: {tensor: rnn.weight_ih_l0}, "
    "recurrent: {tensor: rnn.weight_hh_l0}, bias: {tensor: rnn.bias_ih_l0}}"
)


def test_an_lstm_with_tied_embedding_as_torch_keeps_it(verified: Verified) -> None:
    table = dense(50, 8)
    layers = (
        "{name: embed, op: embedding, entries: 50, out: 8, weight: {tensor: encoder.weight}}",
        LSTM,
        "{name: out, op: linear, out: 50, weight: {tensor: decoder.weight, same_as: embed}}",
    )
    file = {
        "encoder.weight": table,
        "rnn.weight_ih_l0": dense(32, 8, seed=1),
        "rnn.weight_hh_l0": dense(32, 8, seed=2),
        "rnn.bias_ih_l0": dense(32, seed=3),
        "rnn.bias_hh_l0": dense(32, seed=4),
        "decoder.weight": table,
    }
    assert is_verified(verified([], file, **LANGUAGE, model=network(*layers)))
    untied = file | {"decoder.weight": dense(50, 8, seed=5)}
    found = verified([], untied, **LANGUAGE, model=network(*layers))
    assert (codes_of(found), found.verdict) == (["MN717"], Verdict.DISCREPANCY)
    assert sum(step.terms.storage for step in found.comparison.steps) == Fraction(400, 159_000_000)


def test_a_table_that_is_counted_twice(verified: Verified) -> None:
    table = dense(50, 8)
    layers = (
        "{name: embed, op: embedding, entries: 50, out: 8, weight: {tensor: encoder.weight}}",
        "{name: out, op: linear, out: 50, weight: {tensor: decoder.weight}}",
    )
    file = {"encoder.weight": table, "decoder.weight": table}
    found = verified([], file, **LANGUAGE, model=network(*layers))
    assert (codes_of(found), found.verdict) == (["MN716"], Verdict.VERIFIED)
    assert found.findings[0].effect
    assert found.findings[0].effect.change == -Fraction(400, 159_000_000)


def test_a_transformer_block(verified: Verified) -> None:
    table = "stored: [{what: position table, count: 32, tensor: positions}]"
    layers = (
        "{name: ln, op: layer_norm, weight: {tensor: ln.weight}, bias: {tensor: ln.bias}}",
        "{name: q, op: linear, out: 8, weight: {tensor: q.weight}, bias: {tensor: q.bias}}",
        "{name: scores, op: attention_scores, heads: 2, positions: 4}",
        "{name: soft, op: softmax, groups: 2}",
        "{name: mix, op: attention_values, heads: 2, positions: 4, out: 8}",
        f"{{name: up, op: linear, out: 16, weight: {{tensor: mlp.up.weight}}, {table}}}",
    )
    file = {
        "ln.weight": dense(8),
        "ln.bias": dense(8, seed=1),
        "q.weight": dense(8, 8),
        "q.bias": dense(8, seed=2),
        "mlp.up.weight": dense(16, 8),
        "positions": dense(4, 8),
    }
    assert is_verified(verified([], file, **LANGUAGE, model=network(*layers, inputs="[8]")))


def without(name: str) -> Arrays:
    return {key: values for key, values in DENSE.items() if key != name}


def test_a_bias_that_the_file_does_not_have_is_neither_stored_nor_added(verified: Verified) -> None:
    found = verified([CONV, POOL, FC], without("conv.bias"))
    assert (codes_of(found), found.verdict) == (["MN711"], Verdict.DISCREPANCY)
    [step] = [step for step in found.comparison.steps if step.score]
    assert (step.name, step.terms.storage) == ("missing tensors", -Fraction(4, 36_500_000))
    assert step.terms.ops == -Fraction(4 * 36, 10_490_000_000)


def test_a_bias_that_no_layer_declares_is_stored_and_added(verified: Verified) -> None:
    conv = "{name: conv, op: conv2d, out: 4, kernel: 3, weight: {tensor: conv.weight}}"
    found = verified([conv, POOL, FC], DENSE)
    assert (codes_of(found), found.verdict) == (["MN712"], Verdict.DISCREPANCY)
    [step] = [step for step in found.comparison.steps if step.score]
    assert (step.name, step.terms.storage) == ("undeclared tensors", Fraction(4, 36_500_000))
    assert step.terms.ops == Fraction(4 * 36, 10_490_000_000)


def test_further_tensors_are_stored(verified: Verified) -> None:
    found = verified([CONV, POOL, FC], DENSE | {"table": dense(10, 3)})
    assert (codes_of(found), found.verdict) == (["MN712"], Verdict.DISCREPANCY)
    assert sum(step.terms.storage for step in found.comparison.steps) == Fraction(30, 36_500_000)


def test_a_layer_of_another_size_than_the_file(verified: Verified) -> None:
    conv = CONV.replace("kernel: 3", "kernel: 1")
    found = verified([conv, POOL, FC], DENSE)
    assert (codes_of(found), found.verdict) == (["MN713"], Verdict.DISCREPANCY)
    honest = verified([CONV, POOL, FC], DENSE)
    assert found.score == honest.score


def test_sizes_that_do_not_fit_each_other_are_not_counted(verified: Verified) -> None:
    found = verified([CONV, POOL, FC], DENSE | {"fc.weight": dense(100, 5)})
    assert (codes_of(found), found.verdict) == (["MN713"], Verdict.DISCREPANCY)


def test_one_sparsity_for_layers_that_differ(verified: Verified) -> None:
    sparse = "{{tensor: {}.weight, store: mask, nonzero: {{sparsity: 0.5}}}}"
    conv = CONV.replace("{tensor: conv.weight}", sparse.format("conv"))
    fc = FC.replace("{tensor: fc.weight}", sparse.format("fc"))
    file = DENSE | {
        "conv.weight": pruned(4, 3, 3, 3, keep=0.9),
        "fc.weight": pruned(100, 4, keep=0.3),
    }
    found = verified([conv, POOL, fc], file)
    assert (codes_of(found)[0], found.verdict) == ("MN722", Verdict.DISCREPANCY)
    finding = next(finding for finding in found.findings if finding.code == "MN722")
    assert finding.effect
    assert finding.effect.change == sum(step.score for step in found.comparison.steps)


def test_values_that_are_no_numbers(verified: Verified) -> None:
    bias = np.array([1, np.nan, np.inf, 1], np.float32)
    found = verified([CONV, POOL, FC], DENSE | {"conv.bias": bias})
    assert (codes_of(found), found.verdict) == (["MN731"], Verdict.DISCREPANCY)


def test_denormals_and_channels_without_weights_are_noted(verified: Verified) -> None:
    weights = DENSE["conv.weight"].copy()
    weights[1] = 0
    weights[2, 0, 0, 0] = 1e-40
    conv = CONV.replace("conv.weight}", "conv.weight, store: mask, nonzero: [27, 0, 27, 27]}")
    found = verified([conv, POOL, FC], DENSE | {"conv.weight": weights})
    assert (codes_of(found), found.verdict) == (["MN732", "MN733"], Verdict.VERIFIED)


def test_values_of_another_format_and_bits_that_are_not_needed(verified: Verified) -> None:
    numerics = "{defaults: {weight: float16, parameter: float16}}"
    file = DENSE | {"conv.weight": codes(4, 3, 3, 3, least=-8, most=7)}
    found = verified([CONV, POOL, FC], file, numerics=numerics)
    assert (codes_of(found), found.verdict) == (["MN725", "MN726"], Verdict.VERIFIED)
    fewer = next(finding for finding in found.findings if finding.code == "MN726")
    assert fewer.effect
    assert fewer.effect.change == -Fraction(108 * 12, 32 * 36_500_000)
    as_stored = next(finding for finding in found.findings if finding.code == "MN725")
    assert as_stored.effect
    assert as_stored.effect.terms
    assert as_stored.effect.terms.storage == Fraction((4 + 400 + 100) * 16, 32 * 36_500_000)


def test_under_the_freebie_widths_stay(verified: Verified) -> None:
    assert is_verified(verified([CONV, POOL, FC], DENSE, numerics="{freebie: 16-bit}"))


def test_another_file_than_the_manifests(verified: Verified) -> None:
    checkpoint = f"{{file: model.pt, sha256: {'a' * 64}, bytes: 13}}"
    found = verified([CONV, POOL, FC], DENSE, checkpoint=checkpoint)
    assert (codes_of(found), found.verdict) == (["MN701"], Verdict.DISCREPANCY)
    assert [label.text for label in found.findings[0].related] == ["the file has 12"]


def test_an_unknown_count_becomes_exact(verified: Verified) -> None:
    conv = CONV.replace("conv.weight}", "conv.weight, store: mask, nonzero: unknown}")
    found = verified([conv, POOL, FC], DENSE | {"conv.weight": pruned(4, 3, 3, 3)})
    assert found.verdict is Verdict.VERIFIED
    measured, declared = found.comparison.measured, found.comparison.entry.interval
    assert measured
    assert measured.exact
    assert declared
    assert found.score
    assert declared[0] < found.score < declared[1]
