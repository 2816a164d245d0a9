"""Numbers that mean nothing: a long list of formulas must not explain them."""

import random
from typing import TYPE_CHECKING

from micronet_spec.entry.claims import PARTS

if TYPE_CHECKING:
    from tests.causes.conftest import Explained

COPIES = 30
NUMBER = "{kind: integer, bits: 8, signed: true}"


def kinds(copy: int) -> list[tuple[str, str, int, int, int]]:
    """Return layers that read the input: name, fields, stored bits, multiplies, additions."""
    mask = f"{{store: mask, nonzero: {2000 + copy}}}"
    return [
        (f"sparse{copy}", f"op: conv2d, out: 64, kernel: 3, weight: {mask}, bias: {{}}", *TYPICAL),
        (f"depthwise{copy}", "op: conv2d, out: 32, kernel: 3, groups: depthwise", *TYPICAL),
        (f"norm{copy}", "op: batch_norm", *TYPICAL),
        (f"swish{copy}", "op: hswish", *TYPICAL),
        (f"pool{copy}", "op: global_avg_pool", *TYPICAL),
    ]


TYPICAL = 40_000, 900_000, 800_000


def test_a_number_at_random_stays_unexplained(causes: "Explained") -> None:
    chance = random.Random(2019)  # noqa: S311 - repeatable on purpose
    layers, rows = [], []
    for copy in range(COPIES):
        for name, fields, *typical in kinds(copy):
            layers.append(f"{{name: {name}, from: input, {fields}}}")
            stored, multiplies, adds = (chance.randrange(it // 50, 2 * it) for it in typical)
            rows.append(f"{name},{stored},{multiplies},8,{adds},32")
    model = "{input: [32, 30, 30], layers: [" + ", ".join(layers) + "]}"
    numerics = f"{{formats: {{int8: {NUMBER}}}, defaults: {{weight: int8}}}}"
    found = causes([], *rows, model=model, numerics=numerics)
    assert len(found) > 2 * len(layers)
    explained = {place: cause for place, cause in found.items() if cause != "unexplained"}
    assert not explained
    assert {part for _, part in found} == set(PARTS)
