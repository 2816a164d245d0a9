"""What layers store, from the counts of a table: weights, biases, further values."""

import math
import re
from fractions import Fraction
from typing import Any

from micronet_spec.init.line import Layer, number
from micronet_spec.init.numbers import Formats

_KEYS = re.compile(r"[A-Za-z0-9_./:$-]+")
_LONGEST_KEY = 200
_LONGEST_RATIO = 15


def store_weights(layer: Layer, size: int, outputs: int, formats: Formats, *, masks: bool) -> None:
    """Write the weights and bias of a contraction of `size` weights; `masks`: others are sparse."""
    row = layer.row
    weight, bias = _keys(layer)
    biased = row.has_bias
    if row.weight_bits is not None and row.weight_bits < 1:
        layer.todo(f"weights of {number(row.weight_bits)} bits: declare a codebook")
    elif name := formats.weight(row.weight_bits):
        weight["format"] = name
    weight |= _nonzeros(layer, size, outputs if biased else 0, masks=masks)
    if weight:
        layer.fields["weight"] = weight
    if biased:
        if width := formats.addition(row.add_bits):
            bias["accumulator"] = width
        layer.fields["bias"] = bias
        remark = row.bias[1] if row.bias else ""
        if remark:
            layer.say(f"bias: {remark}")


def store_factors(layer: Layer, formats: Formats) -> None:
    """Write the factors and shifts of a scale, or of a batch norm that is kept."""
    row, channels = layer.row, layer.shape[0]
    weight, bias = _keys(layer)
    scale = layer.op == "scale"
    if scale and (row.weight_count, row.nnz_weights, row.weight_bits) == (None, None, None):
        layer.fields["per"] = "constant"
        layer.todo("a constant, or a product with another layer: the table stores nothing here")
        return
    if name := formats.parameter(row.weight_bits):
        weight["format"] = bias["format"] = name
    if width := formats.addition(row.add_bits):
        bias["accumulator"] = width
    if weight:
        layer.fields["weight"] = weight
    biased = row.has_bias or not scale
    if biased and (scale or bias):
        layer.fields["bias"] = bias
    values = channels * (1 + biased)
    if scale and row.weight_count == 1 and not biased and channels > 1:
        layer.fields["per"] = "tensor"
    elif row.weight_count is None:
        layer.todo(f"stored values: the table does not say; {values} are counted")
    elif scale and row.weight_count > values:
        store_extra(layer, row.weight_count - values, formats)
    elif row.weight_count != values:
        layer.todo(f"the table counts {row.weight_count} stored values, this layer {values}")


def store_extra(layer: Layer, count: int, formats: Formats) -> None:
    """Write further values that the table counts and the op does not explain."""
    extra: dict[str, Any] = {"what": "TODO values that the table counts", "count": count}
    if name := formats.parameter(layer.row.weight_bits):
        extra["format"] = name
    layer.fields["stored"] = [extra]
    layer.todo(f"further values in the table, {count}: what are they?")


def _nonzeros(layer: Layer, size: int, biases: int, *, masks: bool) -> dict[str, Any]:
    """Return storage form and nonzeros of `size` weights, without `biases` counted among them."""
    count, nonzero = layer.row.weight_count, layer.row.nnz_weights
    if biases and count == size + biases:
        return _without_biases(layer, size, biases, masks=masks)
    if count not in {None, size}:
        what = "biases only: `same_as` another layer?" if count == biases else f"{count} weights"
        layer.todo(f"the table counts {what}, the shape has {size}")
        dense = nonzero == count != biases
        return {} if dense else _unknown(layer, masks=masks)
    if nonzero is None or nonzero > size:
        if nonzero:
            layer.todo(f"the table counts {number(nonzero)} nonzeros of {size} weights")
        return _unknown(layer, masks=masks)
    return _sparse(layer, size, nonzero)


def _sparse(layer: Layer, size: int, nonzero: Fraction) -> dict[str, Any]:
    """Return storage form and nonzeros where the table counts them and nothing else."""
    if nonzero == size:
        return {}
    if nonzero.denominator == 1:
        return {"store": "mask", "nonzero": int(nonzero)}
    layer.todo(f"nonzeros: the table says {number(nonzero)}, the share of a nominal sparsity")
    return {"store": "mask", "nonzero": _share(layer, 1 - nonzero / size, nonzero)}


def _without_biases(layer: Layer, size: int, biases: int, *, masks: bool) -> dict[str, Any]:
    """Take the biases out of the nonzeros where the multiplications prove how many they are."""
    row, nonzero = layer.row, layer.row.nnz_weights
    if nonzero is None:
        layer.say("the table counts the biases among the weights")
        return _unknown(layer, masks=masks)
    if nonzero >= size + biases:
        layer.say("the table counts the biases among the weights")
        return {}
    proven = nonzero - biases
    if row.mults is not None and row.mults == proven * math.prod(layer.shape[1:]) and proven >= 0:
        layer.say(f"{number(nonzero)} nonzeros in the table, {biases} biases among them")
        return {"store": "mask", "nonzero": int(proven)} if proven != size else {}
    layer.unknown += 1
    layer.todo(f"{number(nonzero)} nonzeros in the table, with those of {biases} biases among them")
    low, high = max(0, math.floor(nonzero) - biases), min(size, math.ceil(nonzero))
    return {"store": "mask", "nonzero": {"at_least": low, "at_most": high}}


def _share(layer: Layer, zeros: Fraction, nonzero: Fraction) -> dict[str, Any]:
    layer.unknown += 1
    if max(len(str(zeros.numerator)), len(str(zeros.denominator))) <= _LONGEST_RATIO:
        return {"sparsity": f"{zeros.numerator}/{zeros.denominator}"}
    return {"at_least": math.floor(nonzero), "at_most": math.ceil(nonzero)}


def _unknown(layer: Layer, *, masks: bool) -> dict[str, Any]:
    if not masks:
        layer.say("zeros: the table does not say")
        return {}
    layer.unknown += 1
    return {"store": "mask", "nonzero": "unknown"}


_PARTS = {"weight", "mask", "bias"}
"""Of a module, as tables join them with a plus; the mask is that of the weight."""


def _keys(layer: Layer) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return weight and bias with their keys in the checkpoint, as far as they are plain keys."""
    keys = _spelled_out(layer.row.checkpoint_key)
    plain = all(_KEYS.fullmatch(key) and len(key) <= _LONGEST_KEY for key in keys)
    if plain and len(keys) == 1:
        return {"tensor": keys[0]}, {}
    if plain and len(keys) == 2 and layer.row.has_bias and "bias" in keys[1]:  # noqa: PLR2004
        return {"tensor": keys[0]}, {"tensor": keys[1]}
    if keys:
        layer.say(f"checkpoint: {' '.join(keys)}")
    return {}, {}


def _spelled_out(text: str) -> list[str]:
    """Return the keys of a cell; `conv.weight+mask+bias` are those of one module."""
    module, dot, parts = text.rpartition(".")
    names = parts.split("+")
    if dot and len(names) > 1 and names[0] == "weight" and set(names) <= _PARTS:
        return [f"{module}.{name}" for name in ("weight", "bias") if name in names]
    return text.split()
