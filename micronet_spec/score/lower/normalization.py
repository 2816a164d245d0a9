"""Items of normalization."""

import math

from micronet_spec.manifest import layers as ops
from micronet_spec.score.items import Factor  # noqa: TC001 - a variable has the type
from micronet_spec.score.lower.base import Items, Site, elementwise, lower
from micronet_spec.score.lower.elementwise import affine


@lower.register
def _(layer: ops.BatchNorm, site: Site) -> Items:
    """Nothing here if it is folded; else two values per channel, a multiply and an add (M12)."""
    if layer.fold:
        return [], []
    return affine(layer.weight, layer.bias, (site.channels, "channels"), site)


@lower.register
def _(layer: ops.LayerNorm, site: Site) -> Items:
    """Count the steps of `layer_norm` in the cost table, and the affine part if it is kept."""
    size = math.prod(site.node.shape)
    values: Factor = (size, "values")
    cost, width = site.costs.layer_norm, layer.accumulator
    rest: Factor = (size - 1, "values less one")
    arithmetic = [
        *elementwise("steps per value", cost.per_value, site, width, values),
        *elementwise("sums", cost.per_value_after_first, site, width, rest),
        *elementwise("steps per vector", cost.per_vector, site, width, (1, "vector")),
    ]
    stored, kept = affine(layer.weight, layer.bias, values, site)
    return stored, arithmetic + kept
