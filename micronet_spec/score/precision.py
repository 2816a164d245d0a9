"""Which width every value is stored and read at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from micronet_spec.challenge import Challenge
from micronet_spec.document import Route
from micronet_spec.graph import INPUT, Node
from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.entry import Numerics
from micronet_spec.manifest.layers import Layer
from micronet_spec.manifest.read import Broken
from micronet_spec.manifest.tensors import FloatFormat, Format

BUILT_IN: dict[str, Format] = {
    "float32": FloatFormat(kind="float", bits=32),
    "float16": FloatFormat(kind="float", bits=16),
}
"""Formats that need no declaration."""

Width = int | Literal["tree"]
"""Width of additions."""

_WRITES_WHAT_IT_READS = (ops.Concat, ops.Slice, ops.BatchNorm)


@dataclass(frozen=True, slots=True)
class Precision:
    """A number format in widths."""

    stored: int
    bits: int
    signed: bool


def formats(numerics: Numerics) -> dict[str, Format]:
    """Return every format a manifest may name."""
    return {**BUILT_IN, **numerics.formats}


def is_quantized(chosen: Format, unit_bits: int) -> bool:
    """Tell whether values of a format are quantized: codes, or narrower than the unit."""
    return chosen.kind == "integer" or min(chosen.bits, _stored(chosen)) < unit_bits


def quantized_places(
    challenge: Challenge, numerics: Numerics, layers: Sequence[Layer | Broken]
) -> Iterator[tuple[Route, str]]:
    """Yield every place that declares something narrower than `challenge` has it, and what.

    One of them is enough to forfeit the freebie (S3, M4, R6).
    """
    for route, name in format_places(numerics, layers):
        chosen = formats(numerics).get(name)
        if chosen and is_quantized(chosen, challenge.unit_bits):
            narrowest = min(chosen.bits, _stored(chosen))
            yield route, f"{name}: {chosen.kind} of {narrowest} bits"
    for route, width in accumulator_places(numerics, layers):
        if width == "tree":
            yield route, "an adder tree"
        elif width < challenge.addition_bits:
            yield route, f"additions at {width} bits"


def format_places(
    numerics: Numerics, layers: Sequence[Layer | Broken]
) -> Iterator[tuple[Route, str]]:
    """Yield every place that names a format, as a route and the name."""
    for key in ("weight", "parameter", "activation"):
        if name := getattr(numerics.defaults, key):
            yield ("numerics", "defaults", key), name
    for index, layer in enumerate(layers):
        if isinstance(layer, Broken):
            continue
        at: Route = ("model", "layers", index)
        named = {"reads": layer.reads, "writes": layer.writes, "to": getattr(layer, "to", None)}
        yield from (((*at, key), name) for key, name in named.items() if name)
        for key in ("weight", "bias"):
            name = getattr(getattr(layer, key, None), "format", None)
            if name:
                yield (*at, key, "format"), name


def accumulator_places(
    numerics: Numerics, layers: Sequence[Layer | Broken]
) -> Iterator[tuple[Route, Width]]:
    """Yield every place that declares the width of additions."""
    if numerics.defaults.accumulator is not None:
        yield ("numerics", "defaults", "accumulator"), numerics.defaults.accumulator
    for index, layer in enumerate(layers):
        width = getattr(layer, "accumulator", None)
        if width is not None:
            yield ("model", "layers", index, "accumulator"), width
        bias = getattr(layer, "bias", None)
        if bias is not None and bias.accumulator is not None:
            yield ("model", "layers", index, "bias", "accumulator"), bias.accumulator


class Precisions:
    """Widths of every value of a network.

    Raises `KeyError` for a format that is not declared; rules find those first.
    """

    def __init__(
        self, challenge: Challenge, numerics: Numerics, layers: Sequence[Layer | Broken]
    ) -> None:
        """Decide whether the freebie holds; then every width follows from the declarations."""
        self._defaults = numerics.defaults
        self._formats: dict[str | None, Precision] = {
            None: _precision(FloatFormat(kind="float", bits=challenge.unit_bits)),
            **{name: _precision(chosen) for name, chosen in formats(numerics).items()},
        }
        self._written: dict[int, Precision] = {}
        self._addition_bits = challenge.addition_bits
        quantized = any(quantized_places(challenge, numerics, layers))
        self.freebie = numerics.freebie == challenge.freebie.name and not quantized
        if self.freebie:
            half = Precision(challenge.freebie.bits, challenge.freebie.bits, signed=True)
            self._formats = dict.fromkeys(self._formats, half)
            self._addition_bits = challenge.freebie.addition_bits
        self._written[INPUT] = self._formats[self._defaults.activation]

    def weight(self, name: str | None) -> Precision:
        """Return the format of a weight tensor that names `name`."""
        return self._formats[name or self._defaults.weight]

    def parameter(self, name: str | None) -> Precision:
        """Return the format of a bias or scale that names `name`."""
        return self._formats[name or self._defaults.parameter]

    def reads(self, node: Node) -> Precision:
        """Return the widest format in which `node` reads an input (M3, M6)."""
        if node.layer.reads:
            return self._formats[node.layer.reads]
        return _widest([self._written[source] for source in node.inputs])

    def write(self, node: Node) -> None:
        """Note the format that `node` writes, for those that read it later."""
        layer = node.layer
        if isinstance(layer, ops.Quantize):
            written = self._formats[layer.to]
        elif layer.writes:
            written = self._formats[layer.writes]
        elif isinstance(layer, _WRITES_WHAT_IT_READS):
            written = self.reads(node)
        else:
            written = self._formats[self._defaults.activation]
        self._written[node.index] = written

    def dot_product(self, declared: Width | None) -> Width:
        """Return the width of the additions of a dot product, or `tree` (R3)."""
        if self.freebie:
            return self._addition_bits
        return declared or self._defaults.accumulator or self._addition_bits

    def addition(self, declared: int | None) -> int:
        """Return the width of any other addition (R3)."""
        return self._addition_bits if self.freebie else declared or self._addition_bits


def _precision(chosen: Format) -> Precision:
    return Precision(_stored(chosen), chosen.bits, chosen.signed)


def _stored(chosen: Format) -> int:
    return chosen.bits if chosen.stored_bits is None else chosen.stored_bits


def _widest(precisions: list[Precision]) -> Precision:
    return max(precisions, key=lambda p: (p.bits, p.signed))
