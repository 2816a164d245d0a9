"""Layers of language models, on-line: one token at a time (M8). State is not stored (S1)."""

from typing import Literal

from micronet_spec.manifest.layers.base import LayerBase
from micronet_spec.manifest.tensors import Bias, DenseTensor, Tensor
from micronet_spec.manifest.types import Accumulator, Size


class AttentionScores(LayerBase):
    """Products of a query with the key of every position, for each head.

    The keys are state, or with `weight` a stored table of positions that all heads share. A second
    input is the newest key, where a layer of its own computes it.
    """

    op: Literal["attention_scores"]
    heads: Size
    """Equal parts of the query."""
    positions: Size
    """Keys that the query meets, its own included."""
    weight: Tensor | None = None
    """A stored table of `positions` x head size in place of keys in a cache."""
    accumulator: Accumulator | None = None
    """Width of the additions of the dot products; default: `numerics.defaults` (R3)."""


class AttentionValues(LayerBase):
    """The mean of the values of all positions, weighted by probabilities, for each head.

    The values are state. A second input is the newest value, where a layer of its own computes it.
    """

    op: Literal["attention_values"]
    heads: Size
    """Equal parts of the probabilities."""
    positions: Size
    """Values that are averaged."""
    out: Size
    """Features of all heads together."""
    accumulator: Accumulator | None = None
    """Width of the additions of the dot products; default: `numerics.defaults` (R3)."""


class Recurrent(LayerBase):
    """An LSTM or GRU cell: gates from input and hidden state, then element by element."""

    op: Literal["lstm", "gru"]
    units: Size
    """Hidden units."""
    weight: Tensor = DenseTensor()
    """Weights of the gates from the input, (gates x units) x input values."""
    recurrent: Tensor = DenseTensor()
    """Weights of the gates from the hidden state, (gates x units) x units."""
    bias: Bias | None = None
    """One value per gate and unit."""
    accumulator: Accumulator | None = None
    """Width of the additions of the dot products; default: `numerics.defaults` (R3)."""

    @property
    def gates(self) -> int:
        """Gates, each with weights of its own."""
        return 4 if self.op == "lstm" else 3


class Qrnn(LayerBase):
    """A quasi-recurrent cell: gates from a window of the last inputs, then pooling (fo)."""

    op: Literal["qrnn"]
    units: Size
    """Hidden units."""
    window: Size = 1
    """Inputs that the gates see, the present one included."""
    weight: Tensor = DenseTensor()
    """Weights of the gates, (3 x units) x (window x input values)."""
    bias: Bias | None = None
    """One value per gate and unit."""
    accumulator: Accumulator | None = None
    """Width of the additions of the dot products; default: `numerics.defaults` (R3)."""

    @property
    def gates(self) -> int:
        """Gates, each with weights of its own."""
        return 3
