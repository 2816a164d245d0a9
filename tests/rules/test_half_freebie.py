"""MN216: the freebie taken for storage alone, or for operations alone."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from micronet_spec.audit.audit import lint as lint_file
from micronet_spec.entry.claims import COLUMNS

if TYPE_CHECKING:
    from tests.conftest import Expected, Made

PARAMETERS, OPERATIONS = 36_500_000, 10_490_000_000
"""The baseline of CIFAR-100."""
SUBMISSIONS = Path(__file__).parents[2] / "submissions"

# The network of the fixture: 508 weights, 4292 multiplies and divisions, 4184 additions.
WEIGHTS, MULTIPLIES, ADDS = 508, 108 * 36 + 4 + 400, 4 * 26 * 36 + 100 * 3 + 4 * 35
WITH_FREEBIE = Fraction(WEIGHTS, 2 * PARAMETERS) + Fraction(
    Fraction(MULTIPLIES, 2) + ADDS, OPERATIONS
)


def test_formats_that_store_at_16_bits_and_compute_at_32(
    manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(numerics="{defaults: {weight: «float16»}}"), "MN216")
    assert finding.message == "the freebie `16-bit` is taken for storage, not for operations"
    assert finding.effect
    assert finding.effect.after == WITH_FREEBIE
    assert finding.effect.change == -Fraction(MULTIPLIES, 2) / OPERATIONS


def test_formats_that_compute_at_16_bits_and_store_at_32(
    manifest: "Made", expect: "Expected"
) -> None:
    wide = "formats: {wide: {kind: float, bits: 16, stored_bits: 32}}"
    text = manifest(numerics=f"{{{wide}, defaults: {{weight: «wide», activation: float16}}}}")
    [finding] = expect(text, "MN216")
    assert finding.message == "the freebie `16-bit` is taken for operations, not for storage"
    assert [label.text for label in finding.related] == ["float16"]
    assert finding.effect
    assert finding.effect.change == -Fraction(WEIGHTS, 2) / PARAMETERS


INT8 = "formats: {int8: {kind: integer, bits: 8, signed: true}}"
FLOAT24 = "formats: {float24: {kind: float, bits: 24}}"


@pytest.mark.parametrize(
    "numerics",
    [
        "{}",  # neither half
        "{freebie: 16-bit}",
        "{defaults: {weight: float16, parameter: float16, activation: float16}}",  # as it runs
        f"{{{INT8}, defaults: {{activation: int8}}}}",  # something is quantized: no freebie
        f"{{{FLOAT24}, defaults: {{weight: float24}}}}",
        "{kernels: here, defaults: {weight: float16, accumulator: 16}}",
    ],
)
def test_both_halves_none_or_no_freebie_to_take(
    numerics: str, manifest: "Made", expect: "Expected"
) -> None:
    expect(manifest(numerics=numerics))


def test_one_layer_at_another_width_is_no_half(manifest: "Made", expect: "Expected") -> None:
    layers = [
        "{name: conv, op: conv2d, out: 4, kernel: 3, weight: {format: float16}}",
        "{name: fc, op: linear, out: 100}",
    ]
    expect(manifest(layers=layers))


@pytest.mark.parametrize(
    ("widths", "half", "saved"),
    [
        ((16, 32), "storage", Fraction(MULTIPLIES, 2) / OPERATIONS),
        ((32, 16), "operations", Fraction(WEIGHTS, 2) / PARAMETERS),
        ((16, 16), "", 0),
        ((32, 32), "", 0),  # none of it
    ],
)
def test_counts_by_half_of_the_freebie(
    tmp_path: Path, manifest: "Made", widths: tuple[int, int], half: str, saved: Fraction
) -> None:
    width, multiply_bits = widths
    path = tmp_path / "entry.yaml"
    path.write_text(manifest(numerics="{freebie: 16-bit}"))
    rows = [
        f"conv,{108 * width},3888,{multiply_bits},3744,32,",
        f"pool,,4,{multiply_bits},140,32,",
        f"fc,{400 * width},400,{multiply_bits},300,32,",
    ]
    path.with_suffix(".claims.csv").write_text("\n".join((",".join(COLUMNS), *rows)))
    _, findings = lint_file(path)
    assert [finding.code for finding in findings] == (["MN216"] if half else [])
    for finding in findings:
        assert f"is taken for {half}, not" in finding.message
        assert finding.effect
        assert finding.effect.after == WITH_FREEBIE
        assert finding.effect.change == -saved
        [row] = finding.related
        assert (row.span.line, row.text) == (2, "counted at 32 bits")


@pytest.mark.parametrize(
    "path", sorted(SUBMISSIONS.rglob("*.yaml")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_of_the_real_entries_only_id56_takes_half_of_it(path: Path) -> None:
    _, findings = lint_file(path)
    found = [finding for finding in findings if finding.code == "MN216"]
    assert bool(found) == (path.stem == "27-id56")
    for finding in found:
        # Cells 35 and 36 of the team; with 16-bit multiplies it is 0.16688.
        assert finding.effect
        assert round(finding.effect.before, 7) == Fraction("0.2057170")
        assert round(finding.effect.after, 7) == Fraction("0.1668761")
