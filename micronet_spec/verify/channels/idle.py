"""Channels that are always zero, from the input on; and those that nobody reads, from the output.

What cannot be decided is said to carry something: a layer that mixes channels in a way that no
weight of the file shows reads them all, and writes what is not zero.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from micronet_spec.graph import Graph, Node
from micronet_spec.manifest import layers as ops
from micronet_spec.verify.channels.links import is_depthwise, links, mixes
from micronet_spec.verify.channels.tensors import LayerTensors
from micronet_spec.verify.mapping import Mapping

Channels = frozenset[int]
_NONE: Channels = frozenset()

_KEEP_ZERO = {"relu", "relu6", "hswish", "swish", "elu", "tanh", "sqrt"}
"""Functions of which the value at zero is zero."""


@dataclass
class Idle:
    """Channels of every layer's output, by the layer's index."""

    graph: Graph
    tensors: LayerTensors
    zero: dict[int, Channels] = field(default_factory=dict)
    """Those that are always zero."""
    unread: dict[int, Channels] = field(default_factory=dict)
    """Those that nobody reads."""

    def of_input(self, node: Node, position: int = 0) -> Channels:
        """Return the channels of an input of a layer that are always zero."""
        return self.zero.get(node.inputs[position], _NONE)

    def of(self, index: int) -> Channels:
        """Return the channels of a layer's output that carry nothing."""
        return self.zero.get(index, _NONE) | self.unread.get(index, _NONE)


def idle_channels(graph: Graph, mapping: Mapping) -> Idle:
    """Return the channels of a complete network that carry nothing."""
    idle = Idle(graph, LayerTensors.of(mapping))
    for node in graph.nodes:
        idle.zero[node.index] = _zero(idle, node)
    read: dict[int, Channels] = {}
    last = max(node.index for node in graph.nodes)
    for node in reversed(graph.nodes):
        # Of what nobody reads at all another rule speaks (R11).
        unread = _NONE if node.index in {last, *graph.dead_ends} else read[node.index]
        idle.unread[node.index] = unread
        for position, source in enumerate(node.inputs):
            ignored = _ignored(idle, node, position)
            read[source] = ignored & read.get(source, ignored)
    return idle


def _zero(idle: Idle, node: Node) -> Channels:
    """Return the channels of a layer's output that are always zero."""
    if mixes(node):
        rows = idle.tensors.rows(node) or ()
        dead = frozenset(row for row, count in enumerate(rows) if not count)
        return frozenset(row for row in dead if _unshifted(idle, node, row))
    found = [links(node, position) for position in range(len(node.inputs))]
    if None in found:
        return _NONE
    sources: dict[int, list[bool]] = {channel: [] for channel in range(node.shape[0])}
    for position, pairs in enumerate(found):
        zero = idle.of_input(node, position)
        for source, channel in pairs or ():
            sources[channel].append(source in zero)
    join = any if isinstance(node.layer, ops.Multiply) else all
    return _where(node, lambda channel: _stays_zero(idle, node, channel, join(sources[channel])))


def _stays_zero(idle: Idle, node: Node, channel: int, given: bool) -> bool:  # noqa: FBT001
    """Tell whether a channel is zero, where what it is made of is zero, or not."""
    layer, tensors = node.layer, idle.tensors
    if isinstance(layer, ops.Activation):
        return given and layer.op in _KEEP_ZERO
    if isinstance(layer, ops.BatchNorm):
        gone = tensors.is_without(node, "weight", channel)
        still = gone or (given and tensors.is_without_mean(node, channel))
        return still and tensors.is_without(node, "bias", channel)
    if isinstance(layer, ops.Scale):
        gone = layer.per == "channel" and tensors.is_without(node, "weight", channel)
        return (gone or given) and _unshifted(idle, node, channel)
    if is_depthwise(node):
        rows = tensors.rows(node)
        gone = rows is not None and not rows[channel]
        return (gone or given) and _unshifted(idle, node, channel)
    return given


def _unshifted(idle: Idle, node: Node, channel: int) -> bool:
    return idle.tensors.is_without(node, "bias", channel)


def _ignored(idle: Idle, node: Node, position: int) -> Channels:
    """Return the channels of an input that a layer does not read, or reads for nobody."""
    if mixes(node):
        counts = idle.tensors.columns(node) or ()
        return frozenset(channel for channel, count in enumerate(counts) if not count)
    pairs = links(node, position)
    if pairs is None:
        return _NONE
    lost = idle.unread[node.index] | _multiplied_by_zero(idle, node, position)
    used = {source for source, channel in pairs if channel not in lost}
    return frozenset(range(node.input_shapes[position][0])) - used


def _multiplied_by_zero(idle: Idle, node: Node, position: int) -> Channels:
    """Return the channels of an output that an input only reaches through a factor of zero."""
    layer, tensors = node.layer, idle.tensors
    per_channel = isinstance(layer, ops.Scale) and layer.per == "channel"
    if per_channel or isinstance(layer, ops.BatchNorm):
        return _where(node, lambda channel: tensors.is_without(node, "weight", channel))
    if isinstance(layer, ops.Multiply):
        others = (other for other in range(len(node.inputs)) if other != position)
        return frozenset(
            channel
            for other in others
            for source, channel in links(node, other) or ()
            if source in idle.of_input(node, other)
        )
    rows = tensors.rows(node) if is_depthwise(node) else None
    return _where(node, lambda row: rows is not None and not rows[row])


def _where(node: Node, is_so: Callable[[int], bool]) -> Channels:
    return frozenset(filter(is_so, range(node.shape[0])))
