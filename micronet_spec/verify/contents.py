"""What the reading process tells, put together and validated."""

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from micronet_spec.measure.facts import MaskFacts, TensorFacts
from micronet_spec.verify.evidence import Contents, Verdict

_TENSOR, _MASK = TypeAdapter(TensorFacts), TypeAdapter(MaskFacts)


def contents_from(pieces: Iterator[Any]) -> Iterator[int | Contents]:
    """Yield the bytes that are done, as they come; the last item is the contents.

    Raises `ValueError` for pieces that make no sense.
    """
    head: dict[str, Any] = {}
    unread: list[str] = []
    tensors: list[TensorFacts] = []
    masks: list[MaskFacts] = []
    for piece in pieces:
        [(kind, value)] = piece.items()
        if kind == "done":
            yield int(value)
        elif kind == "contents":
            head = value
        elif kind == "unread":
            unread.append(str(value))
        elif kind == "tensors":
            tensors.append(_TENSOR.validate_python(value))
        else:
            masks.append(_MASK.validate_python(value))
    if unread:
        reason = f"not understood: {'; '.join(unread)}"
        head = {**head, "verdict": Verdict.INCOMPLETE, "reason": reason}
    yield Contents(**head, tensors=tuple(tensors), masks=tuple(masks))
