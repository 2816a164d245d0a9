"""Laws of unknown counts, sections and shared tensors."""

import copy
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from micronet_spec.entry.entry import Entry
from micronet_spec.score import Cost
from tests.score.networks import Counted, Values, count
from tests.strategies import networks

_law = settings(deadline=None)
_SIZES = (8, 6, 5, 4)
"""Values that each linear layer of a small network reads, and the outputs of the last."""


@st.composite
def bounds(draw: st.DrawFn, size: int) -> Any:
    """Draw a count of nonzeros that may be unknown."""
    low = draw(st.integers(0, size))
    high = draw(st.integers(low, size))
    choices = ["unknown", {"at_least": low}, {"at_most": high}, {"at_least": low, "at_most": high}]
    return draw(st.sampled_from([*choices, low]))


@st.composite
def unknowns(draw: st.DrawFn) -> Values:
    """Draw a network of sparse layers with unknown counts in every storage form."""
    layers: list[Values] = [{"name": "conv", "op": "conv2d", "out": 2, "kernel": 1}]
    layers[0]["weight"] = {"store": "mask", "nonzero": draw(bounds(4))}
    for place, (read, out) in enumerate(pairwise(_SIZES)):
        size = read * out
        blocks = -(-out // 2) * -(-read // 3)
        weight = draw(
            st.one_of(
                st.builds(lambda n: {"store": "mask", "nonzero": n}, bounds(size)),
                st.builds(
                    lambda n: {"store": "block_mask", "block": [2, 3], "blocks": n}, bounds(blocks)
                ),
                st.builds(
                    lambda p, n: {"store": "two_masks", "positive": p, "negative": n},
                    bounds(size // 2),
                    bounds(size // 2),
                ),
            )
        )
        layer: Values = {"name": f"fc{place}", "op": "linear", "out": out, "weight": weight}
        if draw(st.booleans()):
            layer["bias"] = draw(st.sampled_from([{}, {"nonzero": draw(bounds(out))}]))
        low = draw(st.integers(0, 9))
        extra = {"at_least": low, "at_most": draw(st.integers(low, 20))}
        layer["stored"] = [{"what": "values", "count": extra}]
        layers.append(layer)
    return {"model": {"input": [2, 2, 2], "layers": layers}}


def _totals(cost: Cost | None) -> tuple[Fraction, Fraction]:
    assert cost
    stored = sum(layer.stored_bits for layer in cost.layers)
    return Fraction(stored), Fraction(sum(layer.op_bits for layer in cost.layers))


def _scores(entry: Entry) -> tuple[Fraction, Fraction]:
    assert entry.interval
    return entry.interval


def _items(counted: Counted) -> dict[str, object]:
    return {name: (layer.stored, layer.arithmetic) for name, layer in counted.layers.items()}


def _chosen(amount: Any, size: int, share: Fraction) -> int:
    """Return a count within bounds: `share` of the way up."""
    if isinstance(amount, int):
        return amount
    low, high = 0, size
    if isinstance(amount, dict):
        low, high = amount.get("at_least", 0), amount.get("at_most", size)
    return low + int((high - low) * share)


def _known(sections: Values, share: Fraction) -> Values:
    """Return the network with every unknown count chosen within its bounds."""
    known = copy.deepcopy(sections)
    read = 2
    for layer in known["model"]["layers"]:
        weight, out = layer["weight"], layer["out"]
        for key in weight.keys() & {"nonzero", "positive", "negative"}:
            # A value has one sign.
            size = read * out if key == "nonzero" else read * out // 2
            weight[key] = _chosen(weight[key], size, share)
        if "blocks" in weight:
            weight["blocks"] = _chosen(weight["blocks"], -(-out // 2) * -(-read // 3), share)
        if layer.get("bias"):
            layer["bias"]["nonzero"] = _chosen(layer["bias"]["nonzero"], out, share)
        for extra in layer.get("stored", ()):
            extra["count"] = _chosen(extra["count"], 0, share)
        read = 8 if layer["name"] == "conv" else out
    return known


@given(unknowns(), st.fractions(0, 1))
@_law
def test_what_is_not_known_lies_between_low_and_high(sections: Values, share: Fraction) -> None:
    entry = count(sections).entry
    (low_stored, low_ops), (high_stored, high_ops) = map(_totals, (entry.cost, entry.high_cost))
    low, high = _scores(entry)
    assert low_stored <= high_stored
    assert low_ops <= high_ops
    assert low <= high
    known = count(_known(sections, share)).score
    assert low_stored <= known.stored_bits <= high_stored
    assert low_ops <= known.op_bits <= high_ops
    assert low <= known.score <= high


@given(networks())
@_law
def test_a_known_count_is_its_own_interval(sections: Values) -> None:
    counted = count(sections)
    assert counted.entry.exact
    assert _scores(counted.entry) == (counted.score.score, counted.score.score)


@given(unknowns(), st.fractions(0, 1))
@_law
def test_bounds_that_meet_are_a_known_count(sections: Values, share: Fraction) -> None:
    known = _known(sections, share)
    met = copy.deepcopy(known)
    for layer in met["model"]["layers"]:
        for holder in (layer["weight"], layer.get("bias") or {}):
            for key in holder.keys() & {"nonzero", "positive", "negative", "blocks"}:
                holder[key] = {"at_least": holder[key], "at_most": holder[key]}
    low, high = _scores(count(met).entry)
    assert low == high == count(known).score.score


@given(unknowns(), st.fractions(0, 1), st.data())
@_law
def test_a_published_total_tightens(sections: Values, share: Fraction, data: st.DataObject) -> None:
    named = data.draw(st.sets(st.sampled_from(["conv", "fc0", "fc1", "fc2"]), min_size=1))
    for layer in sections["model"]["layers"]:
        # A total counts nonzeros: not blocks, and not those of a bias.
        layer.pop("bias", None)
        if layer["name"] in named and "blocks" in layer["weight"]:
            layer["weight"] = {"store": "mask", "nonzero": "unknown"}
    known = _known(sections, share)
    total = sum(
        layer["weight"].get(key, 0)
        for layer in known["model"]["layers"]
        if layer["name"] in named
        for key in ("nonzero", "positive", "negative")
    )
    tight = copy.deepcopy(sections)
    tight["model"]["nonzero_totals"] = [{"layers": sorted(named), "nonzero": total}]
    wide_low, wide_high = _scores(count(sections).entry)
    low, high = _scores(count(tight).entry)
    assert wide_low <= low <= high <= wide_high


def test_a_published_total_has_no_cheaper_network() -> None:
    """Eight nonzeros in two layers of four channels: four and four add nothing at all (R2)."""
    layers = [
        {"name": name, "op": "linear", "out": 4, "weight": {"store": "mask", "nonzero": "unknown"}}
        for name in ("first", "second")
    ]
    total = {"layers": ["first", "second"], "nonzero": 8}
    model: Values = {"input": [4], "nonzero_totals": [total], "layers": layers}
    low, _ = _scores(count({"model": model}).entry)
    known = copy.deepcopy(model)
    for layer in known["layers"]:
        layer["weight"]["nonzero"] = 4
    del known["nonzero_totals"]
    assert low <= count({"model": known}).score.score


@given(networks(), st.data())
@_law
def test_a_section_that_is_always_executed_changes_nothing(
    sections: Values, data: st.DataObject
) -> None:
    always = copy.deepcopy(sections)
    always["model"]["sections"] = {"always": data.draw(st.sampled_from([1, "1/1", "7/7"]))}
    for layer in always["model"]["layers"]:
        if data.draw(st.booleans()):
            layer["section"] = "always"
    one, other = count(sections), count(always)
    assert one.score == other.score
    for name, layer in one.layers.items():
        counted = other.layers[name]
        assert layer.stored == counted.stored
        assert [(it.kind, it.count, it.bits) for it in layer.arithmetic] == [
            (it.kind, it.count, it.bits) for it in counted.arithmetic
        ]


@given(
    st.integers(1, 9),
    st.integers(1, 9),
    st.sampled_from([{}, {"store": "mask", "nonzero": 1}]),
)
@_law
def test_a_shared_tensor_stores_nothing_and_computes_the_same(
    read: int, out: int, form: Values
) -> None:
    first = {"name": "first", "op": "linear", "out": out, "weight": form}
    back = {"name": "back", "op": "linear", "out": read, "weight": form}
    shared = {**back, "weight": {**form, "same_as": "first"}}
    own, tied = (
        count({"model": {"input": [read], "layers": [first, layer]}}) for layer in (back, shared)
    )
    assert tied.layers["back"].stored == ()
    assert tied.layers["back"].arithmetic == own.layers["back"].arithmetic
    assert _items(tied)["first"] == _items(own)["first"]
