"""Slips in the number of positions that a layer works at."""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from micronet_spec.causes.layer import Layer
from micronet_spec.entry.claims import Part
from micronet_spec.graph import Node, ShapeError, output_shape, pair
from micronet_spec.manifest import layers as ops
from micronet_spec.score.items import Number

_WINDOWS = (ops.Conv2d, ops.Pool)
_FOLLOWERS = (ops.Activation, ops.BatchNorm, ops.Quantize, ops.Scale)
_MOST_FOLLOWERS = 4


def _window(layer: Layer) -> Node | None:
    """Return the window that decides how many positions a layer works at, if it is near."""
    node: Node | None = layer.node
    for _ in range(_MOST_FOLLOWERS):
        if node is None or isinstance(node.layer, _WINDOWS):
            return node
        if not isinstance(node.layer, _FOLLOWERS):
            return None
        node = layer.network.nodes.get(node.inputs[0])
    return None


def _stride(node: Node) -> tuple[int, int]:
    kept = node.layer
    assert isinstance(kept, _WINDOWS)
    return pair(kept.kernel if kept.stride is None else kept.stride)


def _at(layer: Layer, part: Part, positions: Number) -> Number:
    own = math.prod(layer.node.shape[1:])
    return layer.counted(part) * Fraction(positions) / own


def _with(layer: Layer, part: Part, node: Node, **fields: Any) -> Iterator[Number]:
    """Yield the operations at the positions that a window of other fields would have."""
    changed = node.layer.model_copy(update=fields)
    try:
        shape = output_shape(changed, list(node.input_shapes))
    except ShapeError:
        return
    yield _at(layer, part, math.prod(shape[1:]))


def no_stride(layer: Layer, part: Part) -> Iterator[Number]:
    """Ignore the stride."""
    if node := _window(layer):
        yield from _with(layer, part, node, stride=1)


def stride_twice(layer: Layer, part: Part) -> Iterator[Number]:
    """Step twice."""
    if node := _window(layer):
        twice = tuple(step * step for step in _stride(node))
        yield from _with(layer, part, node, stride=twice)


def stride_twice_unpadded(layer: Layer, part: Part) -> Iterator[Number]:
    """Step twice, and ignore the padding."""
    if node := _window(layer):
        twice = tuple(step * step for step in _stride(node))
        yield from _with(layer, part, node, stride=twice, padding="valid")


def no_padding(layer: Layer, part: Part) -> Iterator[Number]:
    """Ignore the padding."""
    if node := _window(layer):
        yield from _with(layer, part, node, padding="valid")


def same_padding(layer: Layer, part: Part) -> Iterator[Number]:
    """Take the padding for half the kernel."""
    if node := _window(layer):
        yield from _with(layer, part, node, padding="same")


def rounded_up(layer: Layer, part: Part) -> Iterator[Number]:
    """Round the size of the output up where it is to be rounded down."""
    node = _window(layer)
    if node and max(_stride(node)) > 1:
        yield _at(layer, part, math.prod(side + 1 for side in node.shape[1:]))


def scaled_twice(layer: Layer, part: Part) -> Iterator[Number]:
    """Apply the scale of the image, against the input of the model, twice."""
    own = Fraction(math.prod(layer.node.shape[1:]))
    yield _at(layer, part, own * own / math.prod(layer.network.model.input[1:]))


def of_another_layer(layer: Layer, part: Part) -> Iterator[Number]:
    """Work at as many positions as another layer does, with all operations that there are."""
    own = math.prod(layer.node.shape[1:])
    counted = [kind for kind in (Part.MULTIPLIES, Part.ADDS) if layer.counted(kind)]
    found = {Fraction(layer.claimed(kind)) * own / layer.counted(kind) for kind in counted}
    if found <= layer.network.positions:
        yield from (_at(layer, part, positions) for positions in found)
