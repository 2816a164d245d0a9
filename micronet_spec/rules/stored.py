"""Values that are stored for nothing, or needed and not stored (S1, S2, M5)."""

from collections.abc import Iterator

from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.graph import Node
from micronet_spec.manifest.layers import Activation, BatchNorm, Scale
from micronet_spec.manifest.tensors import DenseTensor, IntegerFormat, MaskedTensor, TensorBase
from micronet_spec.rules.places import together
from micronet_spec.rules.registry import check
from micronet_spec.scales import scaled_layers
from micronet_spec.score.precision import formats
from micronet_spec.score.sparse import sparse_counts, tensor_shapes


@check
def mask_without_sparsity(entry: Entry) -> Iterator[Finding]:
    """MN220: a mask that leaves nothing out."""
    assert entry.graph
    full = [
        (node.index, it.field)
        for node in entry.graph.nodes
        for it in sparse_counts(node)
        if isinstance(getattr(node.layer, it.field[0], None), MaskedTensor) and it.amount == it.size
    ]
    if full:
        labels = (entry.layer(index, *field, text="all") for index, field in full)
        tensors = "one tensor" if len(full) == 1 else f"{len(full):,} tensors"
        message = f"the mask of {tensors} leaves nothing out, and costs a bit for every value"
        yield together("MN220", message, labels)


@check
def idle_tensor(entry: Entry) -> Iterator[Finding]:
    """MN222: a tensor stated on a layer that stores none."""
    assert entry.graph
    for node in entry.graph.nodes:
        layer = node.layer
        why = ""
        if isinstance(layer, Scale) and layer.per == "constant":
            why = "multiplies by a literal constant"
        elif isinstance(layer, BatchNorm) and layer.fold:
            why = f"is folded into `{layer.fold.into}`"
        for field in ("weight", "bias"):
            if why and field in layer.model_fields_set:
                message = f"`{layer.name}` {why} and stores no {field}"
                yield Finding("MN222", message, entry.layer(node.index, field))


@check
def sign_bit_claim(entry: Entry) -> Iterator[Finding]:
    """MN219: an integer format with a sign bit of its own."""
    for name, declared in entry.manifest.numerics.formats.items():
        if isinstance(declared, IntegerFormat) and declared.sign_bit:
            message = f"`{name}` claims a standalone sign bit, "
            message += "which two's complement has not" if declared.signed else "but is unsigned"
            yield Finding("MN219", message, entry.at("numerics", "formats", name, "sign_bit"))


@check
def unstored_scales(entry: Entry) -> Iterator[Finding]:
    """MN221: quantized weights without any stored value that could be their scale."""
    assert entry.graph
    known, default = formats(entry.manifest.numerics), entry.manifest.numerics.defaults.weight
    scaled = scaled_layers(entry.graph)
    bare = [
        node.index
        for node in entry.graph.nodes
        for name, _, _ in tensor_shapes(node)
        if name == "weight"
        and isinstance(known.get(_format(node) or default or ""), IntegerFormat)
        and node.index not in scaled
    ]
    if bare:
        labels = (entry.layer(index, "weight") for index in bare)
        layers = "one layer" if len(bare) == 1 else f"{len(bare):,} layers"
        message = f"{layers} with integer weights, and nothing stored that could be their scale"
        yield together("MN221", message, labels)


@check
def too_few_scales(entry: Entry) -> Iterator[Finding]:
    """MN224: channels with formats of their own, and fewer stored values than channels."""
    assert entry.graph
    for node in entry.graph.nodes:
        weight = getattr(node.layer, "weight", None)
        counts = [it.count for it in node.layer.stored if isinstance(it.count, int)]
        all_known = len(counts) == len(node.layer.stored) > 0
        if isinstance(weight, DenseTensor) and weight.channel_formats and all_known:
            channels, stored = sum(number for _, number in weight.channel_formats), sum(counts)
            if stored < channels:
                values = "one value is" if stored == 1 else f"{stored:,} values are"
                message = f"{channels:,} channels have formats of their own, and {values} stored"
                yield Finding("MN224", message, entry.layer(node.index, "stored"))


@check
def unstored_thresholds(entry: Entry) -> Iterator[Finding]:
    """MN225: comparisons with a threshold that nothing stores."""
    assert entry.graph
    bare = [
        node.index
        for node in entry.graph.nodes
        if isinstance(node.layer, Activation)
        and node.layer.op == "threshold"
        and not node.layer.stored
    ]
    if bare:
        labels = (entry.layer(index, "op") for index in bare)
        layers = "one threshold" if len(bare) == 1 else f"{len(bare):,} layers of thresholds"
        yield together("MN225", f"{layers} without a stored value", labels)


def _format(node: Node) -> str | None:
    weight: TensorBase | None = getattr(node.layer, "weight", None)
    return weight.format if weight else None
