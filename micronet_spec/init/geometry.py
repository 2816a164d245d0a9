"""The fields of a layer that its shapes depend on."""

import math
from collections.abc import Callable
from typing import Any

from micronet_spec.graph import Shape
from micronet_spec.init.cells import Padding
from micronet_spec.init.ops import POOLS, is_depthwise
from micronet_spec.init.table import Row

Fields = dict[str, Any]
Remarks = list[str]


class TooLittleError(ValueError):
    """A row says too little to be the op it names."""


def wanted_shape(row: Row, op: str, before: Shape) -> Shape:
    """Return the shape that a row says it reads, or writes if it joins several inputs.

    Where the row leaves out height and width they are those `before` it, if the channels are the
    same. Raises `TooLittleError`.
    """
    if op == "embedding":
        return (1,)
    channels = row.c_out if op == "concat" else row.c_in
    if channels is None:
        raise TooLittleError("the table leaves its channels empty")
    if op == "linear" and row.weight_count == channels * (row.c_out or 0):
        return (channels,)
    if row.size is not None:
        return (channels, *row.size)
    return before if before[0] == channels else (channels,)


def geometry(row: Row, op: str, inputs: tuple[Shape, ...]) -> tuple[Fields, Remarks]:
    """Return the fields that decide the output shape, and remarks. Raises `TooLittleError`."""
    make = _FIELDS.get(op)
    return make(row, inputs[0]) if make else ({}, [])


def _conv(row: Row, read: Shape) -> tuple[Fields, Remarks]:
    remarks: Remarks = []
    groups = _groups(row, read[0])
    kernel = row.kernel or _square_of(row, read[0], groups)
    fields: Fields = {"out": _out(row), "kernel": _window(kernel)}
    if row.stride not in {None, 1}:
        fields["stride"] = row.stride
    fields |= _padding(row.padding, kernel, remarks)
    if groups > 1:
        fields["groups"] = "depthwise" if groups == read[0] else groups
    return fields, remarks


def _groups(row: Row, channels: int) -> int:
    if row.groups is None:
        return channels if is_depthwise(row) else 1
    return row.groups


def _square_of(row: Row, channels: int, groups: int) -> tuple[int, int]:
    """Return the square kernel that the count of weights implies."""
    per_tap = channels // groups * _out(row)
    side = math.isqrt((row.weight_count or 0) // per_tap) if per_tap else 0
    if side and side * side * per_tap == row.weight_count:
        return side, side
    raise TooLittleError("the table states no kernel")


def _padding(padding: Padding | None, kernel: tuple[int, int], remarks: Remarks) -> Fields:
    half = (kernel[0] // 2, kernel[0] // 2, kernel[1] // 2, kernel[1] // 2)
    if padding is None:
        if kernel == (1, 1):
            return {}
        remarks.append("TODO padding: the table does not say; same is assumed")
        return {"padding": "same"}
    sides = (padding,) * 4 if isinstance(padding, int) else padding
    if sides == "same":
        sides = half
    if sides in ("valid", (0,) * 4):
        return {}
    if sides == half:
        return {"padding": "same"}
    return {"padding": padding}


def _linear(row: Row, read: Shape) -> tuple[Fields, Remarks]:  # noqa: ARG001
    return {"out": _out(row)}, []


def _embedding(row: Row, read: Shape) -> tuple[Fields, Remarks]:  # noqa: ARG001
    if row.c_in is None:
        raise TooLittleError("the table leaves its entries empty")
    return {"entries": row.c_in, "out": _out(row)}, []


def _quantize(row: Row, read: Shape) -> tuple[Fields, Remarks]:  # noqa: ARG001
    return {"to": "float32"}, []  # replaced when widths are known


def _pool(row: Row, read: Shape) -> tuple[Fields, Remarks]:  # noqa: ARG001
    if row.kernel is None:
        raise TooLittleError("the table states no window")
    remarks: Remarks = []
    fields: Fields = {"kernel": _window(row.kernel)}
    if row.stride is not None and (row.stride, row.stride) != row.kernel:
        fields["stride"] = row.stride
    return fields | _padding(row.padding or 0, row.kernel, remarks), remarks


def _out(row: Row) -> int:
    if row.c_out is None:
        raise TooLittleError("the table leaves its output channels empty")
    return row.c_out


def _window(kernel: tuple[int, int]) -> int | tuple[int, int]:
    return kernel[0] if kernel[0] == kernel[1] else kernel


_FIELDS: dict[str, Callable[[Row, Shape], tuple[Fields, Remarks]]] = {
    "conv2d": _conv,
    "linear": _linear,
    "embedding": _embedding,
    "quantize": _quantize,
    **dict.fromkeys(POOLS, _pool),
}
