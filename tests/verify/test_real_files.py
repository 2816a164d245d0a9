"""The checkpoints of 2019: what they hold is what the manifests of this repository declare."""

import json
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from micronet_spec.checkpoint.request import Request
from micronet_spec.entry.entry import load_entry
from micronet_spec.verify.attribution import waterfall
from micronet_spec.verify.compare import Verification
from micronet_spec.verify.evidence import Verdict
from micronet_spec.verify.run import Source, verify

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
FILES = {
    "01-riair": "cifar100-01-riair.densenet-100.pth.tar",
    "02-kaist-ai": "cifar100-02-kaist-ai.micronet_v1_pr_60.t7",
    "26-punynet": "cifar100-26-punynet.state_dict_compressed.pth",
}

pytestmark = pytest.mark.skipif(
    not (SHARED / "checkpoints").is_dir(), reason="the checkpoints of 2019 are not here"
)


@cache
def verified(name: str) -> Verification:
    entry = load_entry(ROOT / "submissions" / "micronet-2019" / "cifar100" / f"{name}.yaml")
    path = SHARED / "checkpoints" / FILES[name]
    verification, _ = verify(entry, Source(Request(path=path)))
    return verification


def channels(name: str) -> dict[str, list[int]]:
    text = (SHARED / "evidence" / f"cifar100-{name}.channel_nnz.json").read_text(encoding="utf-8")
    counts: dict[str, list[int]] = json.loads(text)["nonzeros_per_output_channel"]
    return counts


def changes(name: str) -> dict[str, float]:
    found = waterfall(verified(name).comparison)
    return {change.what: round(float(change.score), 8) for change in found}


@pytest.mark.parametrize("name", FILES)
def test_the_file_holds_what_the_manifest_declares(name: str) -> None:
    verification = verified(name)
    assert verification.verdict is Verdict.VERIFIED
    assert not verification.comparison.mapping.extras
    assert not verification.comparison.mapping.guesses
    assert {it.code for it in verification.findings} <= {"MN732", "MN734"}
    assert sum(step.score for step in verification.comparison.steps) == 0


@pytest.mark.parametrize("name", FILES)
def test_the_changes_from_claimed_to_measured_sum_exactly(name: str) -> None:
    verification, at, levels = verified(name), Fraction(), 0
    for change in waterfall(verification.comparison):
        if change.level and levels:
            assert at == change.score
        at = change.score if change.level else at + change.score
        levels += change.level
    assert (at, levels) == (verification.score, 4)


@pytest.mark.parametrize("name", ["01-riair", "02-kaist-ai"])
def test_nonzeros_of_every_channel_are_those_of_the_evidence(name: str) -> None:
    matches = verified(name).comparison.mapping.matches
    counts = channels(name)
    found = {match.slot.layer: match for match in matches if match.slot.field == ("weight",)}
    assert len(counts) >= 86
    for layer, expected in counts.items():
        match = found[layer.removesuffix(".weight")]
        assert list((match.mask or match.tensor).channel_nonzeros) == expected, layer


def test_kaist_ai() -> None:
    verification = verified("02-kaist-ai")
    masks = [match.mask for match in verification.comparison.mapping.matches if match.mask]
    assert len(masks) == 86
    assert not any(mask.masked_nonzeros for mask in masks)
    assert round(float(verification.score or 0), 10) == 0.0054597190
    found = changes("02-kaist-ai")
    assert found["claimed"] == 0.0054454
    # Their counter did not see the sums of residual blocks, nor the products of gates.
    assert found["add adds: not counted"] == 0.00000961
    assert found["mul multiplies: not counted"] == 0.00000480


def test_riair() -> None:
    verification = verified("01-riair")
    tensors = {
        match.slot.label: match.tensor
        for match in verification.comparison.mapping.matches
        if match.slot.matrix
    }
    assert sum(tensor.nonzeros for tensor in tensors.values()) == 194_905
    bits = {name: tensor.bits for name, tensor in tensors.items()}
    assert bits.pop("fc.weight") == 6
    assert set(bits.values()) == {4}
    assert {tensor.representation for tensor in tensors.values()} == {"signed integer"}
    assert round(float(verification.score or 0), 10) == 0.0047227116
    found = changes("01-riair")
    assert (found["claimed"], found["the team's own counts"]) == (0.004169, 0.00437493)
    assert found["scale storage: one value per layer instead of per channel"] == 0.00033966
    # Scales that every block has of its own, of channels that its convolution does not read.
    [unread] = verification.findings
    assert (unread.code, unread.message) == ("MN734", "nobody reads output channels of 54 tensors")


def test_punynet() -> None:
    verification = verified("26-punynet")
    measured = verification.comparison.measured
    assert measured
    assert measured.score
    assert round(float(measured.score.parameters)) == 363_476
    books = [it for it in verification.comparison.mapping.matches if len(it.tensors) > 1]
    assert len(books) == 20
