"""What was measured, written into the manifest; comments and order stay."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from micronet_spec.verify.evidence import Verdict
from micronet_spec.verify.fix import fixed, keys_found, measured_values
from tests.verify.conftest import (
    FILE,
    Arrays,
    codes,
    dense,
    entry_of,
    made,
    pruned,
    verified_against,
)

LAYERS = """
  input: [3, 8, 8]   # small
  layers:
    # the only convolution
    - {name: conv, op: conv2d, out: 4, kernel: 3, weight: {store: mask, nonzero: 99}}   # a guess
    - {name: bn, op: batch_norm, fold: {into: conv}}
    - {name: pool, op: global_avg_pool}
    - name: fc
      op: linear
      out: 100
"""
FILE_ARRAYS: Arrays = {
    "conv.weight": pruned(4, 3, 3, 3),
    "bn.weight": dense(4),
    "bn.bias": dense(4, seed=1),
    "bn.running_mean": dense(4, seed=2),
    "bn.running_var": dense(4, seed=3),
    "fc.weight": dense(100, 4),
}


def settled(text: str, arrays: Arrays) -> str:
    """Return the manifest with what was found in it; it must verify."""
    comparison = verified_against(text, made(arrays)).comparison
    values = keys_found(comparison) + measured_values(comparison)
    after, failed = fixed(comparison.entry, values)
    assert not failed
    again = verified_against(after, made(arrays))
    assert (again.findings, again.verdict) == ((), Verdict.VERIFIED)
    assert again.score == again.comparison.entry.score.score  # type: ignore[union-attr]
    return after


def test_keys_nonzeros_digest_and_size_are_written(manifest: Any) -> None:
    text = manifest(model=LAYERS, checkpoint="{file: model.pt}   # not yet\n")
    after = settled(text, FILE_ARRAYS)
    count = int(np.count_nonzero(FILE_ARRAYS["conv.weight"]))
    expected = (
        text.replace("nonzero: 99}", f"nonzero: {count}, tensor: conv.weight}}")
        .replace("into: conv}", "into: conv, tensors: bn}")
        .replace("      out: 100\n", "      out: 100\n      weight: {tensor: fc.weight}\n")
        .replace("model.pt}", f'model.pt, sha256: "{FILE.sha256}", bytes: 12}}')
    )
    assert after.replace('"', "") == expected.replace('"', "")


def test_what_is_right_is_left_alone(manifest: Any) -> None:
    after = settled(manifest(model=LAYERS), FILE_ARRAYS)
    comparison = verified_against(after, made(FILE_ARRAYS)).comparison
    assert fixed(comparison.entry, measured_values(comparison)) == (after, [])


@pytest.mark.parametrize(
    "declared", ["[27, 27, 27, 27]", "{per_channel: [[27, 4]]}", "unknown", "{at_least: 3}"]
)
def test_counts_keep_the_form_they_are_declared_in(manifest: Any, declared: str) -> None:
    layers = LAYERS.replace("nonzero: 99", f"nonzero: {declared}")
    after = settled(manifest(model=layers), FILE_ARRAYS)
    layer: Any = entry_of(after).reading.layers[0]
    written = layer.weight.nonzero
    by_channel = np.count_nonzero(FILE_ARRAYS["conv.weight"].reshape(4, -1), axis=1)
    if declared.startswith("["):
        assert written == tuple(by_channel.tolist())
    elif declared.startswith("{per"):
        assert sum(count * channels for count, channels in written.per_channel) == by_channel.sum()
    else:
        assert written == by_channel.sum()


def test_an_empty_channel_makes_a_list_of_a_total(manifest: Any) -> None:
    weights = FILE_ARRAYS["conv.weight"].copy()
    weights[2] = 0
    comparison = verified_against(
        manifest(model=LAYERS), made({**FILE_ARRAYS, "conv.weight": weights})
    ).comparison
    [(route, value)] = [it for it in measured_values(comparison) if it[0][-1] == "nonzero"]
    assert route[-2:] == ("weight", "nonzero")
    assert value[2] == 0
    assert len(value) == 4


def test_widths_are_declared_as_formats(manifest: Any) -> None:
    text = manifest(
        layers=["{name: fc, op: linear, out: 10, weight: {tensor: fc.weight}}"],
        numerics="\n  formats: {int4: {kind: integer, bits: 4, signed: true}}\n"
        "  defaults: {weight: int4}",
    )
    after = settled(text, {"fc.weight": codes(10, 192, least=-20, most=19)})
    assert "{kind: integer, bits: 6, signed: true}" in after
    assert "weight: {tensor: fc.weight, format: int4-at-6}" in after


def test_a_checkpoint_that_the_manifest_does_not_name_is_added(manifest: Any) -> None:
    text = manifest(checkpoint=None)
    arrays = {"conv.weight": dense(4, 3, 3, 3), "fc.weight": dense(100, 4)}
    assert f"\ncheckpoint: {{file: {FILE.name}, sha256:" in settled(text, arrays)
    assert Path(FILE.name).suffix == ".pt"
