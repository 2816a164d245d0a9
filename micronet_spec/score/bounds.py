"""How large the counts of a network can be that its manifest leaves open (S2)."""

import math
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from micronet_spec.graph import Node
from micronet_spec.score.sparse import (
    Bounds,
    Field,
    SparseCount,
    sparse_counts,
    weight_counts,
)
from micronet_spec.score.totals import Total

LayerBounds = dict[Field, Bounds]
"""The least and the most of every open count of a layer."""
_PARTS = 2


def is_crowded(node: Node) -> bool:
    """Tell whether a layer has more counts of weights than placements are known for."""
    return len(weight_counts(node)) > _PARTS


def open_bounds(node: Node) -> LayerBounds:
    """Return the bounds of every count that a layer leaves open.

    Of the weights of a crowded layer everything is taken for possible.
    """
    found = {it.field: it.bounds for it in sparse_counts(node) if it.bounds}
    if not found:
        return {}
    if not is_crowded(node):
        return found | dict(_signs(node, found))
    sizes = {it.field: it.size for it in sparse_counts(node)}
    return {
        field: ends if field[0] == "bias" else (0, sizes[field]) for field, ends in found.items()
    }


def _signs(node: Node, found: LayerBounds) -> Iterator[tuple[Field, Bounds]]:
    """Yield closer bounds of values of one sign, which leave room for those of the other."""
    ends = {it.field: it for it in sparse_counts(node) if it.field[1] in {"positive", "negative"}}
    for (name, sign), it in ends.items():
        other = ends[name, "negative" if sign == "positive" else "positive"]
        if it.field in found:
            yield it.field, _within(found[it.field], (0, it.size - other.ends[0]))


def tighten(
    bounds: dict[int, LayerBounds],
    nodes: Iterable[Node],
    totals: Iterable[Total],
    opaque: Callable[[Node], bool],
) -> None:
    """Narrow `bounds` to what each total leaves for a count when all others are extreme."""
    nodes = list(nodes)
    for total in totals:
        inside = [node for node in nodes if total.each.get(node.layer.name)]
        least, most = total.possible(inside)
        for node in inside:
            factor = total.each[node.layer.name]
            for it in () if opaque(node) else _counted(node, bounds[node.index]):
                low, high = (end * factor for end in it.ends)
                left = (
                    math.ceil((total.bounds[0] - (most - high)) / Fraction(factor)),
                    math.floor((total.bounds[1] - (least - low)) / Fraction(factor)),
                )
                bounds[node.index][it.field] = _within(bounds[node.index][it.field], left)


def _counted(node: Node, bounds: LayerBounds) -> Iterator[SparseCount]:
    """Yield the open counts of a layer that a total of nonzero weights includes."""
    for it in sparse_counts(node):
        if it.field in bounds and it.field[0] != "bias" and it.field[1] != "blocks":
            yield it


def _within(bounds: Bounds, limits: Bounds) -> Bounds:
    """Return the part of `bounds` within `limits`, or the end nearest to them."""
    least = min(max(bounds[0], limits[0]), bounds[1])
    return least, max(min(bounds[1], limits[1]), least)
