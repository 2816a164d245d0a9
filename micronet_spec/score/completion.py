"""Counts that nobody published, filled in low and high (S2).

For a fixed encoding more nonzeros never cost less, so a network with unknown counts costs at least
what it costs completed low, and at most what it costs completed high. The counter itself only ever
sees known counts.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from micronet_spec.graph import Graph, Node, weight_shape
from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.entry import NonzeroTotal
from micronet_spec.manifest.layers import Layer
from micronet_spec.manifest.tensors import (
    Amount,
    Between,
    BlockMaskedTensor,
    MaskedTensor,
    Nonzeros,
    PerChannel,
    Tensor,
    TwoMaskTensor,
)
from micronet_spec.score.storage import mask_bits

Bounds = tuple[int, int]
_UNKNOWN = "unknown"


class UnboundedError(ValueError):
    """An unknown count without an upper bound; `field` is where it stands in its layer."""

    def __init__(self, index: int, field: tuple[str | int, ...]) -> None:
        super().__init__("the count has no upper bound")
        self.index = index
        self.field = field


@dataclass(frozen=True)
class Open:
    """A count that is not known: where it stands, its bounds, and the positions it is used at."""

    index: int
    field: tuple[str, ...]
    bounds: Bounds
    positions: int


def fits(graph: Graph) -> bool:
    """Tell whether every list of nonzeros has one count for each output channel."""
    return all(
        _channels(amount) in {None, rows}
        for node in graph.nodes
        for field, amount, size in nonzero_counts(node)
        for rows in [next((r for name, r, _ in tensor_shapes(node) if name == field[0]), size)]
    )


def _channels(amount: Nonzeros | Amount) -> int | None:
    if isinstance(amount, PerChannel):
        return sum(channels for _, channels in amount.per_channel)
    return len(amount) if isinstance(amount, tuple) else None


def open_counts(graph: Graph) -> list[Open]:
    """Return every count of nonzeros that is not known, in order of the manifest."""
    found = [
        Open(node.index, field, bounds, math.prod(node.shape[1:]))
        for node in graph.nodes
        for field, amount, size in nonzero_counts(node)
        if (bounds := _bounds(amount, size)) is not None
    ]
    return sorted(found, key=lambda it: (it.index, it.field))


def has_unknowns(graph: Graph) -> bool:
    """Tell whether any count of the network is not known."""
    extras = (extra.count for node in graph.nodes for extra in node.layer.stored)
    return any(not isinstance(count, int) for count in extras) or bool(open_counts(graph))


def completed(graph: Graph, totals: Sequence[NonzeroTotal], *, high: bool) -> Graph:
    """Return the network with every unknown count filled in, low or high.

    A published total over several layers is met: the nonzeros go where an operation per nonzero is
    executed least, or most, often. Raises `UnboundedError`.
    """
    chosen = {(it.index, it.field): it.bounds[high] for it in open_counts(graph)}
    for total in totals:
        chosen |= _allocate(graph, total, high=high)
    counts: dict[int, list[tuple[tuple[str, ...], int]]] = {}
    for (index, field), number in chosen.items():
        counts.setdefault(index, []).append((field, number))
    nodes = tuple(
        replace(node, layer=_filled(node, counts.get(node.index, []), high=high))
        for node in graph.nodes
    )
    return replace(graph, nodes=nodes)


def total_bounds(graph: Graph, total: NonzeroTotal) -> Bounds:
    """Return the least and most nonzeros that the layers of a published total can have."""
    members = set(total.layers)
    low = high = 0
    for node in graph.nodes:
        if node.layer.name in members:
            for _, amount, size in nonzero_counts(node):
                bounds = _bounds(amount, size) or (_known(amount),) * 2
                low, high = low + bounds[0], high + bounds[1]
    return low, high


def nonzero_counts(node: Node) -> Iterator[tuple[tuple[str, ...], Nonzeros | Amount, int]]:
    """Yield field, count and number of values of every sparse tensor of a layer."""
    for name, rows, columns in tensor_shapes(node):
        tensor = getattr(node.layer, name)
        size = rows * columns
        if isinstance(tensor, MaskedTensor):
            yield (name, "nonzero"), tensor.nonzero, size
        elif isinstance(tensor, TwoMaskTensor):
            yield (name, "positive"), tensor.positive, size
            yield (name, "negative"), tensor.negative, size
        elif isinstance(tensor, BlockMaskedTensor):
            yield (name, "blocks"), tensor.blocks, mask_bits((rows, columns), tensor.block)
    bias = getattr(node.layer, "bias", None)
    if bias is not None and getattr(bias, "nonzero", None) is not None:
        yield ("bias", "nonzero"), bias.nonzero, node.shape[0]


def tensor_shapes(node: Node) -> Iterator[tuple[str, int, int]]:
    """Yield name, rows and columns of every weight tensor of a layer that may be sparse."""
    layer = node.layer
    inputs = list(node.input_shapes)
    if isinstance(layer, ops.Conv2d | ops.Linear | ops.Embedding):
        yield "weight", *weight_shape(layer, inputs)
    elif isinstance(layer, ops.AttentionScores) and layer.weight:
        yield "weight", layer.positions, math.prod(inputs[0]) // layer.heads
    elif isinstance(layer, ops.Recurrent):
        rows = layer.gates * layer.units
        yield "weight", rows, math.prod(inputs[0])
        yield "recurrent", rows, layer.units
    elif isinstance(layer, ops.Qrnn):
        yield "weight", layer.gates * layer.units, layer.window * math.prod(inputs[0])


def _bounds(amount: Nonzeros | Amount, size: int) -> Bounds | None:
    if amount == _UNKNOWN:
        return 0, size
    if isinstance(amount, Between):
        most = size if amount.at_most is None else min(amount.at_most, size)
        return min(amount.at_least, most), most
    return None


def _known(amount: Any) -> int:
    """Return a count that is known, whatever its form; 0 for a nominal one."""
    if isinstance(amount, tuple):
        return sum(amount)
    if isinstance(amount, int):
        return amount
    pairs: Iterable[tuple[int, int]] = getattr(amount, "per_channel", ())
    return sum(count * channels for count, channels in pairs)


def _allocate(
    graph: Graph, total: NonzeroTotal, *, high: bool
) -> dict[tuple[int, tuple[str, ...]], int]:
    members = set(total.layers)
    known = sum(
        _known(amount)
        for node in graph.nodes
        if node.layer.name in members
        for _, amount, size in nonzero_counts(node)
        if _bounds(amount, size) is None
    )
    names = {node.index: node.layer.name for node in graph.nodes}
    unknown = [it for it in open_counts(graph) if names[it.index] in members]
    chosen = {(it.index, it.field): it.bounds[0] for it in unknown}
    left = total.nonzero - known - sum(chosen.values())
    for it in sorted(unknown, key=lambda it: it.positions, reverse=high):
        more = max(0, min(left, it.bounds[1] - it.bounds[0]))
        chosen[it.index, it.field] += more
        left -= more
    return chosen


def _filled(node: Node, counts: list[tuple[tuple[str, ...], int]], *, high: bool) -> Layer:
    layer = node.layer
    update: dict[str, Any] = {}
    for (name, field), number in counts:
        tensor: Tensor = update.get(name) or getattr(layer, name)
        update[name] = tensor.model_copy(update={field: number})
    extras = tuple(
        extra
        if isinstance(extra.count, int)
        else extra.model_copy(update={"count": _extra(node.index, place, extra.count, high=high)})
        for place, extra in enumerate(layer.stored)
    )
    if extras != layer.stored:
        update["stored"] = extras
    return layer.model_copy(update=update) if update else layer


def _extra(index: int, place: int, count: Amount, *, high: bool) -> int:
    if isinstance(count, Between) and count.at_most is not None:
        return count.at_most if high else count.at_least
    raise UnboundedError(index, ("stored", place, "count"))
