"""Slips that leave out channels which are zero, because a layer padded them."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from micronet_spec.causes.layer import Layer
from micronet_spec.causes.storage import Stock
from micronet_spec.entry.claims import Part
from micronet_spec.score.items import Number


def not_stored(layer: Layer, stored: Stock) -> Iterator[Stock]:
    """Store no weights of channels that are zero."""
    for share in _shares(layer):
        yield replace(stored, weights=tuple((n * share, bits) for n, bits in stored.weights))


def not_computed(layer: Layer, part: Part) -> Iterator[Number]:
    """Compute nothing with channels that are zero."""
    yield from (layer.counted(part) * share for share in _shares(layer))


def _shares(layer: Layer) -> Iterator[Fraction]:
    """Yield the share of channels before a padding to as many as the layer reads."""
    channels = layer.node.input_shapes[0][0]
    for before in layer.network.padded.get(channels, ()):
        yield Fraction(before, channels)
