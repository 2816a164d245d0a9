"""Slips in what a layer stores."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from micronet_spec.causes.layer import Layer
from micronet_spec.manifest import layers as ops
from micronet_spec.score.items import Number, Stored

Values = tuple[tuple[Number, Number], ...]
"""Numbers of values, and the bits of each."""
_WIDTHS = (*range(1, 33), 64)
"""Widths that numbers are counted at; between them two wrong numbers would explain each other."""


@dataclass(frozen=True)
class Stock:
    """What a layer stores, by what it is for."""

    weights: Values = ()
    bias: Values = ()
    further: Values = ()
    mask: Number = 0
    """Bits of masks."""

    @property
    def bits(self) -> Number:
        """Bits of all of it."""
        values = (*self.weights, *self.bias, *self.further)
        return sum(count * bits for count, bits in values) + self.mask

    def at(self, width: Number) -> "Stock":
        """Return it with all values at one width."""
        kinds = (self.weights, self.bias, self.further)
        weights, bias, further = (tuple((n, width) for n, _ in values) for values in kinds)
        return Stock(weights, bias, further, self.mask)


Slip = Callable[[Layer, Stock], Iterable[Stock]]


def stock(layer: Layer) -> Stock:
    """Return what a layer stores."""
    items = layer.cost.stored
    own = len(items) - len(layer.node.layer.stored)  # the values that a layer states come last
    biases = [item for item in items[:own] if _is_bias(item)]
    books = [item for item in items[:own] if item.what == "codebook"]
    weights = [item for item in items[:own] if item not in biases + books and not _is_mask(item)]
    return Stock(
        _values(weights),
        _values(biases),
        _values([*books, *items[own:]]),
        sum(item.total for item in items[:own] if _is_mask(item)),
    )


def _values(items: Iterable[Stored]) -> Values:
    return tuple((item.count, item.bits) for item in items)


def _is_mask(item: Stored) -> bool:
    return "mask" in item.what


def _is_bias(item: Stored) -> bool:
    return not _is_mask(item) and ("bias" in item.what or item.what == "shifts")


def no_further_values(layer: Layer, stored: Stock) -> Iterator[Stock]:  # noqa: ARG001
    """Leave out scales, codebooks and the like."""
    yield replace(stored, further=())


def no_mask(layer: Layer, stored: Stock) -> Iterator[Stock]:  # noqa: ARG001
    """Leave out the masks."""
    yield replace(stored, mask=0)


def mask_per_nonzero(layer: Layer, stored: Stock) -> Iterator[Stock]:
    """Count a bit of the mask per nonzero, not per element."""
    if layer.nonzeros:
        yield replace(stored, mask=layer.nonzeros)


def mask_of_dense(layer: Layer, stored: Stock) -> Iterator[Stock]:
    """Count a mask for tensors that are stored dense."""
    items = layer.cost.stored
    dense = {"weights", "bias", "bias folded from batch norm"}
    yield replace(
        stored, mask=stored.mask + sum(item.count for item in items if item.what in dense)
    )


def no_bias(layer: Layer, stored: Stock) -> Iterator[Stock]:  # noqa: ARG001
    """Leave out the bias."""
    yield replace(stored, bias=())


def bias_as_weights(layer: Layer, stored: Stock) -> Iterator[Stock]:
    """Store a bias like the weights: at their width and density, under a mask of its own."""
    rows, columns = layer.matrix
    if layer.nonzeros and len(stored.weights) == 1:
        [(nonzeros, bits)] = stored.weights
        values = sum(count for count, _ in stored.bias)
        kept = values * Fraction(nonzeros) / (rows * columns)
        yield replace(stored, bias=((kept, bits),), mask=stored.mask + values)


def bias_width(layer: Layer, stored: Stock) -> Iterator[Stock]:
    """Store the bias at another width that values of the network have."""
    for width in layer.network.widths:
        yield replace(stored, bias=tuple((count, width) for count, _ in stored.bias))


def needless_bias(layer: Layer, stored: Stock) -> Iterator[Stock]:
    """Store a bias, as wide as the weights, where there is none."""
    rows, _ = layer.matrix
    if stored.weights and not stored.bias:
        yield replace(stored, bias=((rows, stored.weights[0][1]),))


def dense(layer: Layer, stored: Stock) -> Iterator[Stock]:
    """Store the zeros too, and no mask."""
    rows, columns = layer.matrix
    if layer.nonzeros and len(stored.weights) == 1:
        [(_, bits)] = stored.weights
        yield replace(stored, weights=((rows * columns, bits),), mask=0)


def known_width(layer: Layer, stored: Stock) -> Iterator[Stock]:
    """Store every value at one width that values of the network have."""
    yield from (stored.at(width) for width in layer.network.widths)


def any_width(layer: Layer, stored: Stock) -> Iterator[Stock]:  # noqa: ARG001
    """Store every value at any one width."""
    yield from (stored.at(width) for width in _WIDTHS)


def one_per_layer(layer: Layer, stored: Stock) -> Iterator[Stock]:  # noqa: ARG001
    """Store one value of each kind."""
    once = tuple((1, bits) for _, bits in stored.weights)
    kinds = (*stored.bias, *stored.further)
    yield Stock((*once, *((1, bits) for _, bits in kinds)), mask=stored.mask)
    yield replace(stored, weights=once)


def running_statistics(layer: Layer, stored: Stock) -> Iterator[Stock]:
    """Store mean and variance of a batch norm beside the factor and shift they merge into."""
    if isinstance(layer.node.layer, ops.BatchNorm):
        yield replace(stored, further=(*stored.weights, *stored.bias))


def step_of_range(layer: Layer, stored: Stock) -> Iterator[Stock]:
    """Store the step of a range beside its two ends, from which it follows."""
    if isinstance(layer.node.layer, ops.Quantize):
        yield replace(
            stored,
            further=tuple((count + Fraction(count) / 2, bits) for count, bits in stored.further),
        )


def narrow_unit(layer: Layer, stored: Stock) -> Iterator[Stock]:
    """Take so many words of the freebie's width for as many parameters, of any width or of its."""
    challenge = layer.network.challenge
    for words in (stored, stored.at(challenge.freebie.bits)):
        yield Stock(((words.bits, Fraction(challenge.unit_bits, challenge.freebie.bits)),))
