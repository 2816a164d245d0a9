"""Tensors of any shape and type under the keys of a manifest: always a verdict, never a failure."""

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from micronet_spec.report.verification import VerificationReport
from micronet_spec.verify.evidence import Verdict
from micronet_spec.verify.fix import fixed, keys_found, measured_values
from tests.verify.conftest import SECTIONS, entry_of, made, verified_against

if TYPE_CHECKING:
    from tests.conftest import Made

NUMERICS = (
    "{formats: {int2: {kind: integer, bits: 2, signed: true}, "
    "book: {kind: codebook, entries: 16, block: 2, values: float32}}}"
)
WEIGHTS = (
    "",
    ", weight: {tensor: conv.weight}",
    ", weight: {tensor: conv.weight, format: int2}",
    ", weight: {tensor: conv.weight, store: mask, nonzero: 50}",
    ", weight: {tensor: conv.weight, store: mask, nonzero: [1, 2, 3, 4]}",
    ", weight: {tensor: conv.weight, store: mask, nonzero: unknown}",
    ", weight: {tensor: conv.weight, store: mask, nonzero: {sparsity: 1/2}}",
    ", weight: {tensor: conv.weight, store: two_masks, positive: 3, negative: 4}",
    ", weight: {tensor: conv.weight, store: block_mask, block: [2, 3], blocks: 4}",
)
FCS = (
    "weight: {tensor: fc.weight}, bias: {tensor: fc.bias}",
    "weight: {tensor: fc, format: book}",
    "stored: [{what: scales, count: 3, tensor: fc.bias}, {what: more, count: {at_most: 4}}]",
)
NAMES = (
    "conv.weight",
    "conv.mask",
    "conv.bias",
    "module.conv.weight",
    "bn.bias",
    "bn.running_mean",
    "fc.weight",
    "fc.bias",
    "fc.centroids",
    "fc.assignments",
)
SHAPES = st.lists(st.sampled_from([0, 1, 2, 3, 4, 27, 100]), max_size=4).map(tuple).filter(
    lambda shape: np.prod(shape) <= 3000
) | st.just((4, 3, 3, 3))
TYPES = st.sampled_from(["float32", "float16", "int8", "uint8", "int64", "bool"])
TENSORS = st.builds(
    lambda shape, dtype, seed: np.random.default_rng(seed).integers(-3, 4, shape).astype(dtype),
    SHAPES,
    TYPES,
    st.integers(0, 9),
) | arrays.arrays(np.float32, (4,), elements=st.floats(width=32))


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    weight=st.sampled_from(WEIGHTS),
    fc=st.sampled_from(FCS),
    folded=st.booleans(),
    tensors=st.dictionaries(st.sampled_from(NAMES), TENSORS),
)
def test_there_is_always_a_verdict_and_a_manifest(
    *, manifest: "Made", weight: str, fc: str, folded: bool, tensors: dict[str, Any]
) -> None:
    layers = [
        f"{{name: conv, op: conv2d, out: 4, kernel: 3{weight}}}",
        *(["{name: bn, op: batch_norm, fold: {into: conv, tensors: bn}}"] if folded else []),
        "{name: pool, op: global_avg_pool}",
        f"{{name: fc, op: linear, out: 100, {fc}}}",
    ]
    text = manifest(layers=layers, numerics=NUMERICS, **SECTIONS)
    verification = verified_against(text, made(tensors, (2, 3)))
    assert verification.verdict in {Verdict.VERIFIED, Verdict.DISCREPANCY, Verdict.INCOMPLETE}
    report = VerificationReport(verification, verification.findings, every=True)
    assert list(report.text())
    assert json.dumps(report.json())
    comparison = verification.comparison
    after, failed = fixed(comparison.entry, keys_found(comparison) + measured_values(comparison))
    assert not failed
    assert not entry_of(after).reading.findings
