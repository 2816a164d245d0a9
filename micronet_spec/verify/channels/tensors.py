"""What the tensors of a file say of the channels of the layers that they belong to."""

from collections.abc import Sequence
from dataclasses import dataclass

from micronet_spec.graph import Node
from micronet_spec.manifest import layers as ops
from micronet_spec.measure.facts import MaskFacts, TensorFacts
from micronet_spec.verify.mapping import Mapping, Match
from micronet_spec.verify.slots import Field

_WEIGHT: Field = ("weight",)


@dataclass(frozen=True)
class LayerTensors:
    """The tensors of a file by layer and field."""

    mapping: Mapping
    matches: dict[tuple[int, Field], Match]

    @classmethod
    def of(cls, mapping: Mapping) -> "LayerTensors":
        """Sort the matches of a file."""
        return cls(mapping, {(it.slot.index, it.slot.field): it for it in mapping.matches})

    def rows(self, node: Node) -> Sequence[int] | None:
        """Return the nonzero weights of every output channel; None if they are not known."""
        match = self._matrix(node)
        counts = (match.mask or match.tensor).channel_nonzeros if match else ()
        return counts if match and len(counts) == match.slot.shape[0] else None

    def columns(self, node: Node) -> Sequence[int] | None:
        """Return the nonzero weights of every input channel; None if they are not known."""
        match = self._matrix(node)
        axes = match.tensor.shape[1:] if match else ()
        if match is None or not axes:
            return None
        counts = (match.mask or match.tensor).input_nonzeros
        if not counts:
            counts = (match.tensor.values // axes[0],) * axes[0]
        channels = node.input_shapes[0][0]
        if len(counts) != axes[0] or len(counts) % channels:
            return None
        # A linear layer reads all positions of a channel.
        each = len(counts) // channels
        return [sum(counts[first : first + each]) for first in range(0, len(counts), each)]

    def is_without(self, node: Node, word: str, channel: int) -> bool:
        """Tell whether `weight` or `bias` of a layer, or of its fold, is zero at a channel."""
        if word == "bias" and self._has_undeclared_bias(node):
            return False
        match = self._vector(node, word)
        if match is None:
            return word == "bias" and not self._declares_bias(node)
        return _is_zero(match.mask or match.tensor, match.tensor.shape, node, channel)

    def is_without_mean(self, node: Node, channel: int) -> bool:
        """Tell whether what a batch norm subtracts from a channel is zero."""
        match = self._vector(node, "running_mean")
        if match is not None:
            return _is_zero(match.tensor, match.tensor.shape, node, channel)
        bias = self._vector(node, "bias")
        if bias is None:
            return False
        name = f"{bias.tensor.name.rpartition('.')[0]}.running_mean"
        mean = self.mapping.names.tensors.get(name)
        return mean is None or _is_zero(mean, mean.shape, node, channel)

    def _matrix(self, node: Node) -> Match | None:
        """Return the weights of a layer, if they are stored in its own shape."""
        match = self.matches.get((node.index, _WEIGHT))
        if match is None or len(match.tensors) > 1 or match.tensor.values != match.slot.values:
            return None
        return match if match.tensor.shape[:1] == match.slot.shape[:1] else None

    def _vector(self, node: Node, word: str) -> Match | None:
        fold = isinstance(node.layer, ops.BatchNorm) and node.layer.fold
        match = self.matches.get((node.index, ("fold", word) if fold else (word,)))
        return match if match and len(match.tensors) == 1 else None

    @staticmethod
    def _declares_bias(node: Node) -> bool:
        return getattr(node.layer, "bias", None) is not None

    def _has_undeclared_bias(self, node: Node) -> bool:
        match = self.matches.get((node.index, _WEIGHT))
        stem = match.key.rpartition(".")[0] if match else None
        return any(it.name == f"{stem}.bias" for it in self.mapping.extras)


def by_channel(
    facts: TensorFacts | MaskFacts, shape: tuple[int, ...], channels: int
) -> Sequence[int]:
    """Return the nonzeros of every channel; nothing if they do not fit.

    A vector may be kept as 1 x n x 1 x 1.
    """
    counts = facts.channel_nonzeros
    if shape[:2] == (1, channels):
        counts = facts.input_nonzeros or counts * channels
    return counts if len(counts) == channels else ()


def _is_zero(
    facts: TensorFacts | MaskFacts, shape: tuple[int, ...], node: Node, channel: int
) -> bool:
    counts = by_channel(facts, shape, node.shape[0])
    return bool(counts) and not counts[channel]
