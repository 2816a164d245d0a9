"""Items of functions of every element, of several inputs, and along the channels."""

from micronet_spec.challenge.challenge import ElementCost
from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.tensors import Shift, Vector
from micronet_spec.score.items import Arithmetic, Factor, Kind, Number, Stored
from micronet_spec.score.lower.base import Items, Site, each, elementwise, lower, table_cost
from micronet_spec.score.storage import stored_values


@lower.register
def _(layer: ops.Activation, site: Site) -> Items:
    cost = table_cost(site.costs.activations, layer.op)
    elements: Factor = (site.elements, "elements")
    return [], elementwise(layer.op, cost, site, layer.accumulator, elements)


@lower.register
def _(layer: ops.Scale, site: Site) -> Items:
    count: Factor = (1, "value") if layer.per == "tensor" else (site.channels, "channels")
    if layer.per == "constant":
        # A literal constant is not stored and widens nothing (S1, M3).
        elements: Factor = (site.elements, "elements")
        cost = ElementCost(multiply=site.costs.scale.multiply)
        return [], elementwise("constant factor", cost, site, None, elements)
    return affine(layer.weight, layer.bias, count, site)


def affine(weight: Vector | None, bias: Shift | None, count: Factor, site: Site) -> Items:
    """Return a stored factor and a stored shift, each if there is one, applied to every element."""
    stored: list[Stored] = []
    arithmetic: list[Arithmetic] = []
    elements: Factor = (site.elements, "elements")
    cost = site.costs.scale
    if weight:
        precision = site.precisions.parameter(weight.format)
        bits, clauses = precision.product(site.reads)
        if not weight.same_as:
            stored += stored_values("factors", (count,), precision, ("S1", "R7"))
        factors = (elements, *each(cost.multiply))
        arithmetic.append(Arithmetic(Kind.MULTIPLY, "scaling", factors, bits, ("M11", *clauses)))
    if bias:
        precision = site.precisions.parameter(bias.format)
        stored += stored_values("shifts", (count,), precision, ("S1",))
        factors = (elements, *each(cost.add))
        bits = site.addition(bias.accumulator)
        arithmetic.append(Arithmetic(Kind.ADD, "shifting", factors, bits, ("M11", "R3")))
    return stored, arithmetic


@lower.register
def _(layer: ops.Quantize, site: Site) -> Items:
    """Free (M6, R7), unless it says what it computes."""
    if layer.per_element is None:
        return [], []
    cost = ElementCost(**dict(layer.per_element))
    return [], elementwise("conversion", cost, site, None, (site.elements, "elements"))


@lower.register
def _(layer: ops.Multiply, site: Site) -> Items:  # noqa: ARG001
    return [], elementwise("product", site.costs.product, site, None, *_further_inputs(site))


@lower.register
def _(layer: ops.Add, site: Site) -> Items:
    cost = site.costs.sum
    return [], elementwise("sum", cost, site, layer.accumulator, *_further_inputs(site))


def _further_inputs(site: Site) -> tuple[Factor, ...]:
    further = len(site.node.inputs) - 1
    return ((site.elements, "elements"), (further, "inputs after the first"))


@lower.register
def _(layer: ops.Softmax, site: Site) -> Items:
    parts: Factor = (layer.groups * site.positions, "softmaxes")
    size = site.channels // layer.groups
    return [], softmax(parts, size, site, layer.accumulator)


def softmax(parts: Factor, size: int, site: Site, width: Number | None) -> list[Arithmetic]:
    """Return n exponentials, n - 1 additions and n divisions, for each of `parts` (R4)."""
    one = ElementCost
    return [
        *elementwise("exponentials", one(transcendental=1), site, width, parts, (size, "values")),
        *elementwise("sums", one(add=1), site, width, parts, (size - 1, "values less one")),
        *elementwise("divisions", one(multiply=1), site, width, parts, (size, "values")),
    ]


@lower.register
def _(layer: ops.Reduce, site: Site) -> Items:
    positions: Factor = (site.elements, "outputs")
    rest: Factor = (site.node.input_shapes[0][0] - 1, "channels less one")
    if layer.function in {"max", "argmax"}:
        return [], elementwise("maximum", ElementCost(compare=1), site, None, positions, rest)
    width = layer.accumulator
    items = elementwise("sum", ElementCost(add=1), site, width, positions, rest)
    if layer.function == "mean":
        items += elementwise("division", ElementCost(multiply=1), site, width, positions)
    return [], items
