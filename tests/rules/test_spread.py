"""MN217: counts of whole tensors, where the score depends on the channels of the nonzeros."""

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Expected, Made

OPERATIONS = 10_490_000_000
"""The baseline of CIFAR-100, at the width of an addition."""


def layer(rest: str) -> list[str]:
    return [f"{{name: fc, op: linear, out: 4, {rest}}}"]


def test_without_a_bias_empty_channels_make_more_additions(
    manifest: "Made", expect: "Expected"
) -> None:
    # 200 nonzeros: 196 additions over four channels of 192 weights, 198 over two.
    weight = "weight: {store: mask, nonzero: 200}"
    [finding] = expect(
        manifest(layers=layer(weight.replace("{", "«{").replace("}", "}»"))), "MN217"
    )
    assert finding.effect
    assert finding.effect.change == Fraction(2, OPERATIONS)
    assert finding.message.endswith("the score can be 1.9e-10 more")


def test_a_bias_in_every_channel_makes_up_for_it(manifest: "Made", expect: "Expected") -> None:
    expect(manifest(layers=layer("bias: {}, weight: {store: mask, nonzero: 200}")))


def test_a_bias_added_wider_makes_it_less(manifest: "Made", expect: "Expected") -> None:
    # A channel more saves an addition of 8 bits and costs one of 32.
    rest = "accumulator: 8, bias: {}, weight: «{store: mask, nonzero: 200}»"
    numerics = "{kernels: https://example.org}"
    [finding] = expect(manifest(numerics=numerics, layers=layer(rest)), "MN217")
    assert finding.message.endswith("the score can be 1.4e-10 less")


def test_counts_per_channel_leave_nothing_open(manifest: "Made", expect: "Expected") -> None:
    expect(manifest(layers=layer("weight: {store: mask, nonzero: {per_channel: [[50, 4]]}}")))


def test_no_channel_can_be_empty_or_have_more(manifest: "Made", expect: "Expected") -> None:
    expect(manifest(layers=layer("weight: {store: mask, nonzero: «768»}")), "MN220")
