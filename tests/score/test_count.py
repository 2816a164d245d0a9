"""What forfeits the freebie, and what cannot be counted."""

import pytest

from micronet_spec.score import Uncountable
from tests.score.networks import Values, count, network, understood

_INT8: Values = {"kind": "integer", "bits": 8, "signed": True}
_PACKED: Values = {"kind": "float", "bits": 32, "stored_bits": 8}


def _freebie(layer: Values, defaults: Values) -> bool:
    """Tell whether the freebie holds for a network of a convolution and `layer`."""
    numerics = {
        "freebie": "16-bit",
        "formats": {"int8": _INT8, "packed": _PACKED},
        "defaults": defaults,
    }
    conv = {"name": "conv", "op": "conv2d", "out": 2, "kernel": 1}
    sections = network(conv, {"name": "layer", **layer}, shape=(3, 4, 4), numerics=numerics)
    cost = count(sections).entry.cost
    assert cost
    return cost.freebie


@pytest.mark.parametrize(
    "layer",
    [
        {"op": "conv2d", "out": 1, "kernel": 1, "weight": {"format": "int8"}},
        {"op": "linear", "out": 1, "weight": {"format": "float16"}},
        {"op": "linear", "out": 1, "weight": {"format": "packed"}},
        {"op": "linear", "out": 1, "bias": {"format": "int8"}},
        {"op": "scale", "weight": {"format": "int8"}},
        {"op": "quantize", "to": "int8"},
        {"op": "relu", "reads": "float16"},
        {"op": "relu", "writes": "int8"},
        {"op": "linear", "out": 1, "accumulator": 31},
        {"op": "linear", "out": 1, "accumulator": "tree"},
        {"op": "linear", "out": 1, "bias": {"accumulator": 16}},
        {"op": "hswish", "accumulator": 16},
        {"op": "global_avg_pool", "accumulator": 16},
    ],
)
def test_one_narrow_place_forfeits_the_freebie(layer: Values) -> None:
    assert not _freebie(layer, {})


@pytest.mark.parametrize(
    "defaults",
    [
        {"weight": "int8"},
        {"parameter": "float16"},
        {"activation": "packed"},
        {"accumulator": 16},
        {"accumulator": "tree"},
    ],
)
def test_a_narrow_default_forfeits_the_freebie(defaults: Values) -> None:
    assert not _freebie({"op": "relu"}, defaults)


@pytest.mark.parametrize(
    "layer",
    [
        {"op": "relu"},
        {"op": "relu", "reads": "float32", "writes": "float32"},
        {"op": "linear", "out": 1, "weight": {"store": "mask", "nonzero": 0}},
        {"op": "linear", "out": 1, "accumulator": 32, "bias": {"accumulator": 32}},
    ],
)
def test_a_format_that_is_declared_and_not_used_forfeits_nothing(layer: Values) -> None:
    assert _freebie(layer, {})


def test_an_adder_tree_needs_the_nonzeros_of_every_channel() -> None:
    weight = {"store": "mask", "nonzero": 5}
    layer = {"name": "fc", "op": "linear", "out": 2, "weight": weight, "accumulator": "tree"}
    entry = understood(network({"name": "relu", "op": "relu"}, layer, shape=(8,)))
    assert entry.cost
    message = "the adder tree of `fc` needs the nonzeros of every output channel"
    assert entry.cost.uncountable == (Uncountable("MN205", message, 1, ("weight", "nonzero")),)
    assert [cost.name for cost in entry.cost.layers] == ["relu"]
    assert entry.score is None
