"""Layers wired by `from`: order, flaws, folds, and what nobody reads."""

from itertools import pairwise
from typing import Any

import pytest
from pydantic import TypeAdapter

from micronet_spec.graph import INPUT, Flaw, Graph, build
from micronet_spec.manifest.layers import Layer
from micronet_spec.manifest.read import Broken

_LAYER: TypeAdapter[Layer] = TypeAdapter(Layer)
_MANY = 20_000


def _layer(name: str, op: str = "relu", source: str | list[str] = "", **fields: Any) -> Layer:
    """Return a layer that reads `source`, or the layer before it."""
    wired = {"from": source} if source else {}
    return _LAYER.validate_python({"name": name, "op": op, **wired, **fields})


def _conv(name: str, source: str = "", **fields: Any) -> Layer:
    return _layer(name, "conv2d", source, **{"out": 4, "kernel": 3, **fields})


def _norm(name: str, into: str, source: str = "") -> Layer:
    return _layer(name, "batch_norm", source, fold={"into": into})


def _build(*layers: Layer | Broken) -> Graph:
    return build((3, 8, 8), layers)


def _said(graph: Graph) -> list[tuple[str, str, int, str]]:
    return [(flaw.code, flaw.message, flaw.index, flaw.field) for flaw in graph.flaws]


def test_a_layer_reads_the_one_before_it_unless_told() -> None:
    graph = _build(_conv("a"), _layer("b"), _layer("c", "add", ["a", "b"]), _layer("d", "relu"))
    assert graph.complete
    assert graph.flaws == ()
    assert [node.inputs for node in graph.nodes] == [(INPUT,), (0,), (0, 1), (2,)]
    assert [node.shape for node in graph.nodes] == [(4, 6, 6)] * 4
    assert graph.nodes[0].input_shapes == ((3, 8, 8),)
    assert graph.nodes[2].input_shapes == ((4, 6, 6), (4, 6, 6))


def test_a_layer_may_read_the_input_by_name_and_more_than_once() -> None:
    graph = _build(_conv("a"), _layer("b", source="input"), _layer("c", "concat", ["b"] * 2))
    assert graph.complete
    assert [node.inputs for node in graph.nodes] == [(INPUT,), (INPUT,), (1, 1)]
    assert graph.nodes[2].shape == (6, 8, 8)


def test_a_layer_may_read_one_that_stands_after_it() -> None:
    graph = _build(_layer("a", source="c"), _layer("b", source="a"), _conv("c", "input"))
    assert graph.complete
    assert [node.index for node in graph.nodes] == [2, 0, 1]
    assert [node.shape for node in graph.nodes] == [(4, 6, 6)] * 3


def test_two_layers_of_one_name_are_reported_at_the_second() -> None:
    graph = _build(_conv("a"), _layer("b"), _layer("a"))
    message = "two layers are called `a`"
    assert graph.flaws == (Flaw("MN111", message, 2, "name", ((0, "name", "first here"),)),)
    assert not graph.complete


def test_no_layer_may_be_called_input() -> None:
    graph = _build(_layer("input"), _layer("b", source="input"))
    assert _said(graph) == [
        ("MN111", "the name `input` is reserved for what layers read", 0, "name")
    ]
    assert not graph.complete


def test_an_unknown_source_is_reported_with_the_name_it_may_mean() -> None:
    graph = _build(_conv("block1.conv"), _layer("b", source="block1.cnov"))
    message = "no layer `block1.cnov`: did you mean `block1.conv`?"
    assert _said(graph) == [("MN112", message, 1, "from")]
    assert not graph.complete


def test_an_unknown_source_that_is_like_nothing_is_only_reported() -> None:
    graph = _build(_conv("block1.conv"), _layer("b", source="zzz"))
    assert _said(graph) == [("MN112", "no layer `zzz`", 1, "from")]


def test_every_unknown_source_of_a_layer_is_reported() -> None:
    graph = _build(_conv("a"), _layer("b", "add", ["xxx", "a", "yyy"]))
    assert [flaw.message for flaw in graph.flaws] == ["no layer `xxx`", "no layer `yyy`"]


def test_what_reads_an_unknown_source_causes_no_flaws_of_its_own() -> None:
    graph = _build(_layer("a", source="zzz"), _conv("b", kernel=100), _layer("c", "add", ["a"]))
    assert [flaw.code for flaw in graph.flaws] == ["MN112"]
    assert graph.nodes == ()


def test_a_layer_that_reads_itself_is_a_cycle() -> None:
    graph = _build(_layer("a", source="a"))
    assert graph.flaws == (Flaw("MN113", "a cycle: `a` reads `a`", 0, "from"),)
    assert not graph.complete


def test_a_cycle_is_told_from_its_first_layer_on() -> None:
    graph = _build(_conv("stem"), _layer("a", "add", ["stem", "c"]), _layer("b"), _layer("c"))
    related = ((3, "from", "in the cycle"), (2, "from", "in the cycle"))
    message = "a cycle: `a` reads `c` reads `b` reads `a`"
    assert graph.flaws == (Flaw("MN113", message, 1, "from", related),)


def test_two_separate_cycles_are_both_reported() -> None:
    graph = _build(
        _layer("a", source="b"), _layer("b"), _layer("c", source="d"), _layer("d"), _layer("e")
    )
    assert _said(graph) == [
        ("MN113", "a cycle: `a` reads `b` reads `a`", 0, "from"),
        ("MN113", "a cycle: `c` reads `d` reads `c`", 2, "from"),
    ]


def test_a_layer_that_only_reads_a_cycle_is_not_in_it() -> None:
    graph = _build(_layer("a", source="c"), _layer("b", source="c"), _layer("c", source="b"))
    assert _said(graph) == [("MN113", "a cycle: `c` reads `b` reads `c`", 2, "from")]


def test_a_long_cycle_is_shown_by_its_ends() -> None:
    graph = _build(_layer("l0", source="l19"), *(_layer(f"l{n}") for n in range(1, 20)))
    (flaw,) = graph.flaws
    ends = "`l0` reads `l19` reads `l18` reads `l17` reads `l16` reads `l15` reads ... reads `l0`"
    assert flaw.message == f"a cycle: {ends}"
    assert [index for index, _, _ in flaw.related] == [19, 18, 17, 16, 15, 14, 13]


def test_a_shape_that_does_not_fit_is_reported_once_and_not_downstream() -> None:
    graph = _build(
        _conv("a"),
        _layer("b", "add", ["a", "input"]),
        _conv("c", kernel=100),
        _layer("d", "slice", channels=[50, 60]),
        _conv("e", "a"),
    )
    message = "layer `b`: inputs that do not fit each other: 4x6x6, 3x8x8"
    related = ((0, "name", "read from here"),)
    assert graph.flaws == (Flaw("MN114", message, 1, "from", related),)
    assert [node.index for node in graph.nodes] == [0, 4]


def test_a_shape_is_reported_at_the_field_to_correct() -> None:
    graph = _build(_conv("a", kernel=9), _conv("b", "input", groups=2))
    assert _said(graph) == [
        ("MN114", "layer `a`: a window of 9x9 in 8x8 with its padding", 0, "kernel"),
        ("MN114", "layer `b`: 2 groups do not divide 3 input channels", 1, "groups"),
    ]


def test_a_broken_layer_causes_no_flaws_downstream() -> None:
    graph = _build(_conv("a"), Broken("b"), _conv("c", kernel=100), _layer("d", "add", ["a", "b"]))
    assert graph.flaws == ()
    assert [node.index for node in graph.nodes] == [0]
    assert not graph.complete


def test_a_broken_layer_without_a_name_is_still_the_one_before() -> None:
    graph = _build(_conv("a"), Broken(None), _conv("c", kernel=100), _layer("d", source="a"))
    assert graph.flaws == ()
    assert [node.index for node in graph.nodes] == [0, 3]


def test_a_broken_layer_still_takes_its_name() -> None:
    graph = _build(Broken("a"), _layer("a", source="input"))
    assert [flaw.code for flaw in graph.flaws] == ["MN111"]


def test_a_batch_norm_folds_into_the_layer_it_alone_reads() -> None:
    graph = _build(_conv("a"), _norm("n", "a"), _layer("b", "linear", out=5), _norm("m", "b"))
    assert graph.complete
    folded = [node.folded.name if node.folded else None for node in graph.nodes]
    assert folded == ["n", None, "m", None]


@pytest.mark.parametrize(
    ("layers", "index", "message"),
    [
        (
            [_norm("n", "a"), _conv("a", "input")],
            0,
            "`n` cannot be folded into `a`: it reads the input, not `a`",
        ),
        (
            [_conv("a"), _layer("b"), _norm("n", "a")],
            2,
            "`n` cannot be folded into `a`: it reads `b`, not `a`",
        ),
        (
            [_conv("a"), _layer("b"), _norm("n", "b")],
            2,
            "`n` cannot be folded into `b`: `b` is relu, not conv2d or linear",
        ),
        (
            [_conv("a"), _norm("n", "a"), _layer("b", source="a")],
            1,
            "`n` cannot be folded into `a`: `a` is read by 2 layers",
        ),
        (
            [_conv("a"), _norm("n", "zzz")],
            1,
            "`n` cannot be folded into `zzz`: it reads `a`, not `zzz`",
        ),
    ],
)
def test_a_batch_norm_that_cannot_be_folded_is_said_why(
    layers: list[Layer], index: int, message: str
) -> None:
    graph = _build(*layers)
    assert _said(graph) == [("MN116", message, index, "fold")]
    assert not graph.complete


def test_two_batch_norms_cannot_share_a_layer() -> None:
    graph = _build(_conv("a"), _norm("n", "a"), _norm("m", "a", "a"))
    assert [(flaw.code, flaw.index) for flaw in graph.flaws] == [("MN116", 1), ("MN116", 2)]


def test_a_batch_norm_of_a_broken_layer_is_not_reported() -> None:
    assert _build(Broken("a"), _norm("n", "a")).flaws == ()


def test_a_branch_that_the_output_does_not_need_is_dead() -> None:
    graph = _build(
        _conv("a"),
        _layer("dead"),
        _layer("end", "sigmoid"),
        _layer("other", "sigmoid", "dead"),
        _layer("b", source="a"),
    )
    assert graph.complete
    assert graph.dead == (1, 2, 3)
    assert graph.dead_ends == (2, 3)


def test_the_output_is_the_layer_that_stands_last() -> None:
    graph = _build(_layer("b", source="c"), _layer("dead", source="c"), _conv("c", "input"))
    assert graph.dead == (0, 1)
    assert graph.dead_ends == (0, 1)


def test_what_the_output_reads_by_any_way_is_not_dead() -> None:
    graph = _build(_conv("a"), _norm("n", "a"), _layer("b"), _layer("c", "add", ["n", "b"]))
    assert graph.complete
    assert graph.dead == graph.dead_ends == ()


def _chain(count: int) -> list[Layer]:
    first = _layer("l0", source="input")
    names = [f"l{n}" for n in range(count)]
    rest = [
        first.model_copy(update={"name": name, "sources": read}) for read, name in pairwise(names)
    ]
    return [first, *rest]


def test_a_chain_of_any_length_is_no_recursion() -> None:
    graph = _build(*_chain(_MANY))
    assert graph.complete
    assert [node.index for node in graph.nodes] == list(range(_MANY))
    assert graph.dead == ()


def test_a_chain_of_any_length_may_stand_backwards() -> None:
    graph = _build(*reversed(_chain(_MANY)))
    assert graph.complete
    assert graph.nodes[0].index == _MANY - 1
    assert graph.nodes[-1].shape == (3, 8, 8)


def test_a_cycle_of_any_length_is_no_recursion() -> None:
    first, *rest = _chain(_MANY)
    graph = _build(first.model_copy(update={"sources": rest[-1].name}), *rest)
    assert [flaw.code for flaw in graph.flaws] == ["MN113"]
    assert graph.nodes == ()
