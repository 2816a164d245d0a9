"""The output shape of every op, and what is said of inputs that do not fit."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from micronet_spec.graph import Shape, ShapeError, output_shape
from micronet_spec.manifest.layers import Layer

_LAYER: TypeAdapter[Layer] = TypeAdapter(Layer)


def _shape(op: str, *inputs: Shape, **fields: Any) -> Shape:
    return output_shape(_LAYER.validate_python({"name": "a", "op": op, **fields}), list(inputs))


@pytest.mark.parametrize(
    ("fields", "shape"),
    [
        ({"kernel": 1}, (4, 8, 9)),
        ({"kernel": 3}, (4, 6, 7)),
        ({"kernel": 3, "padding": "valid"}, (4, 6, 7)),
        ({"kernel": 3, "padding": "same"}, (4, 8, 9)),
        ({"kernel": 2, "padding": "same"}, (4, 9, 10)),
        ({"kernel": 2, "padding": 0}, (4, 7, 8)),
        ({"kernel": 3, "padding": 2}, (4, 10, 11)),
        ({"kernel": 3, "padding": [1, 0, 0, 2]}, (4, 7, 9)),
        ({"kernel": 3, "stride": 2}, (4, 3, 4)),
        ({"kernel": 3, "stride": 2, "padding": "same"}, (4, 4, 5)),
        ({"kernel": [8, 1], "stride": [1, 4]}, (4, 1, 3)),
        ({"kernel": [1, 4], "padding": "same"}, (4, 8, 10)),
        ({"kernel": [8, 9]}, (4, 1, 1)),
        ({"kernel": 1, "stride": 100}, (4, 1, 1)),
        ({"kernel": 1, "groups": 2}, (4, 8, 9)),
        ({"kernel": 1, "groups": "depthwise"}, (4, 8, 9)),
    ],
)
def test_a_convolution_has_as_many_positions_as_its_window(
    fields: dict[str, Any], shape: Shape
) -> None:
    assert _shape("conv2d", (2, 8, 9), out=4, **fields) == shape


@pytest.mark.parametrize(
    ("fields", "shape"),
    [
        ({"kernel": 2}, (2, 4, 4)),
        ({"kernel": [2, 3]}, (2, 4, 3)),
        ({"kernel": 3, "stride": 2}, (2, 3, 4)),
        ({"kernel": 3, "stride": 2, "padding": 1}, (2, 4, 5)),
        ({"kernel": 3, "stride": 1, "padding": "same"}, (2, 8, 9)),
    ],
)
def test_the_window_of_a_pool_steps_by_itself_unless_told(
    fields: dict[str, Any], shape: Shape
) -> None:
    assert _shape("avg_pool", (2, 8, 9), **fields) == shape


def test_a_global_pool_leaves_one_value_per_channel() -> None:
    assert _shape("global_avg_pool", (5, 8, 9)) == (5, 1, 1)


@pytest.mark.parametrize("shape", [(7,), (3, 8, 9)])
def test_a_linear_layer_writes_features(shape: Shape) -> None:
    assert _shape("linear", shape, out=10) == (10,)


@pytest.mark.parametrize(
    ("op", "fields"),
    [
        ("batch_norm", {"fold": {"into": "b"}}),
        ("scale", {}),
        ("quantize", {"to": "float16"}),
        ("relu", {}),
        ("hswish", {}),
        ("sigmoid", {}),
    ],
)
@pytest.mark.parametrize("shape", [(7,), (3, 8, 9)])
def test_what_works_on_every_element_keeps_the_shape(
    op: str, fields: dict[str, Any], shape: Shape
) -> None:
    assert _shape(op, shape, **fields) == shape


@pytest.mark.parametrize("op", ["add", "mul"])
@pytest.mark.parametrize(
    ("inputs", "shape"),
    [
        ([(3, 8, 9), (3, 8, 9)], (3, 8, 9)),
        ([(3, 8, 9), (3, 1, 1)], (3, 8, 9)),
        ([(3, 1, 1), (3, 8, 9)], (3, 8, 9)),
        ([(3, 1, 1), (1, 8, 9)], (3, 8, 9)),
        ([(3, 1, 9), (3, 8, 1), (1, 1, 1)], (3, 8, 9)),
        ([(1, 1, 1), (1, 1, 1)], (1, 1, 1)),
        ([(7,), (1,)], (7,)),
    ],
)
def test_sizes_of_one_are_repeated(op: str, inputs: list[Shape], shape: Shape) -> None:
    assert _shape(op, *inputs) == shape


def test_attention_may_read_what_enters_its_cache() -> None:
    assert _shape("attention_scores", (8,), heads=2, positions=3) == (6,)
    assert _shape("attention_scores", (8,), (8,), heads=2, positions=3) == (6,)
    assert _shape("attention_values", (6,), (4,), heads=2, positions=3, out=4) == (4,)


@pytest.mark.parametrize(
    ("op", "inputs", "fields", "message"),
    [
        ("attention_scores", [(8,), (4,)], {}, "a query of 8 features meets a key of 4"),
        ("attention_scores", [(8,), (8,)], {"weight": {}}, "needs one input, reads 2"),
        ("attention_values", [(6,), (8,)], {"out": 4}, "4 features of all heads, reads a value of"),
        ("attention_values", [(6,), (4,), (4,)], {"out": 4}, "or the newest value too, reads 3"),
    ],
)
def test_what_enters_a_cache_has_the_size_of_what_is_there(
    op: str, inputs: list[Shape], fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(ShapeError, match=message):
        _shape(op, *inputs, heads=2, positions=3, **fields)


def test_a_concatenation_adds_up_channels() -> None:
    assert _shape("concat", (3, 8, 9), (1, 8, 9), (3, 8, 9)) == (7, 8, 9)
    assert _shape("concat", (3,), (4,)) == (7,)
    assert _shape("concat", (3, 8, 9)) == (3, 8, 9)


def test_a_slice_takes_channels_up_to_its_end() -> None:
    assert _shape("slice", (5, 8, 9), channels=[1, 3]) == (2, 8, 9)
    assert _shape("slice", (5, 8, 9), channels=[0, 5]) == (5, 8, 9)
    assert _shape("slice", (5,), channels=[4, 5]) == (1,)


_IMAGE = (6, 8, 9)


@pytest.mark.parametrize(
    ("op", "inputs", "fields", "field", "message"),
    [
        (
            "conv2d",
            [_IMAGE],
            {"out": 8, "kernel": 3, "groups": 4},
            "groups",
            "4 groups do not divide 6 input channels",
        ),
        (
            "conv2d",
            [_IMAGE],
            {"out": 8, "kernel": 3, "groups": 3},
            "out",
            "3 groups do not divide 8 output channels",
        ),
        (
            "conv2d",
            [_IMAGE],
            {"out": 8, "kernel": 3, "groups": "depthwise"},
            "out",
            "6 groups do not divide 8 output channels",
        ),
        (
            "conv2d",
            [_IMAGE],
            {"out": 1, "kernel": [9, 1]},
            "kernel",
            "a window of 9x1 in 8x9 with its padding",
        ),
        (
            "conv2d",
            [_IMAGE],
            {"out": 1, "kernel": [1, 12], "padding": 1},
            "kernel",
            "a window of 1x12 in 8x9 with its padding",
        ),
        (
            "conv2d",
            [(6,)],
            {"out": 1, "kernel": 1},
            "from",
            "needs channels, height and width, reads 6",
        ),
        ("conv2d", [_IMAGE] * 2, {"out": 1, "kernel": 1}, "from", "needs one input, reads 2"),
        ("avg_pool", [_IMAGE], {"kernel": 9}, "kernel", "a window of 9x9 in 8x9 with its padding"),
        ("avg_pool", [(6,)], {"kernel": 1}, "from", "needs channels, height and width, reads 6"),
        ("avg_pool", [_IMAGE] * 2, {"kernel": 1}, "from", "needs one input, reads 2"),
        ("global_avg_pool", [(6,)], {}, "from", "needs channels, height and width, reads 6"),
        ("global_avg_pool", [_IMAGE] * 3, {}, "from", "needs one input, reads 3"),
        ("linear", [_IMAGE] * 2, {"out": 1}, "from", "needs one input, reads 2"),
        ("relu", [_IMAGE] * 2, {}, "from", "needs one input, reads 2"),
        ("scale", [_IMAGE] * 2, {}, "from", "needs one input, reads 2"),
        ("quantize", [_IMAGE] * 2, {"to": "float16"}, "from", "needs one input, reads 2"),
        ("batch_norm", [_IMAGE] * 2, {"fold": {"into": "b"}}, "from", "needs one input, reads 2"),
        ("add", [_IMAGE], {}, "from", "`add` needs two inputs or more"),
        ("mul", [_IMAGE], {}, "from", "`mul` needs two inputs or more"),
        ("add", [_IMAGE, (6,)], {}, "from", "inputs of different rank: 6x8x9, 6"),
        (
            "mul",
            [_IMAGE, (3, 8, 9)],
            {},
            "from",
            "inputs that do not fit each other: 6x8x9, 3x8x9",
        ),
        (
            "add",
            [(6, 1, 1), (1, 8, 1), (2, 1, 1)],
            {},
            "from",
            "inputs that do not fit each other: 6x1x1, 1x8x1, 2x1x1",
        ),
        (
            "concat",
            [_IMAGE, (6, 9, 9)],
            {},
            "from",
            "inputs that differ in more than channels: 6x8x9, 6x9x9",
        ),
        (
            "concat",
            [_IMAGE, (6,)],
            {},
            "from",
            "inputs that differ in more than channels: 6x8x9, 6",
        ),
        ("slice", [_IMAGE], {"channels": [2, 7]}, "channels", "no channels 2 to 7 in 6x8x9"),
        ("slice", [_IMAGE], {"channels": [3, 3]}, "channels", "no channels 3 to 3 in 6x8x9"),
        ("slice", [(6,)], {"channels": [4, 2]}, "channels", "no channels 4 to 2 in 6"),
        ("slice", [_IMAGE] * 2, {"channels": [0, 1]}, "from", "needs one input, reads 2"),
    ],
)
def test_inputs_that_do_not_fit_are_said_so_at_the_field_to_correct(
    op: str, inputs: list[Shape], fields: dict[str, Any], field: str, message: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        _shape(op, *inputs, **fields)
    assert (str(caught.value), caught.value.field) == (message, field)
