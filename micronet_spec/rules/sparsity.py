"""Counts of nonzeros: against the size of their tensors, bounds, totals, shared tensors."""

import math
from collections.abc import Iterator

from micronet_spec.document import Route  # noqa: TC001 - a variable has the type
from micronet_spec.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.graph import Node
from micronet_spec.manifest.layers import BatchNorm, LayerNorm, Scale
from micronet_spec.manifest.tensors import Between, DenseTensor, Nominal, PerChannel
from micronet_spec.rules.rule import check
from micronet_spec.score.sparse import SparseCount, sparse_counts, tensor_shapes, total_bounds


@check("graph")
def nonzeros_above_weights(entry: Entry) -> Iterator[Finding]:
    """MN201: more nonzeros than values; MN114: a list that has not one count per channel."""
    for node in entry.graph.nodes if entry.graph else ():
        for it in sparse_counts(node):
            if isinstance(it.amount, tuple | PerChannel):
                yield from _channels(entry, node, it, it.amount)
                continue
            least = it.amount.at_least if isinstance(it.amount, Between) else it.amount
            if isinstance(least, int) and least > it.size:
                has = f"{it.rows} x {it.columns} = {it.size:,} weights"
                what = "kept blocks" if it.field[1] == "blocks" else "nonzeros"
                has = f"{it.size:,} blocks" if it.field[1] == "blocks" else has
                message = f"`{node.layer.name}` has {has}, fewer than {least:,} {what}"
                yield Finding("MN201", message, entry.layer(node.index, *it.field))


def _channels(
    entry: Entry, node: Node, it: SparseCount, amount: tuple[int, ...] | PerChannel
) -> Iterator[Finding]:
    rows, columns, field = it.rows, it.columns, it.field
    listed = isinstance(amount, tuple)
    pairs = [(n, 1) for n in amount] if isinstance(amount, tuple) else list(amount.per_channel)
    channels = sum(count for _, count in pairs)
    label = entry.layer(node.index, *field)
    if channels != rows:
        message = f"`{node.layer.name}` has {rows:,} output channels, not {channels:,}"
        yield Finding("MN114", message, label, help="give one count per output channel")
        return
    for place, (nonzeros, _) in enumerate(pairs):
        if nonzeros > columns:
            message = f"channel {place} of `{node.layer.name}` has {columns:,} weights, "
            message += f"fewer than {nonzeros:,} nonzeros"
            route: Route = ("model", "layers", node.index, *field, place)
            yield Finding("MN201", message, entry.at(*route) if listed else label)


@check("graph")
def bounds(entry: Entry) -> Iterator[Finding]:
    """MN208: bounds upside down."""
    for node in entry.graph.nodes if entry.graph else ():
        amounts: list[tuple[tuple[str, ...], object]]
        amounts = [(it.field, it.amount) for it in sparse_counts(node)]
        amounts += [(("stored",), extra.count) for extra in node.layer.stored]
        for field, amount in amounts:
            most = amount.at_most if isinstance(amount, Between) else None
            if isinstance(amount, Between) and most is not None and amount.at_least > most:
                message = f"at least {amount.at_least:,} and at most {most:,}"
                yield Finding("MN208", message, entry.layer(node.index, *field))


@check()
def unbounded(entry: Entry) -> Iterator[Finding]:
    """MN207: an unknown count of further values, which nothing bounds."""
    if entry.unbounded:
        label = entry.layer(entry.unbounded.index, *map(str, entry.unbounded.field[:1]))
        yield Finding("MN207", "an unknown count without an upper bound", label)


@check("graph")
def nominal(entry: Entry) -> Iterator[Finding]:
    """MN209: a nominal sparsity in place of counted nonzeros."""
    nodes = [
        (node, it.field)
        for node in (entry.graph.nodes if entry.graph else ())
        for it in sparse_counts(node)
        if isinstance(it.amount, Nominal)
    ]
    if nodes:
        layers = f"{len(nodes):,} tensors" if len(nodes) > 1 else "one tensor"
        labels = [entry.layer(node.index, *field) for node, field in nodes[:5]]
        message = f"the nonzeros of {layers} are a nominal share: the count is not exact"
        yield Finding("MN209", message, labels[0], tuple(labels[1:]))


@check("graph")
def totals(entry: Entry) -> Iterator[Finding]:
    """MN212: a published total that its layers cannot have; MN112: layers that do not exist."""
    if not (entry.graph and entry.graph.complete):
        return
    names = {node.layer.name for node in entry.graph.nodes}
    for place, total in enumerate(entry.manifest.network.nonzero_totals):
        route = ("model", "nonzero_totals", place)
        missing = [name for name in total.layers if name not in names]
        for name in missing:
            yield Finding("MN112", f"no layer `{name}`", entry.at(*route, "layers"))
        low, high = total_bounds(entry.graph, total)
        if not missing and not low <= total.nonzero <= high:
            message = f"{total.nonzero:,} nonzeros, but its layers have {low:,} to {high:,}"
            yield Finding("MN212", message, entry.at(*route, "nonzero"))


@check("graph")
def shared(entry: Entry) -> Iterator[Finding]:
    """MN211: a shared tensor that nobody stores, or that has another shape."""
    if not (entry.graph and entry.graph.complete):
        return
    sizes = {
        node.layer.name: {
            (rows, columns)
            for name, rows, columns in _tensors(node)
            if getattr(node.layer, name).same_as is None
        }
        for node in entry.graph.nodes
    }
    for node in entry.graph.nodes:
        for name, rows, columns in _tensors(node):
            owner = getattr(node.layer, name).same_as
            if owner is None:
                continue
            label = entry.layer(node.index, name, "same_as")
            if owner == node.layer.name or not sizes.get(owner):
                yield Finding("MN211", f"no layer `{owner}` with a tensor to share", label)
            elif not {(rows, columns), (columns, rows)} & sizes[owner]:
                message = f"a tensor of {rows} x {columns} cannot be that of `{owner}`"
                yield Finding("MN211", message, label)


def _tensors(node: Node) -> Iterator[tuple[str, int, int]]:
    """Yield name, rows and columns of every tensor of a layer that it may share."""
    yield from tensor_shapes(node)
    layer = node.layer
    if isinstance(layer, Scale) and layer.per != "constant":
        yield "weight", 1 if layer.per == "tensor" else node.shape[0], 1
    elif isinstance(layer, BatchNorm) and not layer.fold:
        yield "weight", node.shape[0], 1
    elif isinstance(layer, LayerNorm) and layer.weight:
        yield "weight", math.prod(node.shape), 1


@check("graph")
def channel_formats(entry: Entry) -> Iterator[Finding]:
    """MN114: formats per channel that do not add up to the output channels."""
    for node in entry.graph.nodes if entry.graph else ():
        for name, rows, _ in tensor_shapes(node):
            tensor = getattr(node.layer, name)
            declared = tensor.channel_formats if isinstance(tensor, DenseTensor) else ()
            channels = sum(count for _, count in declared)
            if declared and channels != rows:
                message = f"`{node.layer.name}` has {rows:,} output channels, not {channels:,}"
                yield Finding("MN114", message, entry.layer(node.index, name, "channel_formats"))
