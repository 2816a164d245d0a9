"""A checkpoint measured, tensor by tensor: what happens in the reading process."""

from collections.abc import Iterator, Sequence
from typing import Any

from micronet_spec.checkpoint.request import Request
from micronet_spec.checkpoint.tensor import Checkpoint, StoredTensor
from micronet_spec.measure import UnknownFormatError, masked, measure, same
from micronet_spec.measure.facts import MaskFacts, TensorFacts
from micronet_spec.verify.conventions import conventions
from micronet_spec.verify.evidence import Contents, Verdict

Block = tuple[int, int]


def measured(argument: Any) -> Iterator[Any]:
    """Yield what the requested checkpoint contains, as `contents_from` takes it."""
    checkpoint = Request.model_validate(argument["request"]).open()
    yield from measuring(checkpoint, [(rows, columns) for rows, columns in argument["blocks"]])


def measuring(checkpoint: Checkpoint, blocks: Sequence[Block] = ()) -> Iterator[Any]:
    """Yield the bytes of every tensor that is done; then the contents, in pieces."""
    tensors: list[StoredTensor] = []
    facts: list[TensorFacts] = []
    unread = [f"`{it.name}`: {it.why}" for it in checkpoint.unread]
    for tensor in checkpoint.tensors:
        try:
            facts.append(measure(tensor, blocks=blocks))
            tensors.append(tensor)
        except UnknownFormatError as error:
            unread.append(f"`{tensor.name}`: {error}")
        yield {"done": tensor.data.nbytes}
    head = Contents(
        verdict=Verdict.INCOMPLETE if unread else Verdict.VERIFIED,
        reason=f"not understood: {'; '.join(unread)}" if unread else "",
        format=checkpoint.format,
        ignored=checkpoint.ignored,
    )
    yield {"contents": head.model_dump(mode="json")}
    for fact in same(tensors, facts):
        yield {"tensors": fact.model_dump(mode="json")}
    for mask in _masks(tensors):
        yield {"masks": mask.model_dump(mode="json")}


def contents_from(pieces: Iterator[Any]) -> Iterator[int | Contents]:
    """Yield the bytes that are done, as they come; the last item is the contents."""
    head = Contents()
    tensors: list[TensorFacts] = []
    masks: list[MaskFacts] = []
    for piece in pieces:
        [(kind, value)] = piece.items()
        if kind == "done":
            yield int(value)
        elif kind == "contents":
            head = Contents.model_validate(value)
        elif kind == "tensors":
            tensors.append(TensorFacts.model_validate(value))
        else:
            masks.append(MaskFacts.model_validate(value))
    yield head.model_copy(update={"tensors": tuple(tensors), "masks": tuple(masks)})


def _masks(tensors: Sequence[StoredTensor]) -> Iterator[MaskFacts]:
    """Yield what is left by every mask that stands beside a tensor of its shape."""
    by_name = {tensor.name: tensor for tensor in tensors}
    for tensor in tensors:
        for name in conventions().masks_of(tensor.name):
            mask = by_name.get(name)
            if mask and mask.shape == tensor.shape:
                yield masked(tensor, mask)
                break
