"""Items of layers of language models, one token at a time (M8)."""

import math

from micronet_spec.manifest import layers as ops
from micronet_spec.score.items import Arithmetic, Factor, Kind, Number
from micronet_spec.score.lower.base import Items, Site, elementwise, lower, table_cost
from micronet_spec.score.lower.contraction import (
    Matrix,
    add_bias,
    adder_tree,
    dot_products,
    plain_sum,
)
from micronet_spec.score.precision import Width


@lower.register
def _(layer: ops.AttentionScores, site: Site) -> Items:
    size = math.prod(site.node.input_shapes[0]) // layer.heads
    width = site.precisions.dot_product(layer.accumulator)
    if layer.weight is not None:
        at: Factor = (layer.heads, "heads")
        stored, arithmetic, _ = dot_products(
            Matrix(layer.weight, layer.positions, size), site, at, width
        )
        return stored, arithmetic
    return [], _with_state(layer.heads * layer.positions, size, width, site)


@lower.register
def _(layer: ops.AttentionValues, site: Site) -> Items:
    width = site.precisions.dot_product(layer.accumulator)
    return [], _with_state(layer.out, layer.positions, width, site)


def _with_state(outputs: int, terms: int, width: Width, site: Site) -> list[Arithmetic]:
    """Return dot products with values that are state, read as wide as the input."""
    at: Factor = (outputs, "outputs")
    bits = site.reads.bits
    items = [Arithmetic(Kind.MULTIPLY, "products", ((terms, "terms"), at), bits, ("M1", "M3"))]
    if width == "tree":
        return items + adder_tree({terms: 1}, at, 2 * bits - site.reads.signed)
    return [*items, plain_sum({terms: 1}, at, width)]


@lower.register
def _(layer: ops.Recurrent, site: Site) -> Items:
    inputs = math.prod(site.node.input_shapes[0])
    rows = layer.gates * layer.units
    width = site.precisions.dot_product(layer.accumulator)
    once: Factor = (1, "token")
    stored, arithmetic, busy = dot_products(Matrix(layer.weight, rows, inputs), site, once, width)
    hidden, products, met = dot_products(
        Matrix(layer.recurrent, rows, layer.units, "recurrent"), site, once, width
    )
    either = busy.either(met, rows, often=site.node.meeting.tensors_often)
    joined = Arithmetic(
        Kind.ADD,
        "sums of input and hidden state",
        ((busy.count + met.count - either.count, "gates"),),
        _fixed(width, site),
        ("R2", "R3"),
    )
    arithmetic += [*products, joined]
    stored += hidden
    if layer.bias:
        bias, addition = add_bias(layer.bias, rows, either, site, once)
        stored += bias
        arithmetic.append(addition)
    cell = table_cost(site.costs.cells, layer.op)
    return stored, arithmetic + elementwise("cell", cell, site, None, (layer.units, "units"))


@lower.register
def _(layer: ops.Qrnn, site: Site) -> Items:
    inputs = layer.window * math.prod(site.node.input_shapes[0])
    rows = layer.gates * layer.units
    width = site.precisions.dot_product(layer.accumulator)
    once: Factor = (1, "token")
    stored, arithmetic, busy = dot_products(Matrix(layer.weight, rows, inputs), site, once, width)
    if layer.bias:
        bias, addition = add_bias(layer.bias, rows, busy, site, once)
        stored += bias
        arithmetic.append(addition)
    cell = table_cost(site.costs.cells, layer.op)
    return stored, arithmetic + elementwise("cell", cell, site, None, (layer.units, "units"))


def _fixed(width: Width, site: Site) -> Number:
    return site.addition(None) if width == "tree" else width
