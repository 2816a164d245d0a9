"""Which width every value is stored and read at."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from micronet_spec.challenge.challenge import Challenge
from micronet_spec.document import Route
from micronet_spec.graph import INPUT, UNSTATED, Node
from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.entry import Numerics
from micronet_spec.manifest.layers import Layer
from micronet_spec.manifest.read import Broken
from micronet_spec.manifest.tensors import (
    BinaryFormat,
    CodebookFormat,
    FloatFormat,
    Format,
    IntegerFormat,
    TwoMaskTensor,
)
from micronet_spec.score.items import Number

BUILT_IN: dict[str, Format] = {
    "float32": FloatFormat(kind="float", bits=32),
    "float16": FloatFormat(kind="float", bits=16),
}
"""Formats that need no declaration."""

Width = Number | Literal["tree"]
"""Width of additions."""

_WRITES_WHAT_IT_READS = (
    ops.Concat,
    ops.Select,
    ops.Slice,
    ops.Reshape,
    ops.Pad,
    ops.Repeat,
    ops.Upsample,
    ops.Permute,
    ops.BatchNorm,
)
_TENSORS = ("weight", "recurrent", "bias")


@dataclass(frozen=True, slots=True)
class Precision:
    """A number format in widths."""

    stored: Number
    bits: Number
    signed: bool
    sign_bit: bool
    """Whether its sign can be flipped on its own (M5)."""
    binary: bool = False
    """Whether it is -1 or 1, so that a product only flips a sign (M5)."""
    codebook: CodebookFormat | None = None
    """The codebook it indexes; then `stored` is that of the values in it."""

    def product(self, other: "Precision") -> tuple[Number, tuple[str, ...]]:
        """Return the width of a product with `other`, and the clauses that say so."""
        for flip, value in ((self, other), (other, self)):
            if flip.binary and (value.sign_bit or value.binary):
                return 1, ("M5",)
        return max(self.bits, other.bits), ("M3",)


def formats(numerics: Numerics) -> dict[str, Format]:
    """Return every format a manifest may name."""
    return {**BUILT_IN, **numerics.formats}


def has_open_widths(numerics: Numerics) -> bool:
    """Tell whether the width of any format is not known."""
    return any(_most(it) is not None for it in numerics.formats.values())


def as_wide_as_possible(numerics: Numerics) -> Numerics:
    """Return `numerics` with the most for every width that is not known."""
    known = {
        name: it.model_copy(update={"bits": most}) if (most := _most(it)) is not None else it
        for name, it in numerics.formats.items()
    }
    return numerics.model_copy(update={"formats": known})


def _most(chosen: Format) -> Number | None:
    return chosen.up_to if isinstance(chosen, IntegerFormat) else None


def is_quantized(chosen: Format, unit_bits: int) -> bool:
    """Tell whether values of a format are quantized: codes, or narrower than the unit."""
    if not isinstance(chosen, FloatFormat):
        return True
    return min(chosen.bits, chosen.stored_bits or chosen.bits) < unit_bits


def quantized_places(
    challenge: Challenge, numerics: Numerics, layers: Sequence[Layer | Broken]
) -> Iterator[tuple[Route, str]]:
    """Yield every place that declares something narrower than `challenge` has it, and what.

    One of them is enough to forfeit the freebie (S3, M4, R6).
    """
    known = formats(numerics)
    for route, name in format_places(numerics, layers):
        chosen = known.get(name)
        if chosen is None or not is_quantized(chosen, challenge.unit_bits):
            continue
        if isinstance(chosen, IntegerFormat | FloatFormat):
            narrowest = min(chosen.bits, chosen.stored_bits or chosen.bits)
            yield route, f"{name}: {chosen.kind} of {narrowest} bits"
        else:
            yield route, f"{name}: {chosen.kind}"
    for index, layer in enumerate(layers):
        if isinstance(getattr(layer, "weight", None), TwoMaskTensor):
            yield ("model", "layers", index, "weight", "store"), "ternary"
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
    for name, declared in numerics.formats.items():
        if isinstance(declared, CodebookFormat):
            yield ("numerics", "formats", name, "values"), declared.values
    for index, layer in enumerate(layers):
        if not isinstance(layer, Broken):
            for route, name in _named_formats(layer):
                yield ("model", "layers", index, *route), name


def _named_formats(layer: Layer) -> Iterator[tuple[Route, str]]:
    named: dict[Route, str | None] = {
        ("reads",): layer.reads,
        ("writes",): layer.writes,
        ("to",): layer.to if isinstance(layer, ops.Quantize) else None,
    }
    for key in _TENSORS:
        tensor = getattr(layer, key, None)
        named[key, "format"] = getattr(tensor, "format", None)
        for place, (name, _) in enumerate(getattr(tensor, "channel_formats", ())):
            named[key, "channel_formats", place, 0] = name
    for place, extra in enumerate(layer.stored):
        named["stored", place, "format"] = extra.format
    return ((route, name) for route, name in named.items() if name)


def codebooks_of_codes(numerics: Numerics) -> Iterator[tuple[Route, str]]:
    """Yield every codebook whose values are no numbers, as a route and the format it names."""
    declared = formats(numerics)
    for name, own in numerics.formats.items():
        if isinstance(own, CodebookFormat):
            values = declared.get(own.values)
            if isinstance(values, CodebookFormat | BinaryFormat):
                yield ("numerics", "formats", name, "values"), own.values


def accumulator_places(
    numerics: Numerics, layers: Sequence[Layer | Broken]
) -> Iterator[tuple[Route, Width]]:
    """Yield every place that declares the width of additions."""
    if numerics.defaults.accumulator is not None:
        yield ("numerics", "defaults", "accumulator"), numerics.defaults.accumulator
    for index, layer in enumerate(layers):
        for holder, route in ((layer, ()), (getattr(layer, "bias", None), ("bias",))):
            width = getattr(holder, "accumulator", None)
            if width is not None:
                yield ("model", "layers", index, *route, "accumulator"), width


class Precisions:
    """Widths of every value of a network.

    Raises `KeyError` for a format that is not declared; rules find those first.
    """

    def __init__(
        self, challenge: Challenge, numerics: Numerics, layers: Sequence[Layer | Broken]
    ) -> None:
        """Decide whether the freebie holds; then every width follows from the declarations."""
        self._defaults = numerics.defaults
        declared = formats(numerics)
        unit = FloatFormat(kind="float", bits=challenge.unit_bits)
        self._formats: dict[str | None, Precision] = {
            None: _precision(unit, declared),
            **{name: _precision(it, declared) for name, it in declared.items()},
        }
        self._addition_bits = challenge.addition_bits
        quantized = any(quantized_places(challenge, numerics, layers))
        self.freebie = numerics.freebie == challenge.freebie.name and not quantized
        if self.freebie:
            bits = challenge.freebie.bits
            half = Precision(bits, bits, signed=True, sign_bit=True)
            self._formats = dict.fromkeys(self._formats, half)
            self._addition_bits = challenge.freebie.addition_bits
        activation = self._formats[self._defaults.activation]
        self._written = {INPUT: activation, UNSTATED: activation}

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
        return _widest(self._written[source] for source in node.inputs)

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
        return self.addition(declared or self._defaults.accumulator)

    def addition(self, declared: Width | None) -> Width:
        """Return the width of any other addition (R3); the freebie decides it for all (M4)."""
        return self._addition_bits if self.freebie or declared is None else declared


def _precision(chosen: Format, declared: dict[str, Format]) -> Precision:
    if isinstance(chosen, BinaryFormat):
        return Precision(1, 1, signed=True, sign_bit=False, binary=True)
    if isinstance(chosen, CodebookFormat):
        values = declared.get(chosen.values)
        if not isinstance(values, IntegerFormat | FloatFormat):
            raise KeyError(chosen.values)
        inner = _precision(values, declared)
        return Precision(inner.stored, inner.bits, inner.signed, inner.sign_bit, codebook=chosen)
    stored = chosen.bits if chosen.stored_bits is None else chosen.stored_bits
    if isinstance(chosen, IntegerFormat):
        return Precision(stored, chosen.bits, chosen.signed, chosen.sign_bit)
    return Precision(stored, chosen.bits, signed=True, sign_bit=True)


def _widest(precisions: Iterable[Precision]) -> Precision:
    # Of one width the unsigned one decides: it makes an adder tree start wider (R3).
    return max(precisions, key=lambda p: (p.bits, not p.signed))
