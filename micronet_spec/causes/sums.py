"""Slips in additions."""

from collections.abc import Iterator
from fractions import Fraction

from micronet_spec.causes import products
from micronet_spec.causes.layer import Layer
from micronet_spec.entry.claims import Part
from micronet_spec.manifest import layers as ops
from micronet_spec.score import Kind
from micronet_spec.score.items import Number


def no_bias(layer: Layer, part: Part) -> Iterator[Number]:
    """Leave out the additions of a bias."""
    yield layer.counted(part) - layer.bias


def one_per_term_and_two_biases(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Count as many additions as terms, and the bias twice."""
    if layer.bias:
        yield layer.products + 2 * layer.bias


def bias_per_channel(layer: Layer, part: Part) -> Iterator[Number]:
    """Add the bias at one position."""
    yield layer.counted(part) - layer.bias + layer.node.shape[0]


def rounded_terms(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Round the terms of a sum down."""
    rows, _ = layer.matrix
    terms = max(0, products.whole_terms(layer) - 1)
    yield rows * terms * layer.positions + layer.bias


def mean_density(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Take one density for all channels."""
    rows, columns = layer.matrix
    if rows * columns:
        density = Fraction(layer.nonzeros) / (rows * columns)
        sums = density * (columns - 1) * rows * layer.positions
        yield sums
        yield sums + layer.elements


def empty_channels(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Save an addition in every channel, with weights or without."""
    if layer.products:
        yield layer.products - (0 if layer.bias else layer.elements)


def one_density(layer: Layer, part: Part) -> Iterator[Number]:
    """Take one density for all layers."""
    rows, columns = layer.matrix
    yield from products.one_density(layer, part)
    for density in layer.network.densities if layer.masked else ():
        yield (density * columns - 1) * rows * layer.positions
        yield density * (columns - 1) * rows * layer.positions


def dense(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Add the zeros too, one addition less than terms or as many."""
    rows, columns = layer.matrix
    if layer.masked:
        yield rows * (columns - 1) * layer.positions
        yield rows * columns * layer.positions


def one_per_term(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Count as many additions as multiplications."""
    yield layer.counted(Part.MULTIPLIES)


def one_per_term_and_bias(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Count as many additions as terms, and the bias among them."""
    yield layer.products + layer.bias


def saved_per_position(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Save one addition at every position, not one in every channel there."""
    yield layer.products - layer.positions + layer.bias


def groups_twice(layer: Layer, part: Part) -> Iterator[Number]:
    """Divide by the groups weights that are those of one group already."""
    if layer.groups > 1:
        groups = Fraction(layer.groups)
        saved = (layer.products - layer.positions) / groups
        yield (layer.counted(part) - layer.bias) / groups
        yield saved
        yield saved + layer.positions  # and one bias at every position


def kernel_side(layer: Layer, part: Part) -> Iterator[Number]:
    """Take a kernel of k x k for one of k."""
    for terms in products.kernel_side(layer, part):
        yield terms - layer.elements + layer.bias


def window_side(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Take a window of k x k for one of k."""
    if all(layer.window):
        yield layer.elements * (layer.window[0] - 1)


def plain_layer_norm(layer: Layer, part: Part) -> Iterator[Number]:
    """Subtract the mean of a layer norm twice, and leave out epsilon and shift."""
    if isinstance(layer.node.layer, ops.LayerNorm):
        adds = list(layer.cost.of(Kind.ADD))
        shift = sum(item.count for item in adds if item.what == "shifting")
        yield layer.counted(part) - shift - layer.executions + layer.elements
