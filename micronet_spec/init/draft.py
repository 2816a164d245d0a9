"""Rows to layers, each checked by the models and the shapes of the language as it is drafted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction  # noqa: TC003 - a variable has the type
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from micronet_spec.challenge.challenge import Challenge
from micronet_spec.graph import Shape, ShapeError, output_shape, weight_shape
from micronet_spec.init.custom import written_out
from micronet_spec.init.detail import AfterLast, detail
from micronet_spec.init.geometry import TooLittleError, geometry, wanted_shape
from micronet_spec.init.line import Layer
from micronet_spec.init.names import Names, legal
from micronet_spec.init.numbers import Formats
from micronet_spec.init.ops import (
    ACTIVATIONS,
    CONTRACTIONS,
    CUSTOM,
    POOLS,
    is_nothing,
    op_of,
    op_of_word,
    why_not_drafted,
)
from micronet_spec.init.table import Row
from micronet_spec.init.tensors import store_weights
from micronet_spec.init.wires import Wire, Wires, bare
from micronet_spec.manifest.layers import Conv2d, Embedding, Linear
from micronet_spec.manifest.layers import Layer as AnyLayer

_NO_ACTIVATION = ("", "none", "linear", "identity")
"""What tables write where a convolution has no activation."""


@dataclass(frozen=True)
class Draft:
    """Layers, formats, and the shape of the model's input."""

    input_shape: Shape
    layers: tuple[Layer, ...]
    formats: Formats
    assumed_input: bool
    """Whether the table does not state the size of the input."""
    left_out: int = 0
    """How many rows are no step of inference that anybody counts."""

    @property
    def stated(self) -> int:
        """How many layers read a shape that is stated, not derived."""
        return sum(layer.wire.stated for layer in self.layers)

    @property
    def unknown(self) -> int:
        """How many counts are left open."""
        return sum(layer.unknown for layer in self.layers)

    @property
    def written_out(self) -> int:
        """How many layers are no op of the language."""
        return sum(layer.op == CUSTOM for layer in self.layers)


def draft(rows: Sequence[Row], challenge: Challenge, size: Shape = ()) -> Draft:
    """Draft the layers of `rows`; images whose size the table does not state have `size`."""
    steps = [row for row in rows if not is_nothing(row)] or rows
    left_out, rows = len(rows) - len(steps), steps
    first = rows[0]
    assumed = first.size is None and op_of(first) in {"conv2d", *POOLS} and bool(size)
    if assumed:
        first = replace(first, input_h=size[0], input_w=size[-1])
        rows = [first, *rows[1:]]
    drafter = _Drafter(rows, Formats(rows, challenge))
    shape, layers = drafter.wires.input_shape, tuple(drafter.run())
    return Draft(shape, layers, drafter.formats, assumed, left_out)


class _Drafter:
    def __init__(self, rows: Sequence[Row], formats: Formats) -> None:
        self.rows = rows
        self.formats = formats
        self.ops = [op_of(row) for row in rows]
        self.names = Names({row.name for row in rows if legal(row.name) == row.name})
        self.wires = Wires(input_shape(rows[0]))
        self.written: dict[str, Fraction] = {}
        self.last: Layer | None = None
        self.masks = any(
            row.nnz_weights is not None and row.nnz_weights < (row.weight_count or 0)
            for row, op in zip(rows, self.ops, strict=True)
            if op in CONTRACTIONS
        )

    def run(self) -> Iterator[Layer]:
        for index, row in enumerate(self.rows):
            after = self.rows[index + 1] if index + 1 < len(self.rows) else None
            layer = self.layer(row, self.ops[index], after)
            self.keep(layer)
            yield layer
            activation = self.activation(layer, after)
            if activation:
                self.keep(activation)
                yield activation

    def layer(self, row: Row, op: str, after: Row | None) -> Layer:
        """Return the first way to say a row that the language takes."""
        name = self.names.give(row.name)
        called = f"{row.op}, {row.activation}" if row.activation else row.op
        why = f"the table calls it {called}, {why_not_drafted(row)}"
        try:
            op = self.gated(row, op)
            wires = list(self.candidates(row, op)) if op != CUSTOM else []
        except TooLittleError as error:
            wires, why = [], str(error)
        for wire in wires:
            try:
                layer = self.attempt(row, op, name, wire)
                detail(layer, self.formats, AfterLast(self.last, after, self.written))
                self.remark(layer)
                check(layer)
            except (TooLittleError, ShapeError, ValidationError) as error:
                why = _reason(error)
                continue
            return layer
        layer = written_out(row, name, why, self.wires, self.formats)
        self.remark(layer)
        return layer

    def gated(self, row: Row, op: str) -> str:
        """Return `mul` for a scale that stores nothing and follows a value for each channel."""
        if op != "scale" or row.weight_count or row.nnz_weights or not self.wires.last:
            return op
        gate = self.wires.last_shape
        wanted = wanted_shape(row, op, gate)
        return "mul" if bare(gate) == wanted[:1] != bare(wanted) else op

    def candidates(self, row: Row, op: str) -> Iterator[Wire]:
        wanted = wanted_shape(row, op, self.wires.last_shape)
        if op in {"add", "mul"}:
            return self.wires.equal(wanted, gate=op == "mul")
        if op == "concat":
            return self.wires.stacked(wanted)
        return self.wires.one(wanted, flat=op == "linear")

    def attempt(self, row: Row, op: str, name: str, wire: Wire) -> Layer:
        """Return a layer with its shape and weights. Raises what the language says against it."""
        fields, remarks = geometry(row, op, wire.shapes)
        layer = Layer(row, name, op, wire, (), fields, remarks)
        model = check(layer)
        layer.shape = output_shape(model, list(wire.shapes))
        if isinstance(model, Conv2d | Linear | Embedding):
            rows, columns = weight_shape(model, list(wire.shapes))
            store_weights(layer, rows * columns, rows, self.formats, masks=self.masks)
        return layer

    def remark(self, layer: Layer) -> None:
        row = layer.row
        if row.c_out is not None and layer.shape[0] != row.c_out:
            layer.todo(f"the table says {row.c_out} channels out")
        if layer.name != row.name:
            layer.comments.insert(0, f'"{row.name}" in the table')

    def activation(self, layer: Layer, after: Row | None) -> Layer | None:
        """Return the activation that a row of weights names, if it has no row of its own."""
        named = layer.row.activation
        if layer.op not in CONTRACTIONS or named.lower().startswith(_NO_ACTIVATION[1:]):
            return None
        op = op_of_word(named)
        if op is None or op not in ACTIVATIONS:
            if named:
                layer.todo(f"activation {named}: not drafted")
            return None
        if after is not None and op_of(after) == op:
            return None
        [wire, *_] = self.wires.one(layer.shape)
        name = self.names.give(f"{layer.name}.{op}")
        added = Layer(layer.row, name, op, wire, layer.shape, added=True)
        added.say("named in the row before")
        return added

    def keep(self, layer: Layer) -> None:
        self.wires.write(layer.name, layer.shape, layer.wire)
        self.last = layer


def check(layer: Layer) -> AnyLayer:
    """Return the layer as the language understands it. Raises `ValidationError`."""
    model: AnyLayer = _adapter().validate_python(layer.manifest())
    return model


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(AnyLayer)


def input_shape(row: Row) -> Shape:
    """Return the shape that the first row of a table reads."""
    try:
        return wanted_shape(row, op_of(row), (0,))
    except TooLittleError:
        return (row.c_in or row.c_out or 1, *(row.size or ()))


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{first['loc'][-1]}: {first['msg']}"
    return str(error)
