"""Items of layers that move data: nothing, unless they permute it (M9)."""

from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.layers import Layer
from micronet_spec.score.items import Arithmetic, Factor, Kind, Stored
from micronet_spec.score.lower.base import Items, Site, lower


@lower.register(ops.Concat)
@lower.register(ops.Select)
@lower.register(ops.Slice)
@lower.register(ops.Reshape)
@lower.register(ops.Pad)
@lower.register(ops.Repeat)
@lower.register(ops.Upsample)
def _(layer: Layer, site: Site) -> Items:  # noqa: ARG001
    return [], []


@lower.register
def _(layer: ops.Permute, site: Site) -> Items:
    channels: Factor = (site.channels, "channels")
    precision = site.precisions.weight(layer.weight.format)
    stored = [
        Stored("ones of the permutation", (channels,), precision.stored, ("M9", "R9")),
        Stored("mask", (channels, (site.channels, "channels")), 1, ("M9", "R9")),
    ]
    bits, clauses = precision.product(site.reads)
    factors = (channels, (site.positions, "positions"))
    product = Arithmetic(Kind.MULTIPLY, "permutation", factors, bits, ("M9", "R9", *clauses))
    return ([] if layer.same_as or layer.weight.same_as else stored), [product]
