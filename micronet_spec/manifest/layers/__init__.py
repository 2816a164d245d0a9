"""The layers of the language: one file a family, one model an op."""

from typing import Annotated, get_args

from micronet_spec.manifest.layers.base import LayerBase, Shape
from micronet_spec.manifest.layers.contraction import Conv2d, Embedding, Linear, Padding
from micronet_spec.manifest.layers.custom import Custom
from micronet_spec.manifest.layers.elementwise import (
    Activation,
    Add,
    Multiply,
    Quantize,
    Reduce,
    Scale,
    Softmax,
)
from micronet_spec.manifest.layers.movement import (
    Concat,
    Pad,
    Permute,
    Repeat,
    Reshape,
    Select,
    Slice,
    Upsample,
)
from micronet_spec.manifest.layers.normalization import BatchNorm, LayerNorm
from micronet_spec.manifest.layers.pooling import GlobalPool, Pool, WindowSum
from micronet_spec.manifest.layers.sequence import (
    AttentionScores,
    AttentionValues,
    Qrnn,
    Recurrent,
)
from micronet_spec.manifest.types import ByField

Layer = Annotated[
    Conv2d
    | Linear
    | Embedding
    | BatchNorm
    | LayerNorm
    | Scale
    | Quantize
    | Activation
    | Multiply
    | Add
    | Softmax
    | Reduce
    | Pool
    | GlobalPool
    | WindowSum
    | Concat
    | Select
    | Slice
    | Reshape
    | Pad
    | Repeat
    | Upsample
    | Permute
    | AttentionScores
    | AttentionValues
    | Recurrent
    | Qrnn
    | Custom,
    ByField("op"),
]

OPS: frozenset[str] = frozenset(
    op
    for model in get_args(get_args(Layer)[0])
    for op in get_args(model.model_fields["op"].annotation)
)
"""The words of all ops of the language."""

__all__ = [
    "OPS",
    "Activation",
    "Add",
    "AttentionScores",
    "AttentionValues",
    "BatchNorm",
    "Concat",
    "Conv2d",
    "Custom",
    "Embedding",
    "GlobalPool",
    "Layer",
    "LayerBase",
    "LayerNorm",
    "Linear",
    "Multiply",
    "Pad",
    "Padding",
    "Permute",
    "Pool",
    "Qrnn",
    "Quantize",
    "Recurrent",
    "Reduce",
    "Repeat",
    "Reshape",
    "Scale",
    "Select",
    "Shape",
    "Slice",
    "Softmax",
    "Upsample",
    "WindowSum",
]
