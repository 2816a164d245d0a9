"""What a layer says beyond its shape and weights: widths, formats, folds, conversions."""

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from micronet_spec.init.line import Layer
from micronet_spec.init.numbers import Formats
from micronet_spec.init.ops import (
    ACTIVATIONS,
    AFFINE,
    CONTRACTIONS,
    GLOBAL_POOLS,
    POOLS,
)
from micronet_spec.init.table import Row
from micronet_spec.init.tensors import store_extra, store_factors

_PREFIX = re.compile(r"([A-Za-z0-9_./-]{1,200}?)\.weight\b")
_SUMS = ACTIVATIONS | POOLS | GLOBAL_POOLS | {"add", "softmax"}
_WRITES_WHAT_IT_READS = {"concat", "permute", "batch_norm"}


@dataclass(frozen=True, slots=True)
class AfterLast:
    """Where a layer stands: what comes before and after it, and the widths written so far."""

    last: Layer | None
    after: Row | None
    written: dict[str, Fraction]


def detail(layer: Layer, formats: Formats, place: AfterLast) -> None:
    """Write the remaining fields of a layer whose shape is known."""
    row, op = layer.row, layer.op
    read = _reads(layer, formats, place)
    wrote = read if op in _WRITES_WHAT_IT_READS else formats.activation_bits
    if op == "quantize":
        wrote = _quantize(layer, formats, place.after)
    elif op in CONTRACTIONS - {"embedding"}:
        if width := formats.accumulator(row.add_bits):
            layer.fields["accumulator"] = width
    elif op in _SUMS and row.adds != 0 and (width := formats.addition(row.add_bits)):
        layer.fields["accumulator"] = width
    if op in AFFINE and not _fold(layer, place.last):
        store_factors(layer, formats)
    elif op == "permute":
        _permute(layer, formats)
    elif op not in CONTRACTIONS | AFFINE and _stored(row):
        store_extra(layer, _stored(row), formats)
    place.written[layer.name] = wrote


def _reads(layer: Layer, formats: Formats, place: AfterLast) -> Fraction:
    """Say in which format a layer reads, if its producers write another; return the width."""
    usual, reads = formats.activation_bits, layer.wire.reads
    written = [place.written.get(name, usual) for name in reads]
    if layer.wire.stated or not reads:
        written.append(usual)
    bits = layer.row.act_bits
    if bits is None or bits < 1 or bits == max(written) or layer.op == "embedding":
        return max(written)
    layer.fields["reads"] = formats.activation(bits)
    return bits


def _quantize(layer: Layer, formats: Formats, after: Row | None) -> Fraction:
    """Write the format that a quantizer writes, and what it computes; return the width."""
    row = layer.row
    named = formats.codes(row.activation) or formats.codes(row.op)
    bits = (after and after.act_bits) or row.act_bits or formats.activation_bits
    if not named:
        layer.todo("the format it writes: taken from the widths in the table")
        named = formats.activation(bits), bits
    layer.fields["to"] = named[0]
    elements = math.prod(layer.shape)
    counts = {"multiply": row.mults or Fraction(), "add": row.adds or Fraction()}
    each = {kind: count / elements for kind, count in counts.items() if count}
    if any(count.denominator > 1 for count in each.values()):
        layer.todo("its operations are no whole number per element")
    elif each:
        layer.fields["per_element"] = {kind: int(count) for kind, count in each.items()}
    return named[1]


def _fold(layer: Layer, last: Layer | None) -> bool:
    """Fold a batch norm that the table counts as additions, and no product.

    The additions are one per element, or one per channel: some tables forget the positions.
    """
    row = layer.row
    folded = (
        layer.op == "batch_norm"
        and last is not None
        and last.op in {"conv2d", "linear"}
        and layer.wire.reads == (last.name,)
        and row.mults == 0
        and row.adds in {math.prod(layer.shape), layer.shape[0]}
    )
    if folded and last is not None:
        layer.fields.pop("reads", None)
        prefix = _PREFIX.match(row.checkpoint_key)
        tensors = {"tensors": prefix[1]} if prefix else {}
        layer.fields["fold"] = {"into": last.name} | tensors
        layer.say("folded: the table counts no product")
    return folded


def _permute(layer: Layer, formats: Formats) -> None:
    row, channels = layer.row, layer.shape[0]
    if name := formats.weight(row.weight_bits):
        layer.fields["weight"] = {"format": name}
    if row.weight_count not in {None, channels, channels**2}:
        layer.todo(f"the table counts {row.weight_count} values of the permutation")


def _stored(row: Row) -> int:
    """Return the values that a row stores; those of sparse values that are not zero."""
    return int(row.weight_count if row.weight_count is not None else row.nnz_weights or 0)
