"""A checkpoint measured, tensor by tensor: what happens in the reading process."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from micronet_spec.checkpoint.files import release
from micronet_spec.checkpoint.request import Request
from micronet_spec.checkpoint.tensor import Checkpoint, StoredTensor
from micronet_spec.measure.facts import MaskFacts, TensorFacts
from micronet_spec.measure.formats import UnknownFormatError
from micronet_spec.measure.masks import masked
from micronet_spec.measure.same import same
from micronet_spec.measure.tensor import measure

Block = tuple[int, int]
MaskNames = Mapping[str, Sequence[str]]
"""The last words that a mask's name may have, by the last word of the name of what it masks; by no
word, what masks are kept below under the name of what they mask."""


def measured(argument: Any) -> Iterator[Any]:
    """Yield what the requested checkpoint contains, as `contents_from` takes it."""
    checkpoint = Request.from_json(argument["request"]).open()
    blocks = [(rows, columns) for rows, columns in argument["blocks"]]
    yield from measuring(checkpoint, blocks, argument["masks"])


def measuring(checkpoint: Checkpoint, blocks: Sequence[Block], masks: MaskNames) -> Iterator[Any]:
    """Yield the bytes of every tensor that is done; then the contents, in pieces."""
    tensors: list[StoredTensor] = []
    facts: list[TensorFacts] = []
    unread = [f"`{it.name}`: {it.why}" for it in checkpoint.unread]
    for tensor in checkpoint.checked():
        try:
            facts.append(measure(tensor, blocks=blocks))
            tensors.append(tensor)
        except UnknownFormatError as error:
            unread.append(f"`{tensor.name}`: {error}")
        yield {"done": tensor.data.nbytes}
    yield {"contents": {"format": checkpoint.format, "ignored": checkpoint.ignored}}
    for why in unread:
        yield {"unread": why}
    for fact in same(tensors, facts):
        yield {"tensors": fact}
    for mask in _masks(tensors, masks, blocks):
        yield {"masks": mask}


def _masks(
    tensors: Sequence[StoredTensor], names: MaskNames, blocks: Sequence[Block]
) -> Iterator[MaskFacts]:
    """Yield what is left by every mask that stands beside a tensor of its shape."""
    by_name = {tensor.name: tensor for tensor in tensors}
    for tensor in tensors:
        for name in _names_of_masks(tensor.name, names):
            mask = by_name.get(name)
            if mask and mask.shape == tensor.shape:
                yield masked(tensor, mask, blocks)
                release(tensor.data)
                release(mask.data)
                break


def _names_of_masks(name: str, names: MaskNames) -> Iterator[str]:
    """Yield what the mask of a tensor may be called."""
    stem, dot, word = name.rpartition(".")
    yield from (f"{stem}{dot}{last}" for last in names.get(word, ()))
    words = name.split(".")
    for first in range(len(words)):
        yield from (".".join((root, *words[first:])) for root in names.get("", ()))
