"""Counts of nonzeros in a network: of which tensors, and within which bounds (S2)."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from micronet_spec.graph import Graph, Node, weight_shape
from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.layers.custom import Operation
from micronet_spec.manifest.tensors import (
    Amount,
    Between,
    Bias,
    BlockMaskedTensor,
    MaskedTensor,
    Nominal,
    Nonzeros,
    PerChannel,
    TwoMaskTensor,
)
from micronet_spec.score.storage import kept_values, mask_bits

Bounds = tuple[int, int]
Field = tuple[str, str]
"""A tensor of a layer, and which of its counts."""
_UNKNOWN = "unknown"
_MATRIX = (ops.Conv2d, ops.Linear, ops.Embedding)
_SPARSE = (*_MATRIX, ops.AttentionScores, ops.Recurrent, ops.Qrnn)


@dataclass(frozen=True, slots=True)
class SparseCount:
    """A count of nonzeros, or of kept blocks: where it stands, and how large it can be."""

    index: int
    field: Field
    amount: Nonzeros | Amount
    size: int
    """Values, or blocks, of the tensor."""
    rows: int
    columns: int

    @property
    def bounds(self) -> Bounds | None:
        """The least and the most it can be, if it is not known."""
        if self.amount == _UNKNOWN:
            return 0, self.size
        if isinstance(self.amount, Between):
            most = self.size if self.amount.at_most is None else min(self.amount.at_most, self.size)
            return min(self.amount.at_least, most), most
        return None

    @property
    def ends(self) -> Bounds:
        """The least and the most it can be; the same if it is known."""
        if isinstance(self.amount, Nominal):
            share = self.size * (1 - self.amount.sparsity)
            return math.floor(share), math.ceil(share)
        return self.bounds or (_sum(self.amount),) * 2


def sparse_counts(node: Node) -> Iterator[SparseCount]:
    """Yield every count of nonzeros of a layer: of its weights first, then of its bias."""
    channels = node.shape[0]
    for name, rows, columns in tensor_shapes(node):
        channels = rows
        tensor = getattr(node.layer, name)
        amounts: dict[str, tuple[Nonzeros | Amount | None, int]] = {}
        if isinstance(tensor, MaskedTensor):
            amounts = {"nonzero": (tensor.nonzero, rows * columns)}
        elif isinstance(tensor, TwoMaskTensor):
            signs = {"positive": tensor.positive, "negative": tensor.negative}
            amounts = {sign: (amount, rows * columns) for sign, amount in signs.items()}
        elif isinstance(tensor, BlockMaskedTensor):
            blocks = mask_bits((rows, columns), tensor.block)
            amounts = {
                "blocks": (tensor.blocks, blocks),
                "weights": (tensor.weights, rows * columns),
            }
        for key, (amount, size) in amounts.items():
            if amount is not None:
                yield SparseCount(node.index, (name, key), amount, size, rows, columns)
    bias = vars(node.layer).get("bias")
    if isinstance(bias, Bias) and bias.nonzero is not None:
        yield SparseCount(node.index, ("bias", "nonzero"), bias.nonzero, channels, channels, 1)


def weight_counts(node: Node) -> list[SparseCount]:
    """Return the counts that decide which channels of a layer have weights."""
    counts = [it for it in sparse_counts(node) if it.field[0] != "bias"]
    stated = {it.field[0] for it in counts if it.field[1] == "weights"}
    return [it for it in counts if it.field[1] != "blocks" or it.field[0] not in stated]


def tensor_shapes(node: Node) -> Iterator[tuple[str, int, int]]:
    """Yield name, rows and columns of every weight tensor of a layer that may be sparse."""
    layer = node.layer
    if not isinstance(layer, _SPARSE):
        return
    inputs = list(node.input_shapes)
    if isinstance(layer, _MATRIX):
        yield "weight", *weight_shape(layer, inputs)
    elif isinstance(layer, ops.AttentionScores) and layer.weight:
        yield "weight", layer.positions, math.prod(inputs[0]) // layer.heads
    elif isinstance(layer, ops.Recurrent):
        rows = layer.gates * layer.units
        yield "weight", rows, math.prod(inputs[0])
        yield "recurrent", rows, layer.units
    elif isinstance(layer, ops.Qrnn):
        yield "weight", layer.gates * layer.units, layer.window * math.prod(inputs[0])


def weight_nonzeros(node: Node) -> Bounds:
    """Return the least and the most nonzero weights that a layer can have.

    Of a tensor that is stored dense, or whose kept blocks are, nobody says how many values are
    zero.
    """
    low = high = 0
    counts = list(sparse_counts(node))
    for name, rows, columns in tensor_shapes(node):
        own = {it.field[1]: it for it in counts if it.field[0] == name}
        least, most = 0, rows * columns
        if "blocks" in own:
            least, most = own["blocks"].ends
            tensor = getattr(node.layer, name)
            most = kept_values(tensor, (rows, columns), most, most=True)
            if "weights" in own:
                most = own["weights"].ends[1]
        elif own:
            ends = [it.ends for it in own.values()]
            least, most = sum(low for low, _ in ends), sum(high for _, high in ends)
        low, high = low + least, high + most
    return low, high


def fits(graph: Graph) -> bool:
    """Tell whether every list of nonzeros has one count for each output channel."""
    return all(
        _channels(it.amount) in {None, it.rows}
        for node in graph.nodes
        for it in sparse_counts(node)
    )


def has_unknowns(graph: Graph) -> bool:
    """Tell whether any count of the network is not known."""
    extras = (extra.count for node in graph.nodes for extra in node.layer.stored)
    counts = (it.bounds for node in graph.nodes for it in sparse_counts(node))
    written = (it.up_to for node in graph.nodes for it in written_out(node))
    return (
        any(not isinstance(count, int) for count in extras)
        or any(counts)
        or any(most is not None for most in written)
    )


def written_out(node: Node) -> tuple[Operation, ...]:
    """Return the operations of a layer that are written out."""
    return node.layer.operations if isinstance(node.layer, ops.Custom) else ()


def _channels(amount: Nonzeros | Amount) -> int | None:
    if isinstance(amount, PerChannel):
        return sum(channels for _, channels in amount.per_channel)
    return len(amount) if isinstance(amount, tuple) else None


def _sum(amount: Any) -> int:
    """Return the nonzeros of a count that is known, whatever its form."""
    if isinstance(amount, tuple):
        return sum(amount)
    if isinstance(amount, int):
        return amount
    pairs: Iterable[tuple[int, int]] = getattr(amount, "per_channel", ())
    return sum(count * channels for count, channels in pairs)
