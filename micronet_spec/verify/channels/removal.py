"""A measured entry without the channels that carry nothing, where the network allows that.

Channels that layers keep apart can only be removed together: those of all inputs of a sum, say.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from micronet_spec.effect import Effect
from micronet_spec.entry.entry import Entry
from micronet_spec.graph import INPUT, Graph, Node
from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.tensors import DenseTensor, MaskedTensor
from micronet_spec.verify.channels.idle import Channels, Idle
from micronet_spec.verify.channels.links import is_depthwise, links, mixes
from micronet_spec.verify.draft import Draft

_Element = tuple[int, int]
"""A layer and a channel of its output."""


def without(measured: Entry, idle: Idle) -> Effect | None:
    """Return what removing every idle channel saves that can be; None if that is not known."""
    gone = _removable(idle)
    if not gone or any(node.stated for node in idle.graph.nodes):
        return None
    draft = Draft(measured)
    for node in idle.graph.nodes:
        update = _update(node, draft.layer(node.index), gone, idle)
        if update is None:
            return None
        draft.set(node.index, input=None, **update)
    return draft.effect()


def _removable(idle: Idle) -> dict[int, Channels]:
    """Return the idle channels of every layer that are idle wherever they go together."""
    graph = idle.graph
    if not any(idle.of(node.index) for node in graph.nodes):
        return {}
    classes = _Classes()
    kept = {(INPUT, channel) for channel in _pinned_input(graph)}
    last = max(node.index for node in graph.nodes)
    for node in graph.nodes:
        found = [links(node, position) for position in range(len(node.inputs))]
        for source, pairs in zip(node.inputs, found, strict=True):
            for before, after in pairs or ():
                classes.join((source, before), (node.index, after))
        if None in found and not mixes(node):
            kept |= {
                (source, channel)
                for source, shape in zip(node.inputs, node.input_shapes, strict=True)
                for channel in range(shape[0])
            }
            kept |= {(node.index, channel) for channel in range(node.shape[0])}
        carries = set(range(node.shape[0])) - (set() if node.index == last else idle.of(node.index))
        kept |= {(node.index, channel) for channel in carries}
    pinned = {classes.of(element) for element in kept}
    gone: dict[int, set[int]] = defaultdict(set)
    for node in graph.nodes:
        for channel in idle.of(node.index):
            if classes.of((node.index, channel)) not in pinned:
                gone[node.index].add(channel)
    return {index: frozenset(channels) for index, channels in gone.items()}


def _pinned_input(graph: Graph) -> range:
    shapes = (
        shape
        for node in graph.nodes
        for source, shape in zip(node.inputs, node.input_shapes, strict=True)
        if source == INPUT
    )
    return range(next(shapes, (0,))[0])


class _Classes:
    """Elements in classes that are joined: a forest in which every tree is a class."""

    def __init__(self) -> None:
        self._above: dict[_Element, _Element] = {}

    def of(self, element: _Element) -> _Element:
        """Return the element that stands for a class."""
        while element in self._above:
            above = self._above[element]
            if above in self._above:
                self._above[element] = self._above[above]
            element = above
        return element

    def join(self, one: _Element, other: _Element) -> None:
        """Join two classes."""
        first, second = self.of(one), self.of(other)
        if first != second:
            self._above[first] = second


def _update(
    node: Node, layer: Any, gone: Mapping[int, Channels], idle: Idle
) -> dict[str, Any] | None:
    """Return the fields of a layer that removing channels changes; None if that is not known."""
    rows, columns = (gone.get(it, frozenset()) for it in (node.index, node.inputs[0]))
    if isinstance(layer, ops.Conv2d | ops.Linear):
        weight = _left(node, layer.weight, rows, columns, idle) if rows or columns else layer.weight
        masked_bias = layer.bias is not None and layer.bias.nonzero is not None
        if weight is None or len(rows) == layer.out or (rows and masked_bias):
            return None
        update = {"out": layer.out - len(rows), "weight": weight}
        return update | ({"groups": "depthwise"} if is_depthwise(node) else {})
    if isinstance(layer, ops.Slice):
        first, last = layer.channels
        before = sum(channel < first for channel in columns)
        return {"channels": (first - before, last - before - len(rows))}
    if isinstance(layer, ops.Pad):
        return {"channels": layer.channels - len(rows)}
    if isinstance(layer, ops.Reshape):
        return {"shape": (layer.shape[0] - len(rows), *layer.shape[1:])}
    return {}


def _left(node: Node, weight: Any, rows: Channels, columns: Channels, idle: Idle) -> Any:
    """Return the weights of a layer without rows and columns; None if they are not known."""
    if isinstance(weight, DenseTensor):
        return None if weight.channel_formats or weight.tiled > 1 else weight
    by_row = idle.tensors.rows(node)
    if by_row is None or not isinstance(weight, MaskedTensor):
        return None
    kept = [count for row, count in enumerate(by_row) if row not in rows]
    by_column = [] if is_depthwise(node) else idle.tensors.columns(node) or []
    read = sum(by_column[column] for column in columns if by_column)
    if not read:
        return weight.model_copy(update={"nonzero": tuple(kept)})
    if any(by_row[row] for row in rows):
        return None  # How many of its weights read removed channels is not known.
    return weight.model_copy(update={"nonzero": sum(kept) - read})
