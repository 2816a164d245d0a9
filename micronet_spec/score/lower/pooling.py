"""Items of windows without weights."""

import math

from micronet_spec.challenge.challenge import ElementCost
from micronet_spec.graph import pair
from micronet_spec.manifest import layers as ops
from micronet_spec.score.items import Arithmetic, Factor, Number
from micronet_spec.score.lower.base import Items, Site, elementwise, lower


@lower.register
def _(layer: ops.Pool, site: Site) -> Items:
    window = math.prod(pair(layer.kernel))
    return [], _pool(layer.op == "max_pool", window, layer.accumulator, site)


@lower.register
def _(layer: ops.GlobalPool, site: Site) -> Items:
    window = math.prod(site.node.input_shapes[0][1:])
    return [], _pool(layer.op == "global_max_pool", window, layer.accumulator, site)


def _pool(maximum: bool, window: int, width: Number | None, site: Site) -> list[Arithmetic]:  # noqa: FBT001
    outputs: Factor = (site.elements, "outputs")
    rest: Factor = (window - 1, "window less one")
    cost = site.costs.max_pool if maximum else site.costs.average_pool
    what = "comparisons" if maximum else "sums of windows"
    items = elementwise(what, cost.per_element_after_first, site, width, outputs, rest)
    return items + elementwise("divisions", cost.per_output, site, width, outputs)


@lower.register
def _(layer: ops.WindowSum, site: Site) -> Items:
    channels = site.node.input_shapes[0][0] // layer.groups
    window = channels * math.prod(pair(layer.kernel))
    rest: Factor = (window - 1, "window less one")
    outputs: Factor = (site.elements, "outputs")
    cost = ElementCost(add=1)
    return [], elementwise("sums of windows", cost, site, layer.accumulator, outputs, rest)
