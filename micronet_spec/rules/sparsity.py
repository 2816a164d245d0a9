"""Counts of nonzeros: against the size of their tensors, bounds, totals, shared tensors."""

import math
from collections.abc import Callable, Iterator
from functools import partial

from micronet_spec.document import Route  # noqa: TC001 - a variable has the type
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding, Label
from micronet_spec.graph import Graph, Node
from micronet_spec.manifest.layers import BatchNorm, Conv2d, LayerNorm, Linear, Permute, Scale
from micronet_spec.manifest.tensors import Between, IntegerFormat, Nominal, PerChannel
from micronet_spec.rules.channels import channels_of
from micronet_spec.rules.registry import check
from micronet_spec.score.items import Number
from micronet_spec.score.sparse import (
    SparseCount,
    sparse_counts,
    tensor_shapes,
    written_out,
)
from micronet_spec.score.totals import totals


@check
def nonzeros_above_weights(entry: Entry) -> Iterator[Finding]:
    """MN201: more nonzeros than values, in a tensor or in a channel, of one sign or of both."""
    for node in entry.graph.nodes if entry.graph else ():
        counts = list(sparse_counts(node))
        found = [finding for it in counts for finding in _above(entry, node, it)]
        yield from found or _both_signs(entry, node, counts)


def _above(entry: Entry, node: Node, it: SparseCount) -> Iterator[Finding]:
    if isinstance(it.amount, tuple | PerChannel):
        yield from _channels(entry, node, it, it.amount)
        return
    least = it.amount.at_least if isinstance(it.amount, Between) else it.amount
    if isinstance(least, int) and least > it.size:
        has = f"{it.rows} x {it.columns} = {it.size:,} weights"
        what = "kept blocks" if it.field[1] == "blocks" else "nonzeros"
        has = f"{it.size:,} blocks" if it.field[1] == "blocks" else has
        message = f"`{node.layer.name}` has {has}, fewer than {least:,} {what}"
        yield Finding("MN201", message, entry.layer(node.index, *it.field))


def _both_signs(entry: Entry, node: Node, counts: list[SparseCount]) -> Iterator[Finding]:
    """Yield where values of one sign leave less room than those of the other need."""
    signs = [it for it in counts if it.field[1] in {"positive", "negative"}]
    if not signs:
        return
    whole, columns = signs[0].size, signs[0].columns
    rooms = [(f"`{node.layer.name}`", whole, sum(it.ends[0] for it in signs))]
    if all(isinstance(it.amount, tuple) and len(it.amount) == it.rows for it in signs):
        sums = map(sum, zip(*(it.amount for it in signs), strict=True))
        rooms += [
            (f"channel {place} of `{node.layer.name}`", columns, total)
            for place, total in enumerate(sums)
        ]
    for what, room, needed in rooms:
        if needed > room:
            message = f"{what} has {room:,} weights, fewer than {needed:,} nonzeros of both signs"
            first, second = (entry.layer(node.index, *it.field) for it in signs)
            yield Finding("MN201", message, first, (second,))
            return


def _channels(
    entry: Entry, node: Node, it: SparseCount, amount: tuple[int, ...] | PerChannel
) -> Iterator[Finding]:
    listed = isinstance(amount, tuple)
    pairs = [(n, 1) for n in amount] if isinstance(amount, tuple) else list(amount.per_channel)
    if channels_of(amount) != it.rows:
        return
    for place, (nonzeros, _) in enumerate(pairs):
        if nonzeros > it.columns:
            message = f"channel {place} of `{node.layer.name}` has {it.columns:,} weights, "
            message += f"fewer than {nonzeros:,} nonzeros"
            route: Route = ("model", "layers", node.index, *it.field, place)
            label = entry.at(*route) if listed else entry.layer(node.index, *it.field)
            yield Finding("MN201", message, label)


@check
def bounds_upside_down(entry: Entry) -> Iterator[Finding]:
    """MN208: bounds upside down."""
    for place_of, amount in _amounts(entry):
        most = amount.at_most if isinstance(amount, Between) else None
        if isinstance(amount, Between) and most is not None and amount.at_least > most:
            message = f"at least {amount.at_least:,} and at most {most:,}"
            yield Finding("MN208", message, place_of())
    for place, total in enumerate(entry.manifest.network.published_totals if entry.graph else ()):
        if total.at_least > total.at_most:
            message = f"at least {_whole(total.at_least)} and at most {_whole(total.at_most)}"
            yield Finding("MN208", message, entry.at("model", "published_totals", place, "at_most"))
    for name, form in entry.manifest.numerics.formats.items() if entry.has("numerics") else ():
        if isinstance(form, IntegerFormat) and form.up_to is not None and form.up_to < form.bits:
            message = f"at least {float(form.bits):g} bits and at most {float(form.up_to):g}"
            yield Finding("MN208", message, entry.at("numerics", "formats", name, "up_to"))
    for node in entry.graph.nodes if entry.graph else ():
        for place, it in enumerate(written_out(node)):
            if it.up_to is not None and it.up_to < it.count:
                message = f"at least {float(it.count):,} and at most {float(it.up_to):,}"
                label = entry.at("model", "layers", node.index, "operations", place, "up_to")
                yield Finding("MN208", message, label)


def _amounts(entry: Entry) -> Iterator[tuple[Callable[[], Label], object]]:
    """Yield every count that may be bounds, and what finds where it stands."""
    for node in entry.graph.nodes if entry.graph else ():
        for it in sparse_counts(node):
            yield partial(entry.layer, node.index, *it.field), it.amount
        for extra in node.layer.stored:
            yield partial(entry.layer, node.index, "stored"), extra.count
    for place, total in enumerate(entry.manifest.network.nonzero_totals if entry.graph else ()):
        yield partial(entry.at, "model", "nonzero_totals", place, "nonzero"), total.nonzero


@check
def unbounded_count(entry: Entry) -> Iterator[Finding]:
    """MN207: an unknown count of further values, which nothing bounds."""
    if entry.unbounded:
        label = entry.layer(entry.unbounded.index, *map(str, entry.unbounded.field[:1]))
        yield Finding("MN207", "an unknown count without an upper bound", label)


@check
def nominal_sparsity(entry: Entry) -> Iterator[Finding]:
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


@check
def impossible_total(entry: Entry) -> Iterator[Finding]:
    """MN212: a published total that its layers cannot have."""
    if not (entry.graph and entry.graph.complete):
        return
    names = {node.layer.name for node in entry.graph.nodes}
    yield from _without_products(entry, entry.graph)
    known = totals(entry.manifest.network, entry.graph)
    places = [
        *(("nonzero_totals", n, "nonzero") for n, _ in enumerate(known.nonzeros)),
        *(("published_totals", n, "at_least") for n, _ in enumerate(known.figures)),
    ]
    for place, total in zip(places, known.every, strict=True):
        low, high = total.possible(entry.graph.nodes)
        least, most = total.bounds
        if total.each.keys() <= names and (least > high or most < low):
            stated = f"at least {_whole(least)}" if least > high else f"at most {_whole(most)}"
            if least == most:
                stated = _whole(most)
            noun = " nonzeros" if place[0] == "nonzero_totals" else ""
            message = f"{stated}{noun}, but its layers have {_whole(low)} to {_whole(high)}"
            yield Finding("MN212", message, entry.at("model", *place))


def _without_products(entry: Entry, graph: Graph) -> Iterator[Finding]:
    others = {
        node.layer.name: node.layer.op
        for node in graph.nodes
        if not isinstance(node.layer, Conv2d | Linear)
    }
    for place, total in enumerate(entry.manifest.network.published_totals):
        for number, addend in enumerate(total.sum):
            for name in addend.layers if addend.of == "products" else ():
                if name in others:
                    route = "model", "published_totals", place, "sum", number, "layers"
                    message = f"`{name}` is `{others[name]}`, whose products are not summed up here"
                    yield Finding("MN212", message, entry.at(*route))


def _whole(number: Number) -> str:
    return f"{float(number):,.0f}"


@check
def shared_tensor(entry: Entry) -> Iterator[Finding]:
    """MN211: a shared tensor that nobody stores, or that has another shape."""
    if not (entry.graph and entry.graph.complete):
        return
    sizes = {
        node.layer.name: {shape for _, owner, shape in _sharable(node) if owner is None}
        for node in entry.graph.nodes
    }
    for node in entry.graph.nodes:
        for field, owner, shape in _sharable(node):
            if owner is None:
                continue
            label = entry.layer(node.index, *field)
            if owner == node.layer.name or not sizes.get(owner):
                yield Finding("MN211", f"no layer `{owner}` with a tensor to share", label)
            elif not {shape, shape[::-1]} & sizes[owner]:
                size = " x ".join(map(str, shape)) if shape else "no values"
                message = f"a tensor of {size} cannot be that of `{owner}`"
                if isinstance(node.layer, Permute):
                    message = f"a permutation of {size} channels cannot be that of `{owner}`"
                yield Finding("MN211", message, label)


def _sharable(node: Node) -> Iterator[tuple[tuple[str, ...], str | None, tuple[int, ...]]]:
    """Yield `same_as`, the layer it names and the shape, of every tensor that may be shared.

    A permutation is of one size, which no matrix is.
    """
    layer, shapes = node.layer, {name: shape for name, *shape in _tensors(node)}
    if isinstance(layer, Permute):
        field = ("same_as",) if layer.same_as else ("weight", "same_as")
        yield field, layer.same_as or layer.weight.same_as, (node.shape[0],)
    else:
        for name, shape in shapes.items():
            yield (name, "same_as"), getattr(layer, name).same_as, tuple(shape)


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
