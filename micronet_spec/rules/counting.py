"""What is counted: nonzeros, the freebie, accumulators, formats, branches nobody reads."""

from collections.abc import Iterator
from fractions import Fraction

from micronet_spec.entry import Entry
from micronet_spec.finding import Effect, Finding
from micronet_spec.manifest.layers import Custom
from micronet_spec.manifest.tensors import FloatFormat, IntegerFormat
from micronet_spec.rules.rule import check
from micronet_spec.score.precision import accumulator_places, quantized_places

_MOST_PLACES = 5


@check("numerics", "layers", "challenge")
def freebie_with_quantization(entry: Entry) -> Iterator[Finding]:
    """MN202: the freebie is declared beside something quantized."""
    numerics = entry.manifest.numerics
    if not (numerics.freebie and entry.challenge):
        return
    unit = entry.challenge.unit_bits
    places = list(quantized_places(numerics, entry.reading.layers, unit))
    if places:
        labels = [entry.at(*route, text=what) for route, what in places[:_MOST_PLACES]]
        count = f"{len(places):,} places" if len(places) > 1 else "one place"
        message = f"the freebie is lost: something is quantized in {count}"
        primary = entry.at("numerics", "freebie", text="declared here")
        yield Finding("MN202", message, primary, tuple(labels), _forfeit(entry))


def _forfeit(entry: Entry) -> Effect | None:
    """Return what is lost: all that is not quantized at 16 bits, additions at 32."""
    if not (entry.score and entry.challenge):
        return None
    numerics = entry.manifest.numerics
    half = {key: "float16" for key, name in numerics.defaults if name == "float32"}
    granted = numerics.model_copy(
        update={"freebie": None, "defaults": numerics.defaults.model_copy(update=half)}
    )
    return Effect(entry.recounted(granted), entry.score.score)


@check("cost")
def uncountable(entry: Entry) -> Iterator[Finding]:
    """MN205: a layer that says too little to be counted."""
    for layer in entry.cost.uncountable if entry.cost else ():
        yield Finding(layer.code, layer.message, entry.layer(layer.index, *layer.field))


@check("numerics", "challenge")
def exotic_format(entry: Entry) -> Iterator[Finding]:
    """MN206: a format that FP32 does not represent exactly, whose conversions are not free."""
    assert entry.challenge
    free = entry.challenge.free_conversion
    for name, declared in entry.manifest.numerics.formats.items():
        if isinstance(declared, IntegerFormat | FloatFormat):
            integer = isinstance(declared, IntegerFormat)
            if declared.bits > (free.integer_bits if integer else free.float_bits):
                message = f"`{name}`: FP32 does not represent every {declared.kind} of "
                message += f"{declared.bits} bits, so conversions to it are not free"
                yield Finding("MN206", message, entry.at("numerics", "formats", name, "bits"))


@check("numerics", "cost", "challenge")
def narrow_accumulator(entry: Entry) -> Iterator[Finding]:
    """MN203: additions below 32 bits, and no word of kernels that do them."""
    assert entry.challenge
    assert entry.cost
    numerics, unit = entry.manifest.numerics, entry.challenge.unit_bits
    narrow = [
        (route, width)
        for route, width in accumulator_places(numerics, entry.reading.layers)
        if width == "tree" or width < unit
    ]
    if not narrow or numerics.kernels:
        return
    labels = [
        entry.at(*route, text="an adder tree" if width == "tree" else f"{width} bits")
        for route, width in narrow[:_MOST_PLACES]
    ]
    effect = entry.effect(layer.with_additions_at(unit) for layer in entry.cost.layers)
    message = f"additions below {unit} bits, without a statement of kernels that do them"
    yield Finding("MN203", message, labels[0], tuple(labels[1:]), effect)


@check("graph", "cost")
def unread_output(entry: Entry) -> Iterator[Finding]:
    """MN115: layers whose output nobody reads; dropping what leads only there saves."""
    assert entry.graph
    assert entry.cost
    ends, dead = entry.graph.dead_ends, set(entry.graph.dead)
    if not ends:
        return
    effect = entry.effect(layer for layer in entry.cost.layers if layer.index not in dead)
    labels = [
        entry.layer(
            index, "name", text=getattr(entry.reading.layers[index], "unused", None) or "not read"
        )
        for index in ends[:_MOST_PLACES]
    ]
    outputs = f"{len(ends):,} outputs" if len(ends) > 1 else "an output"
    message = f"nobody reads {outputs}: {len(dead):,} layers could be dropped"
    if effect and effect.change != Fraction():
        message += f", which saves {float(-effect.change):.7f}"
    yield Finding("MN115", message, labels[0], tuple(labels[1:]), effect)


@check("graph")
def written_out(entry: Entry) -> Iterator[Finding]:
    """MN210: an op counted by hand."""
    for node in entry.graph.nodes if entry.graph else ():
        if isinstance(node.layer, Custom):
            message = f"`{node.layer.name}` is counted by hand: {node.layer.reason}"
            yield Finding("MN210", message, entry.layer(node.index, "op"))
