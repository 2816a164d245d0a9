"""Channels that carry nothing: what is claimed of them holds for the network's own values."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from micronet_spec.finding import Finding
from micronet_spec.verify.channels import idle_channels
from micronet_spec.verify.mapping import map_tensors
from micronet_spec.verify.slots import slots
from tests.verify.conftest import Verified, dense, entry_of, made

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.conftest import Made

SIZE = 3
"""Channels of every layer of the networks that are drawn."""


def conv(name: str, more: str = "", nonzero: str = "") -> str:
    mask = f", store: mask, nonzero: {nonzero}" if nonzero else ""
    weight = f"weight: {{tensor: {name}.weight{mask}}}"
    return f"{{name: {name}, op: conv2d, out: 4, kernel: 3, padding: same, {weight}{more}}}"


LAST = (
    "{name: pool, op: global_avg_pool}",
    "{name: fc, op: linear, out: 100, weight: {tensor: fc.weight}}",
)
FILE = {
    "one.weight": dense(4, 3, 3, 3),
    "two.weight": dense(4, 4, 3, 3),
    "fc.weight": dense(100, 4),
}


def zeroed(name: str, *place: Any) -> "NDArray[np.float32]":
    values = FILE[name].copy()
    values[place] = 0
    return values


def of(findings: tuple[Finding, ...], code: str) -> Finding:
    return next(finding for finding in findings if finding.code == code)


def test_a_channel_that_the_next_layer_ignores(verified: Verified) -> None:
    unread = {"two.weight": zeroed("two.weight", slice(None), 1)}
    layers = [conv("one"), "{name: act, op: relu}", conv("two", nonzero="108"), *LAST]
    found = verified(layers, FILE | unread)
    finding = of(found.findings, "MN734")
    assert finding.primary.text == "1 of 4 channels"
    assert finding.effect
    assert finding.effect.terms
    # 27 weights of the channel, and the mask of the 36 that would read it.
    assert finding.effect.terms.storage == -Fraction(27 * 32 + 36, 32 * 36_500_000)
    # 64 positions: 27 products, 26 sums, and a comparison of the function of each element.
    assert finding.effect.terms.ops == -Fraction(64 * (27 + 26 + 1), 10_490_000_000)
    assert found.score == finding.effect.before


def test_a_residual_sum_reads_what_the_next_layer_ignores(verified: Verified) -> None:
    unread = {"two.weight": zeroed("two.weight", slice(None), 1)}
    layers = [conv("one"), conv("two", nonzero="108"), "{name: add, op: add, from: [one, two]}"]
    found = verified([*layers, *LAST], FILE | unread)
    assert "MN734" not in {finding.code for finding in found.findings}


def test_both_branches_of_a_sum_that_nobody_reads(verified: Verified) -> None:
    layers = [
        conv("one"),
        conv("two", ", from: input"),
        "{name: add, op: add, from: [one, two]}",
        *LAST,
    ]
    more = {
        "two.weight": dense(4, 3, 3, 3, seed=1),
        "fc.weight": zeroed("fc.weight", slice(None), 2),
    }
    found = verified(layers, FILE | more)
    finding = of(found.findings, "MN734")
    assert [it.text for it in (finding.primary, *finding.related)] == ["1 of 4 channels"] * 2
    assert finding.effect
    assert finding.effect.terms
    assert finding.effect.terms.storage == -Fraction(27 + 27 + 100, 36_500_000)


def test_weights_that_read_a_channel_without_weights(verified: Verified) -> None:
    dead = {"one.weight": zeroed("one.weight", 2)}
    layers = [conv("one", nonzero="[27, 27, 0, 27]"), "{name: act, op: relu}", conv("two"), *LAST]
    found = verified(layers, FILE | dead)
    finding = of(found.findings, "MN735")
    assert finding.primary.text == "1 of 4 input channels"
    assert finding.effect
    assert finding.effect.terms
    # The mask of the 27 weights, and the 36 that read the channel.
    assert finding.effect.terms.storage == -Fraction(27 + 36 * 32, 32 * 36_500_000)
    assert of(found.findings, "MN733").effect == finding.effect


def test_a_bias_keeps_a_channel_alive(verified: Verified) -> None:
    dead = {"one.weight": zeroed("one.weight", 2), "one.bias": dense(4)}
    bias = ", bias: {tensor: one.bias}"
    layers = [conv("one", bias, nonzero="[27, 27, 0, 27]"), conv("two"), *LAST]
    found = verified(layers, FILE | dead)
    assert "MN735" not in {finding.code for finding in found.findings}
    assert of(found.findings, "MN733").effect is None


def test_a_norm_without_scale_reads_nothing(verified: Verified) -> None:
    norm = {f"bn.{word}": dense(4, seed=3) for word in ("weight", "bias", "running_mean")}
    norm["bn.weight"][1] = 0
    layers = [conv("one"), "{name: bn, op: batch_norm, fold: {into: one, tensors: bn}}", *LAST]
    found = verified(layers, FILE | norm | {"bn.running_var": dense(4)})
    assert of(found.findings, "MN734").primary.text == "1 of 4 channels"


class Drawn:
    """A network of layers that each read one or two of those before, and its tensors."""

    def __init__(self, choices: list[tuple[str, int, int]], seed: int) -> None:
        random = np.random.default_rng(seed)
        self.tensors: dict[str, NDArray[np.float32]] = {}
        self.layers: list[str] = []
        self.steps: list[tuple[str, str, list[str]]] = []
        names = ["input"]
        for number, (op, first, second) in enumerate(choices):
            name = f"l{number}"
            sources = [names[first % len(names)], names[second % len(names)]]
            if op not in {"add", "mul"}:
                sources = sources[:1]
            self.layers.append(self._layer(random, name, op, sources))
            self.steps.append((name, op, sources))
            names.append(name)
        self.layers.append(self._layer(random, "end", "conv", [names[-1]]))
        self.steps.append(("end", "conv", [names[-1]]))

    def _layer(self, random: np.random.Generator, name: str, op: str, sources: list[str]) -> str:
        head = f"name: {name}, from: [{', '.join(sources)}]"
        if op in {"relu", "add", "mul", "hsigmoid"}:
            return f"{{{head}, op: {op}}}"
        shape = {"conv": (SIZE, SIZE, 1, 1), "depthwise": (SIZE, 1, 1, 1)}.get(op, (SIZE,))
        weight = random.choice(np.array([0, 0, 1, -2], np.float32), shape)
        bias = random.choice(np.array([0, 0, 3], np.float32), SIZE)
        self.tensors |= {f"{name}.weight": weight, f"{name}.bias": bias}
        parts = ", ".join(f"{it}: {{tensor: {name}.{it}}}" for it in ("weight", "bias"))
        if op == "scale":
            return f"{{{head}, op: scale, {parts}}}"
        groups = ", groups: depthwise" if op == "depthwise" else ""
        return f"{{{head}, op: conv2d, out: {SIZE}, kernel: 1, {parts}{groups}}}"

    def values(self, given: "NDArray[Any]", changed: tuple[str, int] | None = None) -> Any:
        """Return the values of every layer; with a channel of one changed, if asked for."""
        values = {"input": given}
        for name, op, sources in self.steps:
            read = [values[source] for source in sources]
            weight, bias = (self.tensors.get(f"{name}.{it}") for it in ("weight", "bias"))
            if op == "conv":
                made = weight[:, :, 0, 0] @ read[0] + bias  # type: ignore[index]
            elif op in {"depthwise", "scale"}:
                made = weight.reshape(-1) * read[0] + bias  # type: ignore[union-attr]
            elif op == "hsigmoid":
                made = np.clip(read[0] / 6 + 0.5, 0, 1)
            elif op == "relu":
                made = np.maximum(read[0], 0)
            else:
                made = read[0] + read[1] if op == "add" else read[0] * read[1]
            if changed and changed[0] == name:
                made[changed[1]] += 1.5
            values[name] = made
        return values


OPS = st.sampled_from(["conv", "depthwise", "scale", "relu", "hsigmoid", "add", "mul"])
CHOICES = st.lists(st.tuples(OPS, st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=7)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=CHOICES, seed=st.integers(0, 1000))
def test_idle_channels_are_idle_in_the_values_of_the_network(
    *, manifest: "Made", choices: list[tuple[str, int, int]], seed: int
) -> None:
    drawn = Drawn(choices, seed)
    entry = entry_of(manifest(layers=drawn.layers))
    assert entry.graph
    idle = idle_channels(entry.graph, map_tensors(slots(entry.graph), made(drawn.tensors)))
    for number in range(3):
        given_values = np.random.default_rng(number).standard_normal(SIZE)
        values = drawn.values(given_values)
        for node in entry.graph.nodes:
            name = node.layer.name
            assert not any(values[name][channel] for channel in idle.zero[node.index])
            for channel in idle.unread[node.index]:
                changed = drawn.values(given_values, (name, channel))
                assert np.array_equal(changed["end"], values["end"])
