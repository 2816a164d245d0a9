"""Which channels the nonzeros of a layer are in, where nobody says so (R2).

A channel adds one less than it has terms. What nonzeros cost therefore depends on how many channels
have any, and on how often those of two tensors, or those with a bias, are the same channels. The
cost is piecewise linear in these numbers, so its extremes are among a few placements: as few or as
many channels as possible, or so many that they just begin or cease to meet others.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from micronet_spec.graph import Meeting, Node
from micronet_spec.manifest.tensors import BlockMaskedTensor, PerChannel
from micronet_spec.score.sparse import Field, SparseCount, sparse_counts, weight_counts
from micronet_spec.score.storage import kept_values, terms_per_channel

Numbers = Mapping[Field, int]
"""Counts of a layer that its manifest leaves open, chosen."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Nonzeros of one tensor, or of one sign: how many, and in how many channels they can be."""

    field: Field
    nonzeros: int
    rows: int
    fewest: int
    most: int

    def in_channels(self, busy: int) -> PerChannel:
        """Return the nonzeros spread over so many channels."""
        each, more = divmod(self.nonzeros, busy) if busy else (0, 0)
        pairs = ((each + 1, more), (each, busy - more), (0, self.rows - busy))
        return PerChannel(per_channel=tuple(pair for pair in pairs if pair[1]))


def with_numbers(node: Node, numbers: Numbers) -> Node:
    """Return a layer with counts filled in as the counts of whole tensors."""
    return with_counts(node, numbers)


def with_counts(node: Node, counts: Mapping[Field, int | PerChannel]) -> Node:
    """Return a layer with counts filled in, of whole tensors or of their channels."""
    return _updated(node, {field: {field[1]: count} for field, count in counts.items()})


def placements(node: Node, numbers: Numbers, *, most: bool) -> Iterator[Node]:
    """Yield a layer with counts filled in, in every way that may cost the least, or the `most`.

    At most two of its counts may be of weights. Some of the ways may be impossible; no possible
    one costs less than the cheapest, or more than the dearest.
    """
    filled = with_numbers(node, numbers)
    counts = weight_counts(filled)
    opened = [it for it in counts if it.field in numbers]
    parts = [_part(filled, it, most=most) for it in opened]
    known = [_busy(it) for it in counts if it.field not in numbers]
    biases = [_busy(it) for it in sparse_counts(filled) if it.field[0] == "bias"]
    signs = (False, True) if parts and len(counts) > 1 else (node.meeting.tensors_often,)
    shifts = (True, False) if biases else (node.meeting.bias_often,)
    meetings = [Meeting(*often) for often in product(signs, shifts)]
    for channels in product(*_candidates(parts, known, biases)):
        placed = _updated(
            filled,
            {
                part.field: {"weights" if part.field[1] == "blocks" else part.field[1]: spread}
                for part, busy in zip(parts, channels, strict=True)
                for spread in [part.in_channels(busy)]
            },
        )
        for meeting in meetings:
            yield replace(placed, meeting=meeting)


def _part(node: Node, it: SparseCount, *, most: bool) -> _Part:
    tensor = getattr(node.layer, it.field[0])
    nonzeros = it.ends[0]
    if isinstance(tensor, BlockMaskedTensor):
        nonzeros = kept_values(tensor, (it.rows, it.columns), nonzeros, most=most)
    return _Part(it.field, nonzeros, it.rows, -(-nonzeros // it.columns), min(nonzeros, it.rows))


def _busy(it: SparseCount) -> int:
    """Return the channels that have any of the nonzeros, as a count that is known is read."""
    amount: Any = it.amount
    terms = terms_per_channel(amount, it.rows, it.columns)
    return sum(channels for count, channels in terms.items() if count)


def _candidates(
    parts: Sequence[_Part], known: Sequence[int], biases: Sequence[int]
) -> Iterator[list[int]]:
    """Yield, for each part, the numbers of channels where the cost can have an extreme."""
    for part in parts:
        others = {*known, *(end for it in parts if it is not part for end in (it.fewest, it.most))}
        kinks = {part.rows, *biases, *(part.rows - bias for bias in biases)}
        kinks |= {kink - other for kink in kinks for other in others}
        chosen = {part.fewest, part.most, *kinks, *others}
        yield sorted((it for it in chosen if part.fewest <= it <= part.most), reverse=True)


def _updated(node: Node, update: Mapping[Field, Mapping[str, Any]]) -> Node:
    tensors: dict[str, Any] = {}
    for (name, _), values in update.items():
        tensor = tensors.get(name, getattr(node.layer, name))
        tensors[name] = tensor.model_copy(update=dict(values))
    return replace(node, layer=node.layer.model_copy(update=tensors)) if tensors else node
