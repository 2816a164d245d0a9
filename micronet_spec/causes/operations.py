"""Slips that multiplications and additions can have alike."""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction

from micronet_spec.causes import products
from micronet_spec.causes.layer import Layer
from micronet_spec.entry.claims import Part
from micronet_spec.graph import pair
from micronet_spec.manifest import layers as ops
from micronet_spec.score.items import Number

Counts = Callable[[Layer, Part], Iterator[Number]]
"""Yields numbers of operations that a slip leads to."""


def same(layer: Layer, part: Part) -> Iterator[Number]:
    """Count as the recount does."""
    yield layer.counted(part)


def one_head(layer: Layer, part: Part) -> Iterator[Number]:
    """Count one head of several."""
    if layer.heads > 1:
        yield layer.counted(part) / Fraction(layer.heads)


def maximum_as_mean(layer: Layer, part: Part) -> Iterator[Number]:
    """Count a mean for a maximum."""
    if layer.node.layer.op in {"max_pool", "global_max_pool"}:
        yield from _means(layer, part)


def mean_of_other_channels(layer: Layer, part: Part) -> Iterator[Number]:
    """Count a mean over another number of channels."""
    if layer.node.layer.op in {"avg_pool", "global_avg_pool"}:
        yield from _means(layer, part)


def _means(layer: Layer, part: Part) -> Iterator[Number]:
    """Yield what the entrant counted, if it is some number of means over a window.

    A mean is a division and one addition less than the window has elements; the window may also
    be taken for the whole of the input.
    """
    means, additions = layer.claimed(Part.MULTIPLIES), layer.claimed(Part.ADDS)
    windows = {math.prod(layer.window), math.prod(layer.node.input_shapes[0][1:])}
    if any(additions == means * (window - 1) for window in windows):
        yield layer.claimed(part)


def whole_window(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Count an operation for every element that a window covers."""
    if all(layer.window):
        yield layer.elements * math.prod(layer.window)


def expanded_channels(layer: Layer, part: Part) -> Iterator[Number]:
    """Count a residual sum over the channels that its block expands to."""
    if isinstance(layer.node.layer, ops.Add):
        own = layer.node.shape[0]
        for channels in layer.network.channels_of_block(layer.node):
            if channels > own:
                yield layer.counted(part) * Fraction(channels, own)


def windows_over_the_input(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Compute a window at every element of the input, for each window that covers it.

    With three operations for every element of a window.
    """
    pool = layer.node.layer
    if isinstance(pool, ops.Pool | ops.GlobalPool):
        height, width = layer.window
        down, across = pair(getattr(pool, "stride", None) or layer.window)
        covering = math.ceil(height / down) * math.ceil(width / across)
        inputs = math.prod(layer.node.input_shapes[0]) * layer.executions
        yield 3 * inputs * height * width * covering


def per_channel(layer: Layer, part: Part) -> Iterator[Number]:
    """Count an operation on every element once per channel."""
    if not any((*layer.matrix, *layer.window)):
        yield layer.counted(part) / Fraction(math.prod(layer.node.shape[1:]))


def of_one_batch(layer: Layer, part: Part) -> Iterator[Number]:
    """Divide the operations of one batch by all examples of the test set."""
    examples = layer.network.examples or 1
    for batch in range(1, math.isqrt(examples) + 1):
        if not examples % batch:
            yield layer.counted(part) * Fraction(batch, examples)
            yield layer.counted(part) / Fraction(batch)


def multiply_accumulates(layer: Layer, part: Part) -> Iterator[Number]:  # noqa: ARG001
    """Count a multiplication and an addition for every operation."""
    if not any(layer.matrix):
        yield layer.counted(Part.MULTIPLIES) + layer.counted(Part.ADDS)


def needless_activation(layer: Layer, part: Part) -> Iterator[Number]:
    """Count a function of every output of a layer with weights, which nothing executes."""
    sums = [layer.counted(part), *products.one_density(layer, part)] if any(layer.matrix) else []
    for each in layer.network.challenge.costs.activations.values():
        every = each.add if part is Part.ADDS else each.multiply + each.compare
        yield from (terms + every * layer.elements for terms in sums if every)
