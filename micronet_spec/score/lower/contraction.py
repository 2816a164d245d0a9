"""Items of layers that sum products of inputs and weights."""

from dataclasses import dataclass
from operator import and_

from micronet_spec.graph import weight_shape
from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.tensors import (
    Bias,
    BlockMaskedTensor,
    MaskedTensor,
    Nonzeros,
    Tensor,
    TwoMaskTensor,
)
from micronet_spec.score.items import Arithmetic, Factor, Kind, Number, Stored
from micronet_spec.score.lower.base import CannotCountError, Items, Site, lower
from micronet_spec.score.precision import Width
from micronet_spec.score.storage import (
    Busy,
    Rows,
    Terms,
    busy_channels,
    is_exact,
    stored_values,
    stored_weight,
    terms_per_channel,
    weight_rows,
)


@lower.register(ops.Conv2d)
@lower.register(ops.Linear)
def _(layer: ops.Conv2d | ops.Linear, site: Site) -> Items:
    matrix = Matrix(layer.weight, *weight_shape(layer, list(site.node.input_shapes)))
    at: Factor = (site.positions, "positions")
    width = site.precisions.dot_product(layer.accumulator)
    stored, arithmetic, busy = dot_products(matrix, site, at, width)
    if layer.bias or site.node.folded:
        bias, addition = add_bias(layer.bias, layer.out, busy, site, at)
        stored += bias
        arithmetic.append(addition)
    return stored, arithmetic


@lower.register
def _(layer: ops.Embedding, site: Site) -> Items:
    """Store the table; reading one row is no arithmetic."""
    rows = weight_rows(layer.weight, layer.entries, layer.out, site.precisions)
    return list(stored_weight(layer.weight, layer.entries, layer.out, rows)), []


@dataclass(frozen=True, slots=True)
class Matrix:
    """A stored matrix: output channels x weights of each, in one field of a layer."""

    tensor: Tensor
    rows: int
    columns: int
    field: str = "weight"


def dot_products(
    matrix: Matrix, site: Site, at: Factor, width: Width
) -> tuple[list[Stored], list[Arithmetic], Busy]:
    """Return the items of a product with a stored matrix at every position `at`.

    The third value is the output channels with weights. Raises `CannotCountError` for
    an adder tree over channels whose terms are not known.
    """
    tensor, size = matrix.tensor, (matrix.rows, matrix.columns)
    if width == "tree" and not is_exact(tensor, *size):
        message = (
            f"the adder tree of `{site.node.layer.name}` needs the nonzeros of every output channel"
        )
        raise CannotCountError("MN205", message, (matrix.field, "nonzero"))
    parts = weight_rows(tensor, *size, site.precisions)
    stored = list(stored_weight(tensor, *size, parts))
    if isinstance(tensor, TwoMaskTensor):
        assert width != "tree"
        return stored, *_two_sums(tensor, parts, matrix.rows, site, at, width)
    arithmetic = [item for part in parts for item in _products(part, site, at)]
    for part in parts:
        arithmetic += _sums(part, site, at, width)
    if len(parts) > 1:
        return stored, arithmetic, Busy(sum(part.busy for part in parts))
    return stored, arithmetic, busy_channels(parts[0], _stated(tensor))


def _stated(tensor: Tensor) -> Nonzeros | None:
    """Return the weights of every channel, as they are stated."""
    if isinstance(tensor, BlockMaskedTensor):
        return tensor.weights
    return tensor.nonzero if isinstance(tensor, MaskedTensor) else None


def _products(part: Rows, site: Site, at: Factor) -> list[Arithmetic]:
    bits, clauses = part.precision.product(site.reads)
    factors = ((part.products, "nonzero weights"), at)
    return [Arithmetic(Kind.MULTIPLY, "products", factors, bits, ("R1", *clauses))]


def _sums(part: Rows, site: Site, at: Factor, width: Width) -> list[Arithmetic]:
    if width == "tree":
        first = part.precision.bits + site.reads.bits - site.reads.signed
        return adder_tree(part.terms, at, first)
    return [plain_sum(part.terms, at, width)]


def plain_sum(terms: Terms, at: Factor, width: Number) -> Arithmetic:
    """Return the additions of dot products: terms less one for each channel, never negative."""
    additions = sum(max(0, count - 1) * channels for count, channels in terms.items())
    what = "nonzero weights less one per channel with weights"
    return Arithmetic(Kind.ADD, "sums of products", ((additions, what), at), width, ("R2", "R3"))


def adder_tree(terms: Terms, at: Factor, first: Number) -> list[Arithmetic]:
    """Return the additions of an adder tree by level, pairs at `first` bits and one more each."""
    levels: list[int] = []
    for count, channels in terms.items():
        level, left = 0, int(count)
        while left > 1:
            if level == len(levels):
                levels.append(0)
            levels[level] += left // 2 * channels
            left = (left + 1) // 2
            level += 1
    return [
        Arithmetic(
            Kind.ADD,
            f"adder tree, level {level + 1}",
            ((pairs, "pairs over all channels"), at),
            first + level,
            ("R2", "R3"),
        )
        for level, pairs in enumerate(levels)
    ]


def _two_sums(  # noqa: PLR0913, PLR0917 - all of what a product knows
    tensor: TwoMaskTensor, parts: list[Rows], rows: int, site: Site, at: Factor, width: Number
) -> tuple[list[Arithmetic], Busy]:
    """Return two sums over masks, a product of each with its centroid, and their sum."""
    bits, clauses = parts[0].precision.product(site.reads)
    arithmetic = [
        item
        for part in parts
        for item in (
            plain_sum(part.terms, at, width),
            Arithmetic(
                Kind.MULTIPLY,
                "products with the centroid",
                ((part.busy, "channels with weights"), at),
                bits,
                ("R1", *clauses),
            ),
        )
    ]
    positive = busy_channels(parts[0], tensor.positive)
    negative = busy_channels(parts[1], tensor.negative)
    busy = positive.either(negative, rows, often=site.node.meeting.tensors_often)
    both = positive.count + negative.count - busy.count
    factors = ((both, "channels with both signs"), at)
    arithmetic.append(Arithmetic(Kind.ADD, "sums of both signs", factors, width, ("R2", "R3")))
    return arithmetic, busy


def add_bias(
    bias: Bias | None, out: int, busy: Busy, site: Site, at: Factor
) -> tuple[list[Stored], Arithmetic]:
    """Return what a bias stores and adds; the shift of a folded batch norm is a bias (M12)."""
    declared = bias or Bias()
    clauses = ("M12",) if site.node.folded else ()
    what = "bias folded from batch norm" if site.node.folded else "bias"
    precision = site.precisions.parameter(declared.format)
    channels: Factor = (out, "output channels")
    if declared.nonzero is None:
        stored = list(stored_values(what, (channels,), precision, ("S1", *clauses)))
        added = busy.count
    else:
        part = Rows(site.reads, terms_per_channel(declared.nonzero, out, 1))
        shifted = busy_channels(part, declared.nonzero)
        # A bias of a channel without weights is stored, but nothing is added (R2).
        added = max(0, shifted.count + busy.count - out)
        if site.node.meeting.bias_often:
            added = min(shifted.count, busy.count)
        if shifted.which and busy.which:
            added = sum(map(and_, shifted.which, busy.which))
        nonzeros: Factor = (shifted.count, "nonzeros")
        stored = [
            *stored_values(f"nonzero {what}", (nonzeros,), precision, ("S2", *clauses)),
            Stored("mask of the bias", (channels,), 1, ("S2",)),
        ]
    addition = Arithmetic(
        Kind.ADD,
        "bias",
        ((added, "channels with weights"), at),
        site.addition(declared.accumulator),
        ("R2", *clauses),
    )
    return stored, addition
