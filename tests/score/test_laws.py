"""Laws that hold for every network, and the two that only seem to."""

import copy
from collections.abc import Iterator
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from micronet_spec.score import Kind, LayerCost
from micronet_spec.score.items import Number
from tests.score.networks import Counted, Values, count, network
from tests.strategies import grouped_and_split, narrower, networks, quantized, thinner

Tally = dict[tuple[str, Number], Number]
"""How many values are stored, and how many operations of a kind there are, by width."""


def _tally(counted: Counted) -> Tally:
    tally: Tally = {}
    for layer in counted.layers.values():
        items = [("stored", item.bits, item.count) for item in layer.stored]
        items += [(item.kind, item.bits, item.count) for item in layer.arithmetic]
        for what, bits, number in items:
            tally[what, bits] = tally.get((what, bits), 0) + number
    return {key: number for key, number in tally.items() if number}


def _additions(counted: Counted) -> Iterator[tuple[Number, Number]]:
    for layer in counted.layers.values():
        yield from ((item.bits, item.count) for item in layer.of(Kind.ADD))


def _items(layer: LayerCost) -> tuple[object, object]:
    return layer.stored, layer.arithmetic


def _no_more(one: Counted, other: Counted) -> bool:
    """Tell whether `one` stores, computes and scores no more than `other`."""
    return (
        one.score.stored_bits <= other.score.stored_bits
        and one.score.op_bits <= other.score.op_bits
        and one.score.score <= other.score.score
    )


@given(networks(), st.data())
def test_fewer_nonzeros_never_cost_more(sections: Values, data: st.DataObject) -> None:
    thin = data.draw(thinner(sections))
    assert _no_more(count(thin), count(sections))


@given(networks(quantized()), st.data())
def test_fewer_bits_never_cost_more(sections: Values, data: st.DataObject) -> None:
    narrow = data.draw(narrower(sections))
    assert _no_more(count(narrow), count(sections))


@given(networks())
def test_a_network_costs_what_its_layers_cost_together(sections: Values) -> None:
    counted = count(sections)
    tally = _tally(counted)
    stored = sum(number * bits for (kind, bits), number in tally.items() if kind == "stored")
    ops = sum(number * bits for (kind, bits), number in tally.items() if kind != "stored")
    layers = counted.layers.values()
    assert counted.layers.keys() == {layer["name"] for layer in sections["model"]["layers"]}
    assert counted.score.stored_bits == stored == sum(layer.stored_bits for layer in layers)
    assert counted.score.op_bits == ops == sum(layer.op_bits for layer in layers)
    cifar = Fraction(stored) / (32 * 36_500_000) + Fraction(ops) / (32 * 10_490_000_000)
    assert counted.score.score == cifar


@given(networks(), st.data())
def test_the_order_of_layers_changes_nothing(sections: Values, data: st.DataObject) -> None:
    mixed = copy.deepcopy(sections)
    mixed["model"]["layers"] = data.draw(st.permutations(sections["model"]["layers"]))
    one, other = count(sections), count(mixed)
    assert list(other.layers) == [layer["name"] for layer in mixed["model"]["layers"]]
    for name, layer in one.layers.items():
        assert _items(layer) == _items(other.layers[name])
    assert one.score == other.score


@given(grouped_and_split())
def test_a_grouped_convolution_costs_what_its_groups_cost(pair: tuple[Values, Values]) -> None:
    grouped, split = (count(sections) for sections in pair)
    assert _tally(grouped) == _tally(split)
    assert grouped.score == split.score


@given(networks())
def test_every_number_is_exact(sections: Values) -> None:
    exact = {int, Fraction}
    counted = count(sections)
    for layer in counted.layers.values():
        for stored in layer.stored:
            assert {type(stored.count), type(stored.bits), type(stored.total)} <= exact
        for item in layer.arithmetic:
            assert {type(item.count), type(item.bits), type(item.total)} <= exact
    score = counted.score
    assert {type(score.stored_bits), type(score.op_bits)} <= exact
    terms = (score.parameters, score.operations, score.storage_term, score.ops_term, score.score)
    assert {type(term) for term in terms} == {Fraction}


@given(
    products=st.integers(1, 5000),
    weight=st.integers(1, 16),
    activation=st.integers(1, 16),
    signed=st.booleans(),
)
def test_an_adder_tree_adds_once_less_than_it_has_products(
    products: int, weight: int, activation: int, *, signed: bool
) -> None:
    numerics = {
        "formats": {
            "weight": {"kind": "integer", "bits": weight, "signed": True},
            "activation": {"kind": "integer", "bits": activation, "signed": signed},
        },
        "defaults": {"weight": "weight", "activation": "activation", "accumulator": "tree"},
    }
    layer = {"name": "fc", "op": "linear", "out": 1}
    additions = dict(_additions(count(network(layer, shape=(products,), numerics=numerics))))
    first, levels = weight + activation - signed, (products - 1).bit_length()
    assert sum(additions.values()) == products - 1
    assert list(additions) == list(range(first, first + levels))


@given(networks(quantized()))
def test_additions_at_32_bits_are_those_of_a_network_that_declares_no_less(
    sections: Values,
) -> None:
    plain = copy.deepcopy(sections)
    layers = plain["model"]["layers"]
    for place in [plain["numerics"]["defaults"], *layers, *(layer.get("bias") for layer in layers)]:
        if place:
            place.pop("accumulator", None)
    wide, counted = count(plain).score.score, count(sections)
    assume(all(bits <= 32 for bits, _ in _additions(counted)))
    assert counted.entry.interval_with_wide_additions == (wide, wide)


@given(networks(quantized()))
def test_additions_at_32_bits_never_score_lower_than_narrower_ones(sections: Values) -> None:
    counted = count(sections)
    assume(all(bits <= 32 for bits, _ in _additions(counted)))
    interval = counted.entry.interval_with_wide_additions
    wide = interval[0] if interval else None
    assert wide is not None
    assert wide >= counted.score.score


def test_the_first_zero_brings_a_mask() -> None:
    """A sparser network may cost more: "fewer nonzeros never cost more" is true of one form only.

    Zeros are skipped only where a mask locates them (S2). A tensor of 64 float32 weights that gets
    its first zero saves 32 stored bits and 64 op bits, and stores a mask of 64 bits.
    """
    dense = {"name": "fc", "op": "linear", "out": 1}
    masked = {**dense, "weight": {"store": "mask", "nonzero": 63}}
    before, after = (count(network(layer, shape=(64,))) for layer in (dense, masked))
    assert after.score.stored_bits - before.score.stored_bits == 64 - 32
    assert after.score.op_bits - before.score.op_bits == -64
    assert after.score.score > before.score.score


def test_one_quantized_tensor_forfeits_the_freebie() -> None:
    """A narrower network may cost more: "fewer bits never cost more" is true of formats only.

    The freebie counts everything but additions at 16 bits as long as nothing is quantized (R6).
    Eight-bit weights in the smallest of layers put all the others back to 32.
    """
    small = {"name": "small", "op": "linear", "out": 1}
    large = {"name": "large", "op": "linear", "out": 100}
    int8 = {"kind": "integer", "bits": 8, "signed": True}
    numerics = {"freebie": "16-bit", "formats": {"int8": int8}}
    before = count(network(small, large, shape=(3,), numerics=numerics))
    quantized_small = {**small, "weight": {"format": "int8"}}
    after = count(network(quantized_small, large, shape=(3,), numerics=numerics))
    assert before.score.stored_bits == (3 + 100) * 16
    assert after.score.stored_bits == 3 * 8 + 100 * 32
    assert before.score.op_bits == (3 + 100) * 16 + 2 * 32
    assert after.score.op_bits == (3 + 100 + 2) * 32
    assert after.score.score > before.score.score
