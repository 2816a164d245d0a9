"""Rows that no op of the language says: their own counts, written out."""

from fractions import Fraction
from typing import Any

from micronet_spec.graph import Shape
from micronet_spec.init.line import TODO, Layer, number
from micronet_spec.init.numbers import Formats
from micronet_spec.init.ops import CONTRACTIONS, CUSTOM, op_of
from micronet_spec.init.table import Row
from micronet_spec.init.wires import Wire, Wires


def written_out(row: Row, name: str, why: str, wires: Wires, formats: Formats) -> Layer:
    """Return a row as a `custom` layer with the items that the table counts."""
    shape = _shape(row, wires)
    layer = Layer(row, name, CUSTOM, _wire(row, wires), shape)
    layer.fields["output"] = shape
    layer.fields["reason"] = f"{TODO}: {why}"
    operations = _operations(row, formats)
    if operations:
        layer.fields["operations"] = operations
    elif row.mults is None and row.adds is None:
        layer.todo("its operations: the table does not count them")
    stored = _stored(layer, formats)
    if stored:
        layer.fields["stored"] = stored
    return layer


def multiply_bits(row: Row, formats: Formats) -> Fraction:
    """Return the width of a row's products: the larger of what it reads (M3), or a sign (M5)."""
    if row.weight_bits == 1:
        return Fraction(1)
    known = [bits for bits in (row.weight_bits, row.act_bits) if bits is not None]
    return max((*known, Fraction(1))) if known else formats.unit_bits


def add_bits(row: Row, formats: Formats) -> Fraction:
    """Return the width of a row's additions."""
    return max(row.add_bits or formats.addition_bits, Fraction(1))


def _operations(row: Row, formats: Formats) -> list[dict[str, Any]]:
    counted = (
        ("multiply", row.mults, multiply_bits(row, formats)),
        ("add", row.adds, add_bits(row, formats)),
    )
    return [
        {"kind": kind, "count": number(count), "bits": number(bits)}
        for kind, count, bits in counted
        if count
    ]


def _stored(layer: Layer, formats: Formats) -> list[dict[str, Any]]:
    """Return stored values; unknown for weights whose count nobody published."""
    row = layer.row
    nonzero = row.nnz_weights if row.nnz_weights is not None else row.weight_count
    weights: dict[str, Any] = {"what": "weights"}
    if name := formats.weight(row.weight_bits):
        weights["format"] = name
    if nonzero is None:
        if op_of(row) not in CONTRACTIONS:
            return []
        layer.unknown += 1
        return [weights | {"count": "unknown"}]
    if not nonzero:
        return []
    values = [weights | {"count": -int(-nonzero // 1)}]
    if row.weight_count is not None and nonzero < row.weight_count:
        values.append({"what": "mask", "count": row.weight_count, "format": formats.mask()})
    return values


def _shape(row: Row, wires: Wires) -> Shape:
    """Return the output: the channels of the table, at the positions that the stride leaves."""
    channels = row.c_out or row.c_in or 1
    size = row.size if row.size is not None else wires.last_shape[1:]
    if op_of(row) == "linear" or not size:
        return (channels,)
    stride = row.stride or 1
    return (channels, *(-(-side // stride) for side in size))


def _wire(row: Row, wires: Wires) -> Wire:
    """Read the layer before where the table leaves the channels empty, or where shapes chain."""
    if row.c_in is None:
        return Wire(None, (wires.last_shape,), (wires.last,) if wires.last else ())
    size = row.size if row.size is not None else wires.last_shape[1:]
    [wire, *_] = wires.one((row.c_in, *size))
    return wire
