"""Generators of small networks, as the sections of a manifest that a count depends on."""

import copy
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.score.networks import Values, network

Shape = tuple[int, ...]

_IMAGE = 3
_MOST_CHANNELS = 6
"""Channels that a generated layer may write; a concatenation may write twice as many."""


def _at_most(value: Any) -> SearchStrategy[Any]:
    """Generate what is no more than `value`: a count, a width, or a list of them."""
    if isinstance(value, list):
        return st.tuples(*(st.integers(0, item) for item in value)).map(list)
    return st.integers(0, value)


@st.composite
def quantized(draw: DrawFn) -> Values:
    """Generate numerics with integer weights and activations, and any accumulator of products."""

    def integer(most: int) -> Values:
        bits: Values = {"bits": draw(st.integers(1, most))}
        if draw(st.booleans()):
            bits["stored_bits"] = draw(st.integers(1, most))
        return {"kind": "integer", "signed": draw(st.booleans()), **bits}

    return {
        "formats": {
            "weight": integer(8),
            "parameter": integer(16),
            "activation": integer(8),
            "other": integer(8),
        },
        "defaults": {
            "weight": "weight",
            "parameter": "parameter",
            "activation": "activation",
            "accumulator": draw(_accumulators()),
        },
    }


def numerics() -> SearchStrategy[Values]:
    """Generate numerics: none, the freebie, or integers."""
    return st.one_of(st.just({}), st.just({"freebie": "16-bit"}), quantized())


def _accumulators() -> SearchStrategy[int | str]:
    return st.one_of(st.integers(1, 32), st.just("tree"))


@dataclass
class _Draft:
    """A network that grows by one layer at a time."""

    draw: DrawFn
    numerics: Values
    shapes: dict[str, Shape]
    """What may be read, and its shape."""
    layers: list[Values] = field(default_factory=list)

    @property
    def quantized(self) -> bool:
        return "formats" in self.numerics

    def add(self, op: str, sources: str | list[str], shape: Shape, **fields: Any) -> str:
        name = f"layer{len(self.layers)}"
        if self.quantized:
            for key in ("reads", "writes"):
                if self.draw(st.integers(0, 4)) == 0:
                    fields[key] = self.draw(st.sampled_from(["activation", "other", "float32"]))
        self.layers.append({"name": name, "op": op, "from": sources, **fields})
        self.shapes[name] = shape
        return name

    def width(self) -> Values:
        """Draw the width of additions that are no dot product's."""
        narrow = self.quantized and self.draw(st.booleans())
        return {"accumulator": self.draw(st.integers(1, 32))} if narrow else {}

    def dot_product(self, rows: int, columns: int) -> Values:
        """Draw weight, bias and accumulator of `rows` channels of `columns` weights."""
        fields: Values = {"bias": self.width()} if self.draw(st.booleans()) else {}
        width = self.numerics.get("defaults", {}).get("accumulator")
        if self.quantized and self.draw(st.booleans()):
            width = fields["accumulator"] = self.draw(_accumulators())
        if self.draw(st.sampled_from([True, True, False])):
            nonzeros = _at_most([columns] * rows)
            if width != "tree":
                nonzeros |= _at_most(rows * columns)
            fields["weight"] = {"store": "mask", "nonzero": self.draw(nonzeros)}
        return fields

    def grow(self) -> None:
        """Draw one more layer, or a layer and the batch norm that is folded into it."""
        source = self.draw(st.sampled_from(sorted(self.shapes)))
        makers = [_linear, _scale, _function, _combine, _concat, _slice]
        if len(self.shapes[source]) == _IMAGE:
            makers += [_conv2d, _conv2d, _conv2d, _avg_pool, _global_avg_pool]
        self.draw(st.sampled_from(makers))(self, source)

    def fold(self, name: str) -> None:
        """Draw whether a batch norm is folded into `name`, which nothing else may read then."""
        if self.draw(st.booleans()):
            self.add("batch_norm", name, self.shapes.pop(name), fold={"into": name})


def _conv2d(draft: _Draft, source: str) -> None:
    channels, height, width = draft.shapes[source]
    groups = draft.draw(st.sampled_from([g for g in range(1, channels + 1) if channels % g == 0]))
    out = groups * draft.draw(st.integers(1, max(1, _MOST_CHANNELS // groups)))
    kernel = draft.draw(st.integers(1, min(3, height, width)))
    stride, same = draft.draw(st.integers(1, 2)), draft.draw(st.booleans())
    rows, columns = (_positions(size, kernel, stride, same=same) for size in (height, width))
    name = draft.add(
        "conv2d",
        source,
        (out, rows, columns),
        out=out,
        kernel=kernel,
        stride=stride,
        padding="same" if same else "valid",
        groups=groups,
        **draft.dot_product(out, channels // groups * kernel * kernel),
    )
    draft.fold(name)


def _positions(size: int, kernel: int, stride: int, *, same: bool) -> int:
    padding = 2 * (kernel // 2) if same else 0
    return -(-(size - kernel + 1 + padding) // stride)


def _linear(draft: _Draft, source: str) -> None:
    out, columns = draft.draw(st.integers(1, 4)), 1
    for size in draft.shapes[source]:
        columns *= size
    name = draft.add("linear", source, (out,), out=out, **draft.dot_product(out, columns))
    draft.fold(name)


def _scale(draft: _Draft, source: str) -> None:
    bias = {"bias": draft.width()} if draft.draw(st.booleans()) else {}
    draft.add("scale", source, draft.shapes[source], **bias)


def _function(draft: _Draft, source: str) -> None:
    ops = ["relu", "hswish", "sigmoid"]
    op = draft.draw(st.sampled_from([*ops, "quantize"] if draft.quantized else ops))
    fields = {"to": "activation"} if op == "quantize" else draft.width()
    draft.add(op, source, draft.shapes[source], **fields)


def _combine(draft: _Draft, source: str) -> None:
    shape = draft.shapes[source]
    fitting = [shape, (shape[0], 1, 1)] if len(shape) == _IMAGE else [shape]
    names = sorted(name for name, other in draft.shapes.items() if other in fitting)
    others = draft.draw(st.lists(st.sampled_from(names), min_size=1, max_size=2))
    op = draft.draw(st.sampled_from(["add", "mul"]))
    draft.add(op, [source, *others], shape, **(draft.width() if op == "add" else {}))


def _concat(draft: _Draft, source: str) -> None:
    channels, *rest = draft.shapes[source]
    names = [
        name
        for name, (others, *sizes) in sorted(draft.shapes.items())
        if sizes == rest and channels + others <= 2 * _MOST_CHANNELS
    ]
    more = draft.draw(st.lists(st.sampled_from(names), max_size=1)) if names else []
    total = channels + sum(draft.shapes[name][0] for name in more)
    draft.add("concat", [source, *more], (total, *rest))


def _slice(draft: _Draft, source: str) -> None:
    channels, *rest = draft.shapes[source]
    first = draft.draw(st.integers(0, channels - 1))
    last = draft.draw(st.integers(first + 1, channels))
    draft.add("slice", source, (last - first, *rest), channels=[first, last])


def _avg_pool(draft: _Draft, source: str) -> None:
    channels, height, width = draft.shapes[source]
    kernel = draft.draw(st.integers(1, min(height, width)))
    rows, columns = (_positions(size, kernel, kernel, same=False) for size in (height, width))
    draft.add("avg_pool", source, (channels, rows, columns), kernel=kernel, **draft.width())


def _global_avg_pool(draft: _Draft, source: str) -> None:
    draft.add("global_avg_pool", source, (draft.shapes[source][0], 1, 1), **draft.width())


@st.composite
def networks(draw: DrawFn, formats: SearchStrategy[Values] | None = None) -> Values:
    """Generate a network of up to eight layers, or a few more; every `from` is explicit."""
    shape = draw(st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(1, 6)))
    draft = _Draft(draw, draw(numerics() if formats is None else formats), {"input": shape})
    for _ in range(draw(st.integers(1, 8))):
        draft.grow()
    return network(*draft.layers, shape=shape, numerics=draft.numerics)


@st.composite
def thinner(draw: DrawFn, sections: Values) -> Values:
    """Generate the same network with some nonzeros less, or as many."""
    thin = copy.deepcopy(sections)
    for layer in thin["model"]["layers"]:
        weight = layer.get("weight", {})
        if "nonzero" in weight:
            weight["nonzero"] = draw(_at_most(weight["nonzero"]))
    return thin


@st.composite
def narrower(draw: DrawFn, sections: Values) -> Values:
    """Generate the same network with some formats and fixed accumulators narrower, or as wide."""
    narrow = copy.deepcopy(sections)
    layers = narrow["model"]["layers"]
    places = [*narrow["numerics"]["formats"].values(), narrow["numerics"]["defaults"], *layers]
    places += [layer["bias"] for layer in layers if "bias" in layer]
    for place in places:
        for key in ("bits", "stored_bits", "accumulator"):
            if isinstance(place.get(key), int):
                place[key] = draw(st.integers(1, place[key]))
    return narrow


@st.composite
def grouped_and_split(draw: DrawFn) -> tuple[Values, Values]:
    """Generate a grouped convolution, and its groups as slices, convolutions and a concat."""
    groups, read, written = (draw(st.integers(1, 4)) for _ in range(3))
    height, width = draw(st.integers(3, 6)), draw(st.integers(3, 6))
    shape = (groups * read, height, width)
    draft = _Draft(draw, draw(numerics()), {"input": shape})
    kernel = draw(st.integers(1, 3))
    conv: Values = {"op": "conv2d", "kernel": kernel, "padding": "same"}
    conv |= draft.dot_product(groups * written, read * kernel * kernel)
    weight = conv.get("weight", {})
    nonzero = weight.get("nonzero")
    if isinstance(nonzero, int):  # Groups must know which channels are theirs.
        each, more = divmod(nonzero, groups * written)
        nonzero = [each + (channel < more) for channel in range(groups * written)]
    layers: list[Values] = []
    for group in range(groups):
        part = {"name": f"conv{group}", **conv, "out": written}
        if nonzero is not None:
            share = nonzero[group * written : (group + 1) * written]
            part["weight"] = {**weight, "nonzero": share}
        channels = [group * read, (group + 1) * read]
        layers += [
            {"name": f"slice{group}", "op": "slice", "from": "input", "channels": channels},
            part,
        ]
    names = [f"conv{group}" for group in range(groups)]
    layers.append({"name": "concat", "op": "concat", "from": names})
    whole = {"name": "conv", **conv, "out": groups * written, "groups": groups}
    return (
        network(whole, shape=shape, numerics=draft.numerics),
        network(*layers, shape=shape, numerics=draft.numerics),
    )
