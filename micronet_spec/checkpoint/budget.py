"""How much a checkpoint may ask of its reader."""

from dataclasses import dataclass
from functools import cache

from micronet_spec import data
from micronet_spec.checkpoint.refusal import within


@dataclass(frozen=True)
class Budget:
    """Limits for one file, each at least 1; what exceeds one is refused before it is read."""

    file_bytes: int
    header_bytes: int
    """Of a header, or of a directory of members."""
    members: int
    """Files inside an archive."""
    expansion: int
    """Bytes that may come out of one byte of a file, where its members are deflated."""
    expanded_freely: int
    """Bytes that may come out of any file, however small."""
    expanded_bytes: int
    """Of all deflated members together."""
    pickle_bytes: int
    steps: int
    """Opcodes of all pickles of a file, entries that they copy, fields of protocol buffers."""
    depth: int
    """Of containers in containers."""
    dimensions: int
    """Of one tensor."""
    tensors: int
    elements: int
    """Of all tensors together; a shared storage counts for every tensor that views it."""
    memory_bytes: int
    """Address space of the reading process, besides a map of the file."""
    torch_bytes: int
    """More than that, where torch reads."""
    cpu_seconds: int
    wall_seconds: int

    def __post_init__(self) -> None:
        for name, limit in vars(self).items():
            if not isinstance(limit, int) or limit < 1:
                raise ValueError(f"the limit {name} is {limit!r}, not a number of at least 1")


@cache
def default_budget() -> Budget:
    """Return the limits of `spec/checkpoints.yaml`."""
    from micronet_spec.document import load  # noqa: PLC0415 (the reading process is told)

    document = load(data.folder("spec") / "checkpoints.yaml")
    return Budget(**document.values["budget"])


class Steps:
    """Counts what is done one by one, over a whole file."""

    def __init__(self, budget: Budget) -> None:
        self._left = self._limit = budget.steps

    def take(self, count: int = 1) -> None:
        """Count some; refuse the one too many."""
        self._left -= count
        if self._left < 0:
            within(self._limit - self._left, self._limit, "steps of reading")
