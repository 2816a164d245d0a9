"""Slips in multiplications, and in what counts like them."""

import math
from collections.abc import Iterator
from fractions import Fraction

from micronet_spec.causes.layer import Layer
from micronet_spec.entry.claims import Part
from micronet_spec.graph import pair
from micronet_spec.manifest import layers as ops
from micronet_spec.score import Kind
from micronet_spec.score.items import Number


def dense(layer: Layer, part: Part = Part.MULTIPLIES) -> Iterator[Number]:  # noqa: ARG001
    """Multiply the zeros too."""
    rows, columns = layer.matrix
    yield rows * columns * layer.positions


def one_density(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Take one density for all layers with a mask."""
    network = layer.network
    for density in network.densities if layer.masked else network.shared_densities:
        yield from (density * number for number in dense(layer))


def untiled(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Multiply the stored part of a repeated tensor once."""
    tiles = getattr(getattr(layer.node.layer, "weight", None), "tiled", 1)
    if tiles > 1:
        yield layer.products / Fraction(tiles)


def whole_terms(layer: Layer) -> int:
    """Return the mean number of terms of a channel, rounded down."""
    rows, _ = layer.matrix
    return math.floor(Fraction(layer.nonzeros) / rows) if rows else 0


def rounded_terms(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Round the terms of a sum down."""
    rows, _ = layer.matrix
    yield rows * whole_terms(layer) * layer.positions


def kernel_side(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Take a kernel of k x k for one of k."""
    kept = layer.node.layer
    if isinstance(kept, ops.Conv2d):
        yield layer.products / Fraction(pair(kept.kernel)[0])


def groups_twice(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Divide by the groups weights that are those of one group already."""
    if layer.groups > 1:
        yield layer.products / Fraction(layer.groups)


def bias_as_product(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Count a bias like a term of the sum."""
    yield layer.products + layer.bias


def per_element(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Count one operation for every element."""
    yield layer.elements


def another_function(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Count what is no function of every element as if it were one."""
    if not any(layer.matrix) and not isinstance(layer.node.layer, ops.Activation):
        functions = layer.network.challenge.costs.activations.values()
        yield from (layer.elements * each for each in {it.multiply for it in functions} - {0})


def half_a_clip(layer: Layer, part: Part) -> Iterator[Number]:
    """Count one comparison for both bounds of a clip."""
    if layer.node.layer.op in {"hsigmoid", "hswish"}:
        yield layer.counted(part) - layer.elements


def argmax(layer: Layer, part: Part) -> Iterator[Number]:
    """Count the comparisons of the final argmax."""
    if isinstance(layer.node.layer, ops.Linear):
        yield layer.counted(part) + layer.node.shape[0] - 1


def plain_layer_norm(layer: Layer, part: Part) -> Iterator[Number]:
    """Count neither the factor nor the square root of a layer norm."""
    if isinstance(layer.node.layer, ops.LayerNorm):
        left_out = [
            item.count
            for item in layer.cost.arithmetic
            if item.what == "scaling" or item.kind is Kind.TRANSCENDENTAL
        ]
        yield layer.counted(part) - sum(left_out)
