"""Words of tables to ops of the language."""

import re
from typing import get_args

from micronet_spec.init.table import Row
from micronet_spec.manifest.layers import OPS, Activation
from micronet_spec.manifest.op_names import plain, same_op, why_nothing

CONTRACTIONS = frozenset({"conv2d", "linear", "embedding"})
POOLS = frozenset({"avg_pool", "max_pool"})
GLOBAL_POOLS = frozenset({"global_avg_pool", "global_max_pool"})
AFFINE = frozenset({"scale", "batch_norm"})
ACTIVATIONS = frozenset(get_args(Activation.model_fields["op"].annotation))
JOINS = frozenset({"add", "mul", "concat"})
CUSTOM = "custom"
"""What has no op of the language, or says too little to be one."""

_PLAIN = CONTRACTIONS | POOLS | GLOBAL_POOLS | AFFINE | ACTIVATIONS | JOINS
_OPS = _PLAIN | {"softmax", "quantize", "permute", "layer_norm"}
_DEPTHWISE = re.compile(r"depthwise(_?conv(2d)?)?")
_QUANTIZERS = re.compile(r"(round_clamp|quant|fake_quant)(ize)?([_-].*)?")


def op_of(row: Row) -> str:
    """Return the op of the language that a row means, or `custom`.

    An `other` means what its activation names, or the last word of its own name.
    """
    words = [row.op]
    if plain(row.op) == "other":
        words += [row.activation or row.name.partition("(")[0].strip().rpartition(" ")[2]]
    known = next((op for word in words if (op := op_of_word(word))), CUSTOM)
    return f"global_{known}" if known in POOLS and _covers_all(row) else known


def _covers_all(row: Row) -> bool:
    """Tell whether the window of a pool is the whole image."""
    return row.kernel is not None and row.kernel == row.size and not row.padding


def op_of_word(text: str) -> str | None:
    """Return the op that a word of a table names, if it names one."""
    word = plain(text)
    op = word if word in _OPS else same_op(word)
    if op in _OPS:
        return op
    if _DEPTHWISE.fullmatch(word):
        return "conv2d"
    return "quantize" if _QUANTIZERS.fullmatch(word) else None


def why_not_drafted(row: Row) -> str:
    """Return why a row has no op: a table does not say enough for it, or it is no op at all."""
    if plain(row.op) in OPS:
        return "for which a table does not say enough"
    return "which is no op of the language"


def is_nothing(row: Row) -> bool:
    """Tell whether a row is no step of inference, such as a dropout, and counts nothing."""
    counted = row.weight_count or row.nnz_weights or row.mults or row.adds
    return not counted and why_nothing(row.op) is not None


def is_depthwise(row: Row) -> bool:
    """Tell whether a row calls its convolution depthwise."""
    return plain(row.op).startswith("depthwise")
