"""Why an entrant's own count of a layer differs from the recount: a closed list of slips.

A cause is the first formula of the list that gives the claimed number exactly; where none does,
the difference is unexplained. Every formula is about counting, none about an entry.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from micronet_spec.claims import Difference, Part, Row
from micronet_spec.graph import Node, pair
from micronet_spec.manifest import layers as ops
from micronet_spec.score import Kind, LayerCost
from micronet_spec.score.completion import tensor_shapes
from micronet_spec.score.items import Number

UNEXPLAINED = "unexplained"
_WIDER = "at another width"
_AS_MEAN, _CHANNELS = "a maximum counted as a mean", "another number of channels"
IN_TOTAL = "counted in one total for all layers"
ROUNDED = "the total rounded up"
_WIDTHS = (*range(1, 33), 64)
"""Widths that numbers are counted at; between them two wrong numbers would explain each other."""
_TOLERANCE = Fraction(1, 10**9)
"""Relative: entrants' counts are means over layers, written with finitely many decimals."""


@dataclass(frozen=True)
class Layer:
    """A layer in its place, what it costs, and what the entrant counted of it."""

    cost: LayerCost
    node: Node
    rows: tuple[Row, ...]

    @property
    def positions(self) -> int:
        """Positions of every output channel."""
        return math.prod(self.node.shape[1:])

    @property
    def matrix(self) -> tuple[int, int]:
        """Output channels and weights of each; 0 x 0 for a layer without weights."""
        return next(((rows, columns) for _, rows, columns in tensor_shapes(self.node)), (0, 0))

    @property
    def nonzeros(self) -> Number:
        """Nonzero weights."""
        return sum(item.count for item in self.cost.stored if item.what == "nonzero weights")


Formula = tuple[str, Callable[[Layer], Iterator[Number]]]


def cause(difference: Difference, layer: Layer) -> str:
    """Return the slip that explains `difference`, or `UNEXPLAINED`."""
    if not layer.rows or not _counts(layer, difference.part):
        return "not counted"
    if not difference.recounted and (free := _free(layer, difference.part)):
        return free
    formulas = {Part.STORAGE: _STORAGE, Part.MULTIPLIES: _MULTIPLIES, Part.ADDS: _ADDS}
    for name, formula in formulas[difference.part]:
        if any(_same(difference.claimed, bits) for bits in formula(layer)):
            return f"{name}, {_WIDER}" if _other_width(layer, difference.part, name) else name
    return UNEXPLAINED


def _other_width(layer: Layer, part: Part, name: str) -> bool:
    """Tell whether a slip in the number of operations comes with one in their width."""
    if part is Part.STORAGE or name in {_WIDER, _AS_MEAN, _CHANNELS}:
        return False
    adds = part is Part.ADDS
    items = (item for item in layer.cost.arithmetic if (item.kind is Kind.ADD) == adds)
    return not {Fraction(item.bits) for item in items if item.count} & _widths(layer, part)


def cause_of_total(part: Part, rows: Iterable[Row]) -> str | None:
    """Return what the rows without a layer say of `part`, if there are any that say something.

    A part that is only counted in such rows was never counted layer by layer (`IN_TOTAL`, of all
    layers). Beside counts by layer, such rows may be what rounds their total up (`ROUNDED`, of
    these rows).
    """
    counted = [row for row in rows if row.bits(part)]
    alone = [row for row in counted if not row.layer]
    if alone and len(alone) == len(counted):
        return IN_TOTAL
    if not alone:
        return None
    widths = {Fraction(1) if part is Part.STORAGE else _width(row, part) for row in counted}
    if len(widths) > 1:
        return None
    [width] = widths
    total, added = (sum(row.bits(part) for row in some) / width for some in (counted, alone))
    unit = 1
    while (total / (unit * 10)).denominator == 1:
        unit *= 10
    return ROUNDED if added < unit else None


def _counts(layer: Layer, part: Part) -> bool:
    return any(row.bits(part) for row in layer.rows)


def _free(layer: Layer, part: Part) -> str | None:
    """Return why there is nothing to count, where the layer says so itself."""
    op = layer.node.layer
    if isinstance(op, ops.BatchNorm) and op.fold:
        return "counted though folded"
    if isinstance(op, ops.Quantize) and not op.per_element and part is not Part.STORAGE:
        return "a free conversion counted"
    return None


def _same(claimed: Fraction, bits: Number) -> bool:
    return abs(claimed - bits) <= _TOLERANCE * abs(claimed)


# Storage, in bits.


def _stored(layer: Layer, *, without: str = "") -> Fraction:
    items = (item for item in layer.cost.stored if not (without and without in item.what))
    return sum((Fraction(item.total) for item in items), Fraction())


def _without_further_values(layer: Layer) -> Iterator[Number]:
    if further := len(layer.node.layer.stored):  # the items that a layer states come last
        yield sum(item.total for item in layer.cost.stored[:-further])


def _without_mask(layer: Layer) -> Iterator[Number]:
    yield _stored(layer, without="mask")


def _mask_per_nonzero(layer: Layer) -> Iterator[Number]:
    yield _stored(layer, without="mask") + layer.nonzeros


def _without_bias(layer: Layer) -> Iterator[Number]:
    yield _stored(layer, without="bias")


def _one_per_layer(layer: Layer) -> Iterator[Number]:
    yield sum(item.bits for item in layer.cost.stored)


def _dense_storage(layer: Layer) -> Iterator[Number]:
    rows, columns = layer.matrix
    for item in layer.cost.stored:
        if item.what == "nonzero weights":
            yield rows * columns * item.bits
            yield rows * columns * item.bits + _biases(layer)


def _values_at_another_width(layer: Layer) -> Iterator[Number]:
    masks = sum(item.total for item in layer.cost.stored if "mask" in item.what)
    values = sum(item.count for item in layer.cost.stored if "mask" not in item.what)
    for width in _WIDTHS:
        yield values * width + masks
        yield values * width


def _biases(layer: Layer) -> Number:
    return sum(item.total for item in layer.cost.stored if "bias" in item.what)


_STORAGE: tuple[Formula, ...] = (
    ("scales and other further values not stored", _without_further_values),
    ("mask not counted", _without_mask),
    ("mask counted per nonzero", _mask_per_nonzero),
    ("bias not stored", _without_bias),
    ("one value per layer instead of per channel", _one_per_layer),
    ("stored as if dense", _dense_storage),
    ("values at another width", _values_at_another_width),
)

# Operations, as count times width.


def _widths(layer: Layer, part: Part) -> set[Fraction]:
    """Return the widths that the entrant counted at."""
    return {_width(row, part) for row in layer.rows}


def _width(row: Row, part: Part) -> Fraction:
    return row.add_bits if part is Part.ADDS else row.multiply_bits


def _total(layer: Layer, *kinds: Kind) -> Number:
    return sum(item.count for item in layer.cost.of(*kinds))


def _at_claimed_width(
    part: Part, *counts: Callable[[Layer], Number]
) -> Callable[[Layer], Iterator[Number]]:
    def formula(layer: Layer) -> Iterator[Number]:
        for width in _widths(layer, part):
            for count in counts:
                yield count(layer) * width

    return formula


def _multiplies(layer: Layer) -> Number:
    return _total(layer, *(kind for kind in Kind if kind is not Kind.ADD))


def _additions(layer: Layer) -> Number:
    return _total(layer, Kind.ADD)


def _dense_products(layer: Layer) -> Number:
    rows, columns = layer.matrix
    return rows * columns * layer.positions


def _dense_sums(layer: Layer) -> Number:
    rows, columns = layer.matrix
    return rows * (columns - 1) * layer.positions


def _mean_sums(layer: Layer) -> Number:
    rows, columns = layer.matrix
    if not rows * columns:
        return -1
    density = Fraction(layer.nonzeros) / (rows * columns)
    return density * (columns - 1) * rows * layer.positions


def _whole_terms(layer: Layer) -> tuple[int, int]:
    """Return output channels, and the mean of their nonzeros rounded down."""
    rows, _ = layer.matrix
    return rows, math.floor(Fraction(layer.nonzeros) / rows) if rows else 0


def _whole_products(layer: Layer) -> Number:
    rows, terms = _whole_terms(layer)
    return rows * terms * layer.positions


def _whole_sums(layer: Layer) -> Number:
    rows, terms = _whole_terms(layer)
    bias = _additions(layer) - _sums_without_bias(layer)
    return rows * max(0, terms - 1) * layer.positions + bias


def _sums_without_bias(layer: Layer) -> Number:
    items = (item for item in layer.cost.of(Kind.ADD) if item.what != "bias")
    return sum(item.count for item in items)


def _per_channel_bias(layer: Layer) -> Number:
    return _sums_without_bias(layer) + layer.node.shape[0]


def _window(layer: Layer) -> tuple[int, int]:
    node = layer.node
    if isinstance(node.layer, ops.Pool):
        return pair(node.layer.kernel)
    if isinstance(node.layer, ops.GlobalPool):
        height, width = node.input_shapes[0][1:]
        return height, width
    return 0, 0


def _side_sums(layer: Layer) -> Number:
    return math.prod(layer.node.shape) * (_window(layer)[0] - 1)


def _whole_window(layer: Layer) -> Number:
    return math.prod(layer.node.shape) * math.prod(_window(layer))


def _elements(layer: Layer) -> Number:
    return math.prod(layer.node.shape)


def _half_a_clip(layer: Layer) -> Number:
    clips = layer.node.layer.op in {"hsigmoid", "hswish"}
    return _multiplies(layer) - clips * _elements(layer)


def _with_argmax(layer: Layer) -> Number:
    outputs = layer.node.shape[0] if isinstance(layer.node.layer, ops.Linear) else 1
    return _multiplies(layer) + outputs - 1


_MAXIMA, _MEANS = ("max_pool", "global_max_pool"), ("avg_pool", "global_avg_pool")


def _as_means(part: Part, pools: tuple[str, ...]) -> Callable[[Layer], Iterator[Number]]:
    """Return what the entrant counted, if it is some number of means over a window of `pools`.

    A mean is a division and one addition less than the window has elements; the window may also
    be taken for the whole of the input.
    """

    def formula(layer: Layer) -> Iterator[Number]:
        if layer.node.layer.op not in pools:
            return
        means = sum(row.multiplies for row in layer.rows)
        additions = sum(row.adds for row in layer.rows)
        windows = {math.prod(_window(layer)), math.prod(layer.node.input_shapes[0][1:])}
        if any(additions == means * (window - 1) for window in windows):
            yield sum(row.bits(part) for row in layer.rows)

    return formula


def _one_head(operations: Callable[[Layer], Number]) -> Callable[[Layer], Number]:
    """Return the operations of one head of several; -1, which nobody counts, without heads."""

    def count(layer: Layer) -> Number:
        kept = layer.node.layer
        if isinstance(kept, ops.Softmax) and kept.groups > 1:
            return Fraction(operations(layer)) / kept.groups
        if isinstance(kept, ops.AttentionScores | ops.AttentionValues) and kept.heads > 1:
            return Fraction(operations(layer)) / kept.heads
        return -1

    return count


_MULTIPLIES: tuple[Formula, ...] = (
    (_WIDER, _at_claimed_width(Part.MULTIPLIES, _multiplies)),
    ("one head of several", _at_claimed_width(Part.MULTIPLIES, _one_head(_multiplies))),
    (_AS_MEAN, _as_means(Part.MULTIPLIES, _MAXIMA)),
    ("counted as if dense", _at_claimed_width(Part.MULTIPLIES, _dense_products)),
    ("one operation per element", _at_claimed_width(Part.MULTIPLIES, _elements)),
    ("terms of a sum rounded down", _at_claimed_width(Part.MULTIPLIES, _whole_products)),
    ("one comparison for both bounds of a clip", _at_claimed_width(Part.MULTIPLIES, _half_a_clip)),
    ("the final argmax counted", _at_claimed_width(Part.MULTIPLIES, _with_argmax)),
    (_CHANNELS, _as_means(Part.MULTIPLIES, _MEANS)),
)
_ADDS: tuple[Formula, ...] = (
    (_WIDER, _at_claimed_width(Part.ADDS, _additions)),
    ("one head of several", _at_claimed_width(Part.ADDS, _one_head(_additions))),
    (_AS_MEAN, _as_means(Part.ADDS, _MAXIMA)),
    ("bias not added", _at_claimed_width(Part.ADDS, _sums_without_bias)),
    ("terms of a sum rounded down", _at_claimed_width(Part.ADDS, _whole_sums)),
    ("one average density for all channels", _at_claimed_width(Part.ADDS, _mean_sums)),
    ("k - 1 additions of a window of k x k", _at_claimed_width(Part.ADDS, _side_sums)),
    ("k x k additions of a window of k x k", _at_claimed_width(Part.ADDS, _whole_window)),
    ("counted as if dense", _at_claimed_width(Part.ADDS, _dense_sums, _dense_products)),
    ("one addition per term", _at_claimed_width(Part.ADDS, _multiplies)),
    ("one bias addition per channel", _at_claimed_width(Part.ADDS, _per_channel_bias)),
    (_CHANNELS, _as_means(Part.ADDS, _MEANS)),
)
