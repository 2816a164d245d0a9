"""One layer to its items, one function an op.

Every function reads only its own layer and what `Site` says of its place, so that the count of a
network is the sum of the counts of its layers.
"""

import math
from dataclasses import dataclass
from functools import singledispatch

from micronet_spec.challenge import Costs, ElementCost
from micronet_spec.graph import Node
from micronet_spec.graph.shapes import pair, weight_shape
from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.layers import Layer
from micronet_spec.manifest.tensors import Bias
from micronet_spec.score.items import Arithmetic, Factor, Kind, Stored
from micronet_spec.score.precision import Precision, Precisions
from micronet_spec.score.storage import Terms, is_exact, store_weight, terms_per_channel

Items = tuple[list[Stored], list[Arithmetic]]


class CannotCountError(Exception):
    """A layer says too little to be counted exactly; `field` is where it would say it."""

    def __init__(self, code: str, message: str, field: tuple[str, ...]) -> None:
        super().__init__(message)
        self.code = code
        self.field = field


@dataclass(frozen=True, slots=True)
class Site:
    """Where a layer stands: its node, the width it reads at, and the rules it is counted by."""

    node: Node
    reads: Precision
    precisions: Precisions
    costs: Costs

    @property
    def elements(self) -> int:
        """Elements of the output."""
        return math.prod(self.node.shape)

    @property
    def channels(self) -> int:
        """Channels of the output."""
        return self.node.shape[0]

    @property
    def positions(self) -> int:
        """Positions of every output channel."""
        return math.prod(self.node.shape[1:])


@singledispatch
def lower(layer: Layer, site: Site) -> Items:
    """Return what `layer` stores and computes per example. Raises `CannotCountError`."""
    raise NotImplementedError(f"no count for {type(layer).__name__} at {site.node.index}")


@lower.register(ops.Conv2d)
@lower.register(ops.Linear)
def _(layer: ops.Conv2d | ops.Linear, site: Site) -> Items:
    rows, columns = weight_shape(layer, list(site.node.input_shapes))
    weight = site.precisions.weight(layer.weight.format)
    width = site.precisions.dot_product(layer.accumulator)
    if width == "tree" and not is_exact(layer.weight, rows, columns):
        raise CannotCountError(
            "MN205",
            f"the adder tree of `{layer.name}` needs the nonzeros of every output channel",
            ("weight", "nonzero"),
        )
    terms = terms_per_channel(layer.weight, rows, columns)
    at: Factor = (site.positions, "positions")
    products = sum(count * channels for count, channels in terms.items())
    bits = max(weight.bits, site.reads.bits)
    stored = store_weight(layer.weight, rows, columns, weight.stored)
    arithmetic = [
        Arithmetic(
            Kind.MULTIPLY, "products", ((products, "nonzero weights"), at), bits, ("R1", "M3")
        )
    ]
    if isinstance(width, int):
        arithmetic.append(_plain_sum(terms, at, width))
    else:
        first = weight.bits + site.reads.bits - site.reads.signed
        arithmetic.extend(_tree(terms, at, first))
    if bias := _bias(layer, site):
        stored_bias, width, clauses = bias
        busy = sum(channels for count, channels in terms.items() if count)
        stored.append(stored_bias)
        arithmetic.append(
            Arithmetic(
                Kind.ADD, "bias", ((busy, "channels with weights"), at), width, ("R2", *clauses)
            )
        )
    return stored, arithmetic


def _plain_sum(terms: Terms, at: Factor, width: int) -> Arithmetic:
    additions = sum((count - 1) * channels for count, channels in terms.items() if count)
    what = "nonzero weights less one per channel with weights"
    return Arithmetic(Kind.ADD, "sums of products", ((additions, what), at), width, ("R2", "R3"))


def _tree(terms: Terms, at: Factor, first: int) -> list[Arithmetic]:
    """Return the additions of an adder tree by level, pairs at `first` bits and one more each."""
    levels: list[int] = []
    for count, channels in terms.items():
        level, left = 0, count
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


def _bias(layer: ops.Conv2d | ops.Linear, site: Site) -> tuple[Stored, int, tuple[str, ...]] | None:
    """Return what the bias stores and the width it is added at; a folded shift is a bias."""
    if layer.bias is None and site.node.folded is None:
        return None
    declared = layer.bias or Bias()
    clauses = ("M12",) if site.node.folded else ()
    what = "bias folded from batch norm" if site.node.folded else "bias"
    bits = site.precisions.parameter(declared.format).stored
    stored = Stored(what, ((layer.out, "output channels"),), bits, ("S1", *clauses))
    return stored, site.precisions.addition(declared.accumulator), clauses


@lower.register
def _(layer: ops.Scale, site: Site) -> Items:
    weight = site.precisions.parameter(layer.weight.format)
    channels: Factor = (site.channels, "channels")
    elements: Factor = (site.elements, "elements")
    cost = site.costs.scale
    stored = [Stored("factors", (channels,), weight.stored, ("S1", "R7"))]
    bits = max(weight.bits, site.reads.bits)
    arithmetic = [
        Arithmetic(Kind.MULTIPLY, "scaling", (elements, *_each(cost.multiply)), bits, ("M11", "M3"))
    ]
    if layer.bias:
        bias = site.precisions.parameter(layer.bias.format).stored
        width = site.precisions.addition(layer.bias.accumulator)
        stored.append(Stored("shifts", (channels,), bias, ("S1",)))
        arithmetic.append(
            Arithmetic(Kind.ADD, "shifting", (elements, *_each(cost.add)), width, ("M11", "R3"))
        )
    return stored, arithmetic


@lower.register
def _(layer: ops.Activation, site: Site) -> Items:
    cost = site.costs.activations[layer.op]
    width = site.precisions.addition(layer.accumulator)
    return [], _elementwise(layer.op, cost, site, width, ((site.elements, "elements"),))


@lower.register
def _(layer: ops.Multiply, site: Site) -> Items:  # noqa: ARG001
    return [], _elementwise("product", site.costs.product, site, 0, _per_further_input(site))


@lower.register
def _(layer: ops.Add, site: Site) -> Items:
    width = site.precisions.addition(layer.accumulator)
    return [], _elementwise("sum", site.costs.sum, site, width, _per_further_input(site))


def _per_further_input(site: Site) -> tuple[Factor, ...]:
    further = len(site.node.inputs) - 1
    return ((site.elements, "elements"), (further, "inputs after the first"))


def _elementwise(
    what: str, cost: ElementCost, site: Site, width: int, factors: tuple[Factor, ...]
) -> list[Arithmetic]:
    counts = (
        (Kind.MULTIPLY, cost.multiply, site.reads.bits, ("M11", "R4", "M3")),
        (Kind.ADD, cost.add, width, ("M11", "R4", "R3")),
        (Kind.COMPARE, cost.compare, site.reads.bits, ("M11", "R4", "R5")),
    )
    return [
        Arithmetic(kind, what, (*factors, *_each(count)), bits, clauses)
        for kind, count, bits, clauses in counts
        if count
    ]


@lower.register
def _(layer: ops.AveragePool, site: Site) -> Items:
    return [], _average(math.prod(pair(layer.kernel)), layer.accumulator, site)


@lower.register
def _(layer: ops.GlobalAveragePool, site: Site) -> Items:
    return [], _average(math.prod(site.node.input_shapes[0][1:]), layer.accumulator, site)


def _average(window: int, accumulator: int | None, site: Site) -> list[Arithmetic]:
    cost = site.costs.average_pool
    outputs: Factor = (site.elements, "outputs")
    rest: Factor = (window - 1, "window less one")
    width = site.precisions.addition(accumulator)
    add = (outputs, rest, *_each(cost.add_per_element_after_first))
    return [
        Arithmetic(Kind.ADD, "sums of windows", add, width, ("M11", "R4", "R3")),
        Arithmetic(
            Kind.MULTIPLY,
            "divisions",
            (outputs, *_each(cost.multiply)),
            site.reads.bits,
            ("M11", "R4", "R5"),
        ),
    ]


@lower.register(ops.BatchNorm)
@lower.register(ops.Quantize)
@lower.register(ops.Concat)
@lower.register(ops.Slice)
def _(layer: Layer, site: Site) -> Items:  # noqa: ARG001
    """Free: folded (M12), converted (M6, R7), or moved without arithmetic (M9)."""
    return [], []


def _each(count: int) -> tuple[Factor, ...]:
    return () if count == 1 else ((count, "each"),)
