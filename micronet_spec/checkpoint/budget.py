"""How much a checkpoint may ask of its reader."""

from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from micronet_spec import data
from micronet_spec.checkpoint.refusal import within
from micronet_spec.document import load

Limit = Annotated[int, Field(ge=1)]


class Budget(BaseModel):
    """Limits for one file; what exceeds one is refused before it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file_bytes: Limit
    header_bytes: Limit
    """Of a header, or of a directory of members."""
    members: Limit
    """Files inside an archive."""
    expansion: Limit
    """Bytes that may come out of one byte of a file, where its members are deflated."""
    expanded_freely: Limit
    """Bytes that may come out of any file, however small."""
    expanded_bytes: Limit
    """Of all deflated members together."""
    pickle_bytes: Limit
    steps: Limit
    """Opcodes of all pickles of a file, entries that they copy, fields of protocol buffers."""
    depth: Limit
    """Of containers in containers."""
    dimensions: Limit
    """Of one tensor."""
    tensors: Limit
    elements: Limit
    """Of all tensors together; a shared storage counts for every tensor that views it."""
    memory_bytes: Limit
    """Address space of the reading process, besides a map of the file."""
    torch_bytes: Limit
    """More than that, where torch reads."""
    cpu_seconds: Limit
    wall_seconds: Limit


@cache
def default_budget() -> Budget:
    """Return the limits of `spec/checkpoints.yaml`."""
    document = load(data.folder("spec") / "checkpoints.yaml")
    return Budget.model_validate(document.values["budget"])


class Steps:
    """Counts what is done one by one, over a whole file."""

    def __init__(self, budget: Budget) -> None:
        self._left = self._limit = budget.steps

    def take(self, count: int = 1) -> None:
        """Count some; refuse the one too many."""
        self._left -= count
        if self._left < 0:
            within(self._limit - self._left, self._limit, "steps of reading")
