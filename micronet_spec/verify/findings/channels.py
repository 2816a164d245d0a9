"""Channels that carry nothing: without weights, read by nobody, or weights that read zeros."""

from collections.abc import Iterator

from micronet_spec.finding import Finding
from micronet_spec.graph import Node
from micronet_spec.manifest import layers as ops
from micronet_spec.verify.channels import Idle, idle_channels, without
from micronet_spec.verify.channels.links import is_depthwise, links, mixes
from micronet_spec.verify.channels.tensors import by_channel
from micronet_spec.verify.compare import Comparison
from micronet_spec.verify.findings.about import Place, about, tensors
from micronet_spec.verify.mapping import Match


def channels(comparison: Comparison) -> Iterator[Finding]:
    """MN733: no weights; MN734: nobody reads them; MN735: weights that read zeros.

    What removing them saves is told together, for most go together.
    """
    dead, unread, useless = list[Place](), list[Place](), list[Place]()
    graph = comparison.entry.graph
    assert graph
    idle = idle_channels(graph, comparison.mapping)
    live = {node.index: node for node in graph.nodes if node.index not in graph.dead}
    for match in comparison.mapping.matches:
        slot, counts = match.slot, (match.mask or match.tensor).channel_nonzeros
        if slot.matrix and len(match.tensors) == 1 and (empty := counts.count(0)):
            dead.append(Place(slot, f"{empty:,} of {len(counts):,} channels"))
        node = live.get(slot.index)
        if node is None or slot.field != ("weight",):
            continue
        if alone := _with_weights(idle, node, match):
            unread.append(Place(slot, f"{alone:,} of {node.shape[0]:,} channels"))
        if zeros := _read_zeros(idle, node):
            read = node.input_shapes[0][0]
            useless.append(Place(slot, f"{zeros:,} of {read:,} input channels"))
    saved = None
    resized = comparison.step("shapes and codebooks")
    if comparison.measured and not (resized and resized.score):
        saved = without(comparison.measured, idle)
    for code, message, places in (
        ("MN733", "output channels of {} have no weights", dead),
        ("MN734", "nobody reads output channels of {}", unread),
        ("MN735", "weights of {} read channels that are always zero", useless),
    ):
        yield from about(comparison, code, message.format(tensors(len(places))), places, saved)


def _with_weights(idle: Idle, node: Node, match: Match) -> int:
    """Count the output channels that nobody reads and that weights are stored for."""
    counts = by_channel(match.mask or match.tensor, match.tensor.shape, node.shape[0])
    stores = mixes(node) or is_depthwise(node) or isinstance(node.layer, ops.BatchNorm | ops.Scale)
    rows = idle.unread[node.index] if stores and counts else ()
    return sum(bool(counts[row]) for row in rows)


def _read_zeros(idle: Idle, node: Node) -> int:
    """Count the input channels that are always zero and that a layer has weights for."""
    zero = idle.of_input(node)
    if mixes(node):
        counts = idle.tensors.columns(node) or ()
        return sum(bool(count) for channel, count in enumerate(counts) if channel in zero)
    if is_depthwise(node):
        rows = idle.tensors.rows(node) or ()
        pairs = links(node, 0) or ()
        return len({source for source, row in pairs if rows and rows[row] and source in zero})
    return 0
