"""The interval of a network with unknown counts holds every network that it can be (S2, R2)."""

import copy
from fractions import Fraction
from itertools import combinations_with_replacement, product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from micronet_spec.score.bits import Weights
from tests.score.networks import Values, count

_law = settings(deadline=None, max_examples=40)
_LAYERS: dict[str, tuple[Values, dict[str, tuple[int, int]]]] = {
    "conv": ({"op": "conv2d", "out": 3, "kernel": 1}, {"weight": (3, 2)}),
    "wide": ({"op": "linear", "out": 3}, {"weight": (3, 8)}),
    "tall": ({"op": "linear", "out": 9}, {"weight": (9, 8)}),
    "cell": ({"op": "lstm", "units": 1}, {"weight": (4, 8), "recurrent": (4, 1)}),
}
"""Layers that read two channels of four positions; output channels x weights of their tensors."""
_POSITIONS = {"conv": 4, "wide": 1, "tall": 1}
_COUNTS = ("nonzero", "positive", "negative", "blocks")
_FIGURES = ("score", "storage_term", "ops_term")
_WIDTHS = st.sampled_from([1, 4, 7, 32])


@st.composite
def tensors(draw: st.DrawFn, rows: int, columns: int) -> tuple[Values, int]:
    """Draw a tensor with the nonzeros of every channel, and how many there are of all."""
    form = draw(st.sampled_from(["dense", "mask", "two_masks", "block_mask"]))
    tensor: Values = {"store": form, "format": draw(st.sampled_from(["narrow", "book"]))}
    channels = [draw(st.integers(0, columns)) for _ in range(rows)]
    if form == "mask":
        return tensor | {"nonzero": channels}, sum(channels)
    if form == "two_masks":
        positive = [draw(st.integers(0, nonzeros)) for nonzeros in channels]
        negative = [both - own for both, own in zip(channels, positive, strict=True)]
        signs = {"format": "narrow", "positive": positive, "negative": negative}
        return tensor | signs, sum(channels)
    if form == "block_mask":
        block = [draw(st.integers(1, 3)), draw(st.integers(1, 5))]
        grid = [range(-(-size // step)) for size, step in zip((rows, columns), block, strict=True)]
        kept = draw(st.sets(st.sampled_from(list(product(*grid)))))
        weights = [
            sum((row // block[0], column // block[1]) in kept for column in range(columns))
            for row in range(rows)
        ]
        nonzeros = draw(st.integers(len(kept), sum(weights)))
        return tensor | {"block": block, "blocks": len(kept), "weights": weights}, nonzeros
    return tensor, draw(st.integers(0, rows * columns))


@st.composite
def biases(draw: st.DrawFn, rows: int) -> Values:
    """Draw a bias, dense or with a mask, added at a width of its own; or none."""
    form = draw(st.sampled_from(["none", "dense", "mask"]))
    if form == "none":
        return {}
    bias: Values = {"accumulator": draw(_WIDTHS)}
    if form == "mask":
        bias["nonzero"] = [draw(st.integers(0, 1)) for _ in range(rows)]
    return {"bias": bias}


@st.composite
def known(draw: st.DrawFn) -> tuple[Values, dict[str, int]]:
    """Draw a network of which every channel is known, and the nonzeros of each layer's weights."""
    layers: list[Values] = []
    nonzeros: dict[str, int] = {}
    names = st.lists(st.sampled_from(list(_LAYERS)), min_size=1, max_size=3, unique=True)
    for name in draw(names):
        op, shapes = _LAYERS[name]
        layer: Values = {"name": name, "from": "input", **op, "accumulator": draw(_WIDTHS)}
        nonzeros[name] = 0
        for key, (rows, columns) in shapes.items():
            layer[key], own = draw(tensors(rows, columns))
            nonzeros[name] += own
        layer |= draw(biases(shapes["weight"][0]))
        if draw(st.booleans()):
            layer["section"] = "often"
        layers.append(layer)
    integer = {"kind": "integer", "signed": True}
    formats: Values = {
        "narrow": {**integer, "bits": draw(_WIDTHS)},
        "book": {"kind": "codebook", "entries": 4, "block": 2, "values": "float16"},
    }
    model = {"input": [2, 2, 2], "sections": {"often": "3/4"}, "layers": layers}
    return {"numerics": {"formats": formats}, "model": model}, nonzeros


@st.composite
def hidden(draw: st.DrawFn, truth: Values, nonzeros: dict[str, int]) -> Values:
    """Draw what may be published of a network: bounds or nothing of some counts, and totals."""
    published = copy.deepcopy(truth)
    for layer in published["model"]["layers"]:
        for key in layer.keys() & {"weight", "recurrent", "bias"}:
            tensor = layer[key]
            for field in [it for it in _COUNTS if it in tensor and draw(st.booleans())]:
                if field == "blocks" and draw(st.booleans()):
                    del tensor["weights"]
                tensor[field] = draw(_bounds(tensor[field]))
    names = st.lists(st.sampled_from(list(nonzeros)), min_size=1, unique=True)
    published["model"]["nonzero_totals"] = [
        {"layers": members, "nonzero": draw(st.one_of(st.just(total), _known_bounds(total)))}
        for members in draw(st.lists(names, max_size=3))
        for total in [sum(nonzeros[name] for name in members)]
    ]
    published["model"]["published_totals"] = draw(st.lists(_figures(nonzeros), max_size=2))
    return published


@st.composite
def _figures(draw: st.DrawFn, nonzeros: dict[str, int]) -> Values:
    """Draw a figure that nonzeros add up to, rounded."""
    addends: list[Values] = []
    figure = Fraction()
    for name in draw(st.lists(st.sampled_from(list(nonzeros)), min_size=1, max_size=4)):
        kinds = ["nonzeros", *(["products"] if name in _POSITIONS else [])]
        of, times = draw(st.sampled_from(kinds)), draw(st.sampled_from(["1/4", "9/8", "5/2"]))
        addends.append({"of": of, "times": times, "layers": [name]})
        positions = _POSITIONS[name] if of == "products" else 1
        figure += Fraction(times) * positions * nonzeros[name]
    rounded = draw(st.sampled_from([Fraction(), Fraction(1, 3), Fraction(4)]))
    ends = {"at_least": max(Fraction(), figure - rounded), "at_most": figure + rounded}
    stated = {key: int(end) if end.denominator == 1 else str(end) for key, end in ends.items()}
    return {"what": "a figure", **stated, "sum": addends}


@st.composite
def _bounds(draw: st.DrawFn, counts: Any) -> Any:
    number = sum(counts) if isinstance(counts, list) else counts
    return draw(st.one_of(st.just("unknown"), _known_bounds(number)))


@st.composite
def _known_bounds(draw: st.DrawFn, number: int) -> Values:
    low, high = draw(st.integers(0, number)), number + draw(st.integers(1, 5))
    bounds = [{"at_least": low}, {"at_most": high}, {"at_least": low, "at_most": high}]
    return draw(st.sampled_from(bounds))


@given(st.data())
@_law
def test_no_network_that_it_can_be_lies_outside(data: st.DataObject) -> None:
    truth, nonzeros = data.draw(known())
    published = data.draw(hidden(truth, nonzeros))
    entry, real = count(published).entry, count(truth).entry
    for name in _FIGURES:
        low, high = entry.figure(name)
        assert low <= real.figure(name)[0] <= high, name
    assert entry.interval_with_wide_additions
    assert real.interval_with_wide_additions
    low, high = entry.interval_with_wide_additions
    assert low <= real.interval_with_wide_additions[0] <= high


@given(st.data())
@_law
def test_no_part_of_some_layers_lies_outside_its_own_bounds(data: st.DataObject) -> None:
    truth, nonzeros = data.draw(known())
    published = data.draw(hidden(truth, nonzeros))
    entry, real = count(published).entry, count(truth)
    some = data.draw(st.sets(st.sampled_from(list(nonzeros)), min_size=1))
    for weights in (Weights(stored=1), Weights(multiplies=1), Weights(adds=1), Weights(1, 2, 3)):
        ends = entry.ends(weights, some)
        costs = (real.layers[name].bits(entry.counter.addition_bits) for name in some)
        if ends:
            assert ends[0] <= sum(map(weights.of, costs)) <= ends[1]


@given(st.data())
@_law
def test_a_total_never_widens(data: st.DataObject) -> None:
    truth, nonzeros = data.draw(known())
    published = data.draw(hidden(truth, nonzeros))
    wide = copy.deepcopy(published)
    del wide["model"][data.draw(st.sampled_from(["nonzero_totals", "published_totals"]))]
    (least, most), (low, high) = (count(it).entry.figure("score") for it in (wide, published))
    assert least <= low <= high <= most


@st.composite
def masked(draw: st.DrawFn) -> tuple[Values, int, int]:
    """Draw a layer with a mask, the channels it has, and the weights of each."""
    positions, bias = draw(st.sampled_from(["conv2d", "linear"])), draw(st.booleans())
    rows, read = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    layer: Values = {"op": positions, "out": rows, "weight": {"store": "mask"}}
    if positions == "conv2d":
        layer["kernel"] = 1
    if bias:
        layer["bias"] = {}
    return {**layer, "from": "unstated", "input": [read, 2, 2]}, rows, read


def _networks(layer: Values, rows: int, columns: int) -> dict[int, list[Fraction]]:
    """Return what a layer can cost, by its nonzeros."""
    costs: dict[int, list[Fraction]] = {}
    for channels in combinations_with_replacement(range(columns + 1), rows):
        weight = {"store": "mask", "nonzero": list(channels)}
        model = {"input": [1], "layers": [{"name": "one", **layer, "weight": weight}]}
        costs.setdefault(sum(channels), []).append(count({"model": model}).score.score)
    return costs


@given(masked(), masked(), st.data())
@settings(deadline=None, max_examples=15)
def test_the_cheapest_network_of_a_total_is_the_least(
    one: tuple[Values, int, int], other: tuple[Values, int, int], data: st.DataObject
) -> None:
    """All networks of two layers: the least is one of them, the most is one nonzero more."""
    layers, costs = [], []
    for name, (layer, rows, read) in (("one", one), ("other", other)):
        columns = read * (1 if layer["op"] == "conv2d" else 4)
        layers.append({"name": name, **layer, "weight": {"store": "mask", "nonzero": "unknown"}})
        costs.append(_networks(layer, rows, columns))
    possible: dict[int, list[Fraction]] = {}
    for (first, some), (second, others) in product(*(it.items() for it in costs)):
        both = [a + b for a, b in ((min(some), min(others)), (max(some), max(others)))]
        possible.setdefault(first + second, []).extend(both)
    total = data.draw(st.sampled_from(sorted(possible)))
    model: Values = {"input": [1], "layers": layers}
    model["nonzero_totals"] = [{"layers": ["one", "other"], "nonzero": total}]
    low, high = count({"model": model}).entry.figure("score")
    assert low == min(possible[total])
    assert max(possible[total]) <= high <= max(possible.get(total + 1, possible[total]))


@given(masked(), masked(), st.data())
@settings(deadline=None, max_examples=15)
def test_the_cheapest_network_of_a_figure_is_no_less(
    one: tuple[Values, int, int], other: tuple[Values, int, int], data: st.DataObject
) -> None:
    """All networks of two layers whose nonzeros are weighed: bounds, and closer than without."""
    layers, costs = [], []
    for name, (layer, rows, read) in (("one", one), ("other", other)):
        columns = read * (1 if layer["op"] == "conv2d" else 4)
        layers.append({"name": name, **layer, "weight": {"store": "mask", "nonzero": "unknown"}})
        costs.append(_networks(layer, rows, columns))
    times = data.draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    possible: dict[int, list[Fraction]] = {}
    for (first, some), (second, others) in product(*(it.items() for it in costs)):
        both = [a + b for a, b in ((min(some), min(others)), (max(some), max(others)))]
        possible.setdefault(times[0] * first + times[1] * second, []).extend(both)
    total = data.draw(st.sampled_from(sorted(possible)))
    addends = [
        {"of": "nonzeros", "times": factor, "layers": [layer["name"]]}
        for factor, layer in zip(times, layers, strict=True)
    ]
    model: Values = {"input": [1], "layers": layers}
    wide = count({"model": model}).entry.figure("score")
    figure = {"what": "a figure", "at_least": total, "at_most": total, "sum": addends}
    model["published_totals"] = [figure]
    low, high = count({"model": model}).entry.figure("score")
    assert wide[0] <= low <= min(possible[total])
    assert max(possible[total]) <= high <= wide[1]


@st.composite
def ternary(draw: st.DrawFn) -> tuple[Values, int]:
    """Draw a layer with two masks of which every channel is known, and all its nonzeros."""
    op, shapes = _LAYERS[draw(st.sampled_from(["conv", "wide", "tall"]))]
    rows, columns = shapes["weight"]
    signs = st.lists(st.sampled_from([-1, 0, 0, 1]), min_size=columns, max_size=columns)
    weights = [draw(signs) for _ in range(rows)]
    counts = {
        name: [row.count(sign) for row in weights]
        for name, sign in (("positive", 1), ("negative", -1))
    }
    tensor = {
        "store": "two_masks",
        "format": draw(st.sampled_from(["float16", "float32"])),
        **counts,
    }
    layer: Values = {"from": "input", **op, "weight": tensor, "accumulator": draw(_WIDTHS)}
    return layer | draw(biases(rows)), sum(map(sum, counts.values()))


@given(st.lists(ternary(), min_size=1, max_size=3), st.integers(0, 3))
@_law
def test_a_total_bounds_values_of_both_signs(layers: list[tuple[Values, int]], slack: int) -> None:
    named = [{"name": f"layer{n}", **layer} for n, (layer, _) in enumerate(layers)]
    model: Values = {"input": [2, 2, 2], "layers": named}
    truth = count({"model": model}).score.score
    published = copy.deepcopy(model)
    for layer in published["layers"]:
        layer["weight"] |= {"positive": "unknown", "negative": "unknown"}
    wide = count({"model": published}).entry.figure("score")
    total = sum(nonzeros for _, nonzeros in layers)
    bounds = {"at_least": max(0, total - slack), "at_most": total + slack}
    published["nonzero_totals"] = [{"layers": [it["name"] for it in named], "nonzero": bounds}]
    low, high = count({"model": published}).entry.figure("score")
    assert wide[0] <= low <= truth <= high <= wide[1]


def test_operations_that_are_written_out_have_bounds_too() -> None:
    written = [
        {"kind": "multiply", "count": "5/2", "up_to": 4, "bits": 8},
        {"kind": "add", "count": 10, "bits": 32},
        {"kind": "add", "count": 0, "up_to": "7/2", "bits": 32},
    ]
    custom = {"op": "custom", "output": [4], "reason": "only totals", "operations": written}
    counted = count({"model": {"input": [4], "layers": [{"name": "rest", **custom}]}})
    unit = 32 * 10_490_000_000
    low, high = Fraction(5 * 8, 2) + 10 * 32, 4 * 8 + 10 * 32 + Fraction(7 * 32, 2)
    assert counted.entry.interval == (low / unit, high / unit)


def test_widths_have_bounds_too() -> None:
    numerics = {
        "formats": {"narrow": {"kind": "integer", "bits": 2, "up_to": 8, "signed": True}},
        "defaults": {"weight": "narrow", "activation": "narrow"},
    }
    layers = [{"name": "fc", "op": "linear", "out": 3}]
    counted = count({"numerics": numerics, "model": {"input": [4], "layers": layers}})
    storage, operations = 32 * 36_500_000, 32 * 10_490_000_000
    assert counted.entry.interval == tuple(
        Fraction(12 * width, storage) + Fraction(12 * width + 9 * 32, operations)
        for width in (2, 8)
    )
