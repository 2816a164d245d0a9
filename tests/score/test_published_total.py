"""AutoPrune (A*STAR) in CIFAR-100: only the total of the nonzeros of its 29 tensors is known."""

from functools import cache

import pytest

from micronet_spec.entry.entry import Entry
from tests.score.networks import Values, count

NONZERO, WEIGHTS, BIASES = 2_223_252, 36_518_832, 10_196
PRODUCTS = 347_651_592


def _sparse(name: str, **rest: object) -> Values:
    return {"name": name, "bias": {}, "weight": {"store": "mask", "nonzero": "unknown"}, **rest}


def _block(name: str, source: str, out: int, stride: int) -> list[Values]:
    """Return a block of their WideResNet-28-10; its second convolution has the stride."""
    conv: Values = {"op": "conv2d", "out": out, "kernel": 3, "padding": "same"}
    shortcut = stride > 1 or source == "relu"
    projection: Values = {"op": "conv2d", "out": out, "kernel": 1, "stride": stride}
    return [
        _sparse(f"{name}.conv1", **conv, **{"from": source}),
        {"name": f"{name}.relu1", "op": "relu"},
        _sparse(f"{name}.conv2", **conv, stride=stride),
        {"name": f"{name}.relu2", "op": "relu"},
        *([_sparse(f"{name}.shortcut", **projection, **{"from": source})] if shortcut else []),
        {
            "name": name,
            "op": "add",
            "from": [f"{name}.relu2", f"{name}.shortcut" if shortcut else source],
        },
    ]


@cache
def autoprune(*, least: int = 0, most: int | None = None, products: int = 0) -> Entry:
    conv: Values = {"op": "conv2d", "out": 16, "kernel": 3, "padding": "same"}
    layers: list[Values] = [_sparse("conv", **conv), {"name": "relu", "op": "relu"}]
    for stage, out in enumerate((160, 320, 640)):
        for block in range(4):
            source, stride = layers[-1]["name"], 2 if stage and not block else 1
            layers += _block(f"{stage}.{block}", source, out, stride)
    layers += [{"name": "pool", "op": "global_avg_pool"}, _sparse("linear", op="linear", out=100)]
    model: Values = {"input": [3, 32, 32], "layers": layers}
    names = [layer["name"] for layer in layers if "weight" in layer]
    if most:
        total = most if least == most else {"at_least": least, "at_most": most}
        model["nonzero_totals"] = [{"layers": names, "nonzero": total}]
    if products:
        figure: Values = {"what": "products", "at_least": products, "at_most": products}
        model["published_totals"] = [figure | {"sum": [{"of": "products", "layers": names}]}]
    return count({"numerics": {"freebie": "16-bit"}, "model": model}).entry


def _ends(entry: Entry) -> list[str]:
    assert entry.interval
    return [f"{float(end):.4f}" for end in entry.interval]


def test_nothing_but_the_shapes_says_little() -> None:
    assert _ends(autoprune()) == ["0.0316", "1.3829"]


def test_the_total_bounds_the_score() -> None:
    assert _ends(autoprune(least=NONZERO, most=NONZERO)) == ["0.0819", "0.3741"]


def test_the_total_decides_the_storage() -> None:
    """Their own 72,254,000 bits: where the nonzeros are does not matter to storage."""
    bits = NONZERO * 16 + WEIGHTS + BIASES * 16
    assert bits == 72_254_000
    assert set(autoprune(least=NONZERO, most=NONZERO).figure("stored_bits")) == {bits}


def test_both_totals_leave_only_the_empty_channels_open() -> None:
    assert _ends(autoprune(products=PRODUCTS)) == ["0.0860", "0.1566"]
    entry = autoprune(least=NONZERO, most=NONZERO, products=PRODUCTS)
    assert _ends(entry) == ["0.1118", "0.1118"]


def test_a_rounded_total_bounds_it_a_little_less() -> None:
    assert _ends(autoprune(least=2_200_000, most=2_300_000)) == ["0.0813", "0.3779"]


@pytest.mark.parametrize("most", [False, True])
def test_both_ends_have_no_more_nonzeros_than_one_above_the_total(most: bool) -> None:  # noqa: FBT001
    entry = autoprune(least=NONZERO, most=NONZERO)
    cost = entry.high_cost if most else entry.cost
    assert cost
    items = [item for layer in cost.layers for item in layer.stored]
    nonzeros = sum(item.count for item in items if item.what == "nonzero weights")
    assert NONZERO <= nonzeros <= NONZERO + most
