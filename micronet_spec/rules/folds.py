"""Batch norms that were folded where nothing can carry their scale (M12)."""

from collections.abc import Iterator
from dataclasses import replace

from micronet_spec.entry.entry import Entry, understand
from micronet_spec.finding import Effect, Finding
from micronet_spec.graph import Graph, Node
from micronet_spec.manifest.layers import BatchNorm, Layer, Scale
from micronet_spec.manifest.read import Broken
from micronet_spec.manifest.tensors import BinaryFormat, TwoMaskTensor
from micronet_spec.rules.places import together
from micronet_spec.rules.registry import check
from micronet_spec.score.precision import formats


@check
def fold_into_signs(entry: Entry) -> Iterator[Finding]:
    """MN223: a batch norm folded into weights that are signs."""
    assert entry.graph
    carriers = {node.index for node in entry.graph.nodes if _are_signs(entry, node)}
    folded = [
        node
        for node in entry.graph.nodes
        if isinstance(node.layer, BatchNorm)
        and node.layer.fold
        and node.inputs[0] in carriers
        and not _is_scaled(entry.graph, node)
    ]
    if folded:
        labels = (entry.layer(node.index, "fold") for node in folded)
        norms = "a batch norm is" if len(folded) == 1 else f"{len(folded):,} batch norms are"
        message = f"{norms} folded into weights that are signs and have no scale per channel"
        effect = _effect(entry, {node.index for node in folded})
        yield together("MN223", message, labels, effect)


def _are_signs(entry: Entry, node: Node) -> bool:
    """Tell whether the weights of a layer are nothing but signs, each times the same number."""
    tensor = getattr(node.layer, "weight", None)
    if isinstance(tensor, TwoMaskTensor):
        return True
    numerics = entry.manifest.numerics
    name = getattr(tensor, "format", None) or numerics.defaults.weight
    return isinstance(formats(numerics).get(name or ""), BinaryFormat)


def _is_scaled(graph: Graph, norm: Node) -> bool:
    """Tell whether only products with one factor per channel read `norm`: they can carry it."""
    readers = [node.layer for node in graph.nodes if norm.index in node.inputs]
    return bool(readers) and all(
        isinstance(layer, Scale) and layer.per == "channel" for layer in readers
    )


def _effect(entry: Entry, norms: set[int]) -> Effect | None:
    """Return the effect of keeping batch norms that are folded."""
    layers = tuple(
        _kept(layer) if index in norms else layer
        for index, layer in enumerate(entry.reading.layers)
    )
    kept = understand(replace(entry.reading, layers=layers), challenges=entry.challenges)
    if not (entry.score and kept.score):
        return None
    return Effect.between(entry.score.terms, kept.score.terms)


def _kept(layer: Layer | Broken) -> Layer | Broken:
    return layer.model_copy(update={"fold": None}) if isinstance(layer, BatchNorm) else layer
