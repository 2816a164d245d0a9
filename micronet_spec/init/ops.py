"""Words of tables to ops of the language."""

import re
from functools import lru_cache
from typing import get_args

from micronet_spec.init.table import Row
from micronet_spec.manifest.layers import Activation

CONTRACTIONS = frozenset({"conv2d", "linear", "embedding"})
POOLS = frozenset({"avg_pool", "max_pool"})
GLOBAL_POOLS = frozenset({"global_avg_pool", "global_max_pool"})
AFFINE = frozenset({"scale", "batch_norm"})
ACTIVATIONS = frozenset(get_args(Activation.model_fields["op"].annotation))
JOINS = frozenset({"add", "mul", "concat"})
CUSTOM = "custom"
"""What has no op of the language, or says too little to be one."""

_PLAIN = CONTRACTIONS | POOLS | GLOBAL_POOLS | AFFINE | ACTIVATIONS | JOINS
_SAME_WORD = {word: word for word in _PLAIN | {"softmax", "quantize", "permute", "layer_norm"}}
_WORDS = _SAME_WORD | {
    "depthwise_conv2d": "conv2d",
    "depthwiseconv2d": "conv2d",
    "conv": "conv2d",
    "dense": "linear",
    "fc": "linear",
    "fully_connected": "linear",
    "batchnorm": "batch_norm",
    "batch_normalization": "batch_norm",
    "bn": "batch_norm",
    "layernorm": "layer_norm",
    "shuffle": "permute",
    "channel_shuffle": "permute",
    "hard_sigmoid": "hsigmoid",
    "hard_swish": "hswish",
    "hardsigmoid": "hsigmoid",
    "hardswish": "hswish",
    "silu": "swish",
    "residual_add": "add",
    "multiply": "mul",
    "concatenate": "concat",
    "average_pool": "avg_pool",
    "maxpool": "max_pool",
    "avgpool": "avg_pool",
    "global_average_pool": "global_avg_pool",
}
_QUANTIZERS = re.compile(r"(round_clamp|quant|fake_quant)(ize)?([_-].*)?")
_SPLIT = re.compile(r"[\s-]+")


def op_of(row: Row) -> str:
    """Return the op of the language that a row means, or `custom`.

    An `other` means what its activation names, or the last word of its own name.
    """
    words = [row.op]
    if _word(row.op) == "other":
        words += [row.activation or row.name.partition("(")[0].strip().rpartition(" ")[2]]
    known = next((op for word in words if (op := op_of_word(word))), CUSTOM)
    return f"global_{known}" if known in POOLS and _covers_all(row) else known


def _covers_all(row: Row) -> bool:
    """Tell whether the window of a pool is the whole image."""
    return row.kernel is not None and row.kernel == row.size and not row.padding


def op_of_word(text: str) -> str | None:
    """Return the op that a word of a table names, if it names one."""
    word = _word(text)
    if word in _WORDS:
        return _WORDS[word]
    return "quantize" if _QUANTIZERS.fullmatch(word) else None


def is_depthwise(row: Row) -> bool:
    """Tell whether a row calls its convolution depthwise."""
    return _word(row.op).startswith("depthwise")


@lru_cache(maxsize=1024)
def _word(text: str) -> str:
    return _SPLIT.sub("_", text.strip().lower())
