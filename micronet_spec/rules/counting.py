"""What is counted: nonzeros, the freebie, accumulators, formats, branches nobody reads."""

from collections.abc import Iterator
from dataclasses import replace

from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Effect, Finding
from micronet_spec.manifest.layers import Activation, Custom, GlobalPool, Pool, Reduce
from micronet_spec.manifest.tensors import FloatFormat, IntegerFormat
from micronet_spec.rules.places import MOST_PLACES, together
from micronet_spec.rules.registry import check
from micronet_spec.score import Kind
from micronet_spec.score.precision import (
    accumulator_places,
    formats,
    is_quantized,
    quantized_places,
)

_DECIMALS = 7
"""Of a score that is shown; a saving below them is none."""
_MAY_ADD = Activation | Pool | GlobalPool | Reduce
"""Layers that add, or do not, as the challenge counts them."""
_HALF = "*"
"""A name for a format that no manifest can declare."""


@check
def freebie_with_quantization(entry: Entry) -> Iterator[Finding]:
    """MN202: the freebie is declared beside something quantized."""
    assert entry.challenge
    numerics, challenge = entry.manifest.numerics, entry.challenge
    granted = entry.cost and entry.cost.freebie
    if granted or numerics.freebie != challenge.freebie.name:
        return
    places = list(quantized_places(challenge, numerics, entry.reading.layers))
    if places:
        labels = [entry.at(*route, text=what) for route, what in places[:MOST_PLACES]]
        count = f"{len(places):,} places" if len(places) > 1 else "one place"
        message = f"the freebie is lost: something is quantized in {count}"
        primary = entry.at("numerics", "freebie", text="declared here")
        yield Finding("MN202", message, primary, tuple(labels), _forfeit(entry))


def _forfeit(entry: Entry) -> Effect | None:
    """Return what is lost: the widths of the freebie for all that is not quantized."""
    if not (entry.score and entry.challenge):
        return None
    numerics, challenge = entry.manifest.numerics, entry.challenge
    half = FloatFormat(kind="float", bits=challenge.freebie.bits)
    known = {
        name: chosen if is_quantized(chosen, challenge.unit_bits) else half
        for name, chosen in formats(numerics).items()
    }
    unstated = {
        key: _HALF
        for key in ("weight", "parameter", "activation")
        if getattr(numerics.defaults, key) is None
    }
    granted = numerics.model_copy(
        update={
            "freebie": None,
            "formats": {**known, _HALF: half},
            "defaults": numerics.defaults.model_copy(update=unstated),
        }
    )
    additions = {"addition_bits": challenge.freebie.addition_bits}
    lenient = replace(entry, challenge=challenge.model_copy(update=additions))
    return Effect.between(lenient.recounted(granted), entry.score.terms)


@check
def exotic_format(entry: Entry) -> Iterator[Finding]:
    """MN206: a format too wide for its conversions to be free."""
    assert entry.challenge
    free = entry.challenge.free_conversion
    for name, declared in entry.manifest.numerics.formats.items():
        if isinstance(declared, IntegerFormat | FloatFormat):
            integer = isinstance(declared, IntegerFormat)
            widest = free.integer_bits if integer else free.float_bits
            if declared.bits > widest:
                message = f"`{name}`: only conversions to {declared.kind}s of at most {widest} "
                message += f"bits are free, not to {declared.bits} bits"
                yield Finding("MN206", message, entry.at("numerics", "formats", name, "bits"))


@check
def narrow_accumulator(entry: Entry) -> Iterator[Finding]:
    """MN203: additions narrower than the challenge's, and no word of kernels that do them."""
    assert entry.challenge
    assert entry.cost
    numerics, full = entry.manifest.numerics, entry.challenge.addition_bits
    adds = (item.bits for layer in entry.cost.layers for item in layer.of(Kind.ADD) if item.count)
    if numerics.kernels or not any(bits < full for bits in adds):
        return
    narrow = [
        (route, width)
        for route, width in accumulator_places(numerics, entry.reading.layers)
        if width == "tree" or width < full
    ]
    if not narrow:
        return
    labels = (
        entry.at(*route, text="an adder tree" if width == "tree" else f"{width} bits")
        for route, width in narrow
    )
    effect = entry.effect(layer.with_additions_at(full) for layer in entry.cost.layers)
    message = f"additions below {full} bits, without a statement of kernels that do them"
    fix = "show kernels that add at these widths with `numerics.kernels:`, "
    fix += f"or count the additions at {full} bits"
    yield together("MN203", message, labels, effect, fix)


@check
def idle_accumulator(entry: Entry) -> Iterator[Finding]:
    """MN218: a width of additions on a layer that adds nothing."""
    assert entry.graph
    assert entry.cost
    adding = {layer.index for layer in entry.cost.layers if any(layer.of(Kind.ADD))}
    for node in entry.graph.nodes:
        layer = node.layer
        declared = isinstance(layer, _MAY_ADD) and layer.accumulator is not None
        if declared and node.index not in adding:
            message = f"`{layer.name}` ({layer.op}) adds nothing that could be at another width"
            yield Finding("MN218", message, entry.layer(node.index, "accumulator"))


@check
def unread_output(entry: Entry) -> Iterator[Finding]:
    """MN115: layers whose output nobody reads; dropping what leads only there saves."""
    assert entry.graph
    assert entry.cost
    ends, dead = entry.graph.dead_ends, set(entry.graph.dead)
    if not ends:
        return
    effect = entry.effect(layer for layer in entry.cost.layers if layer.index not in dead)
    labels = (
        entry.layer(
            index, "name", text=getattr(entry.reading.layers[index], "unused", None) or "not read"
        )
        for index in ends
    )
    outputs = f"{len(ends):,} outputs" if len(ends) > 1 else "an output"
    layers = f"{len(dead):,} layers" if len(dead) > 1 else "one layer"
    message = f"nobody reads {outputs}: {layers} could be dropped"
    if effect and round(effect.change, _DECIMALS):
        message += f", which saves {float(-effect.change):.{_DECIMALS}f}"
    yield together("MN115", message, labels, effect)


@check
def written_out(entry: Entry) -> Iterator[Finding]:
    """MN210: ops counted by hand, together where the reason is the same."""
    reasons: dict[str, list[int]] = {}
    for node in entry.graph.nodes if entry.graph else ():
        if isinstance(node.layer, Custom):
            reasons.setdefault(node.layer.reason, []).append(node.index)
    for reason, [first, *others] in reasons.items():
        what = f"`{entry.reading.layers[first].name}`"
        what += f" and {len(others):,} more are" if others else " is"
        labels = (entry.layer(index, "op") for index in (first, *others))
        yield together("MN210", f"{what} counted by hand: {reason}", labels)
