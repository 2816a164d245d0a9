"""Causes of a difference: the slip that gives the claimed number, and no other."""

from pathlib import Path
from textwrap import dedent

import pytest

from micronet_spec.audit.audit import audit
from micronet_spec.causes.attribution import Departure

FRAME = """
manifest: 1
challenge: micronet-2019
task: imagenet
name: A test
submitted: 2019-10-01
team: {name: Testers, members: [{name: A. Tester}]}
numerics:
  formats: {int6: {kind: integer, bits: 6, signed: true}}
  defaults: {weight: int6}
"""
HEADER = "layer,stored_bits,multiplies,multiply_bits,adds,add_bits,source\n"


def departures(folder: Path, model: str, claims: str) -> dict[tuple[str, str], Departure]:
    path = folder / "entry.yaml"
    path.write_text(FRAME + dedent(model))
    path.with_name("entry.claims.csv").write_text(HEADER + claims)
    [row] = audit([path]).rows
    assert row.counted_total is not None
    assert row.rulebook is not None
    assert sum(it.score for it in row.departures) == row.rulebook - row.counted_total
    return {(it.difference.layer, str(it.difference.part)): it for it in row.departures}


# A depthwise layer of 4 channels: 36 weights of which 18 are not zero, 4.5 in a mean channel; 3 x 3
# positions. By the rulebook it stores 18 x 6 bits, 36 of a mask, 4 biases and 4 steps of 32 bits;
# multiplies 18 x 9 times and adds (18 - 4 + 4) x 9 times.
DEPTHWISE = """
model:
  input: [4, 3, 3]
  layers:
    - {name: conv, op: conv2d, out: 4, kernel: 3, padding: same, groups: depthwise,
       weight: {store: mask, nonzero: 18}, bias: {}, stored: [{what: steps, count: 4}]}
"""
STORED = 18 * 6 + 36 + 4 * 32


@pytest.mark.parametrize(
    ("claims", "part", "cause", "bits"),
    [
        (
            f"conv,{STORED},162,32,162,32,",
            "storage",
            "scales and other further values not stored",
            4 * 32,
        ),
        # 4 whole terms of 4.5.
        (
            f"conv,{STORED + 4 * 32},144,32,162,32,",
            "multiplies",
            "terms of a sum rounded down",
            (162 - 144) * 32,
        ),
        # 3 additions of 4 terms, and a bias.
        (
            f"conv,{STORED + 4 * 32},162,32,144,32,",
            "adds",
            "terms of a sum rounded down",
            (162 - 144) * 32,
        ),
        # Of neither 4 nor 5 terms.
        (f"conv,{STORED + 4 * 32},161,32,162,32,", "multiplies", "unexplained", 32),
    ],
)
def test_a_sparse_layer_with_steps(
    tmp_path: Path, claims: str, part: str, cause: str, bits: int
) -> None:
    [(place, departure)] = departures(tmp_path, DEPTHWISE, claims).items()
    assert place == ("conv", part)
    assert departure.cause == cause
    assert departure.difference.bits == bits


def test_steps_that_are_counted_leave_the_mask(tmp_path: Path) -> None:
    claims = f"conv,{STORED + 4 * 32 - 36},162,32,162,32,"
    [departure] = departures(tmp_path, DEPTHWISE, claims).values()
    assert departure.cause == "mask not counted"


@pytest.mark.parametrize(
    ("op", "claimed", "operations"),
    # (x + 3) is an addition; then two comparisons, a division, and for hard swish a product.
    [("hsigmoid", 2, 3), ("hswish", 3, 4)],
)
def test_a_clip_is_two_comparisons(tmp_path: Path, op: str, claimed: int, operations: int) -> None:
    model = f"""
    model: {{input: [4, 3, 3], layers: [{{name: act, op: {op}}}]}}
    """
    [departure] = departures(tmp_path, model, f"act,,{36 * claimed},32,36,32,").values()
    assert departure.cause == "one comparison for both bounds of a clip"
    assert departure.difference.recounted == 36 * operations * 32


def test_other_activations_have_no_clip(tmp_path: Path) -> None:
    model = """
    model: {input: [4, 3, 3], layers: [{name: act, op: swish}]}
    """
    [departure] = departures(tmp_path, model, f"act,,{36 * 2},32,36,32,").values()
    assert departure.cause == "unexplained"
