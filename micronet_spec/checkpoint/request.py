"""What a reading process is asked for: a file, its limits, and who reads it."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from micronet_spec.checkpoint.budget import Budget, default_budget
from micronet_spec.checkpoint.sandbox import Limits
from micronet_spec.checkpoint.tensor import Checkpoint


@dataclass(frozen=True)
class Request:
    """A checkpoint to read. Its JSON is the argument of functions that a `Child` calls."""

    path: Path
    budget: Budget = field(default_factory=default_budget)
    external: Path | None = None
    """The folder of an ONNX model's external data."""
    reader: Literal["own", "torch"] = "own"

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Request":
        """Return the request that `json` wrote."""
        external = value["external"]
        return cls(
            Path(value["path"]),
            Budget(**value["budget"]),
            Path(external) if external else None,
            value["reader"],
        )

    def json(self) -> dict[str, Any]:
        """Return the request as a value of JSON."""
        external = str(self.external) if self.external else None
        budget = vars(self.budget)
        return {**vars(self), "path": str(self.path), "budget": budget, "external": external}

    def open(self) -> Checkpoint:
        """Return the checkpoint; raise `RefusedError` or `OSError`."""
        if self.reader == "torch":
            from micronet_spec.checkpoint import torch_reader  # noqa: PLC0415 (heavy)

            return torch_reader.open_checkpoint(self.path, self.budget)
        from micronet_spec.checkpoint.open import open_checkpoint  # noqa: PLC0415

        return open_checkpoint(self.path, self.budget, self.external)

    def limits(self) -> Limits:
        """Return what the process may take that reads the file."""
        memory = self.budget.memory_bytes
        with contextlib.suppress(OSError):
            memory += min(self.path.stat().st_size, self.budget.file_bytes)
        if self.external:
            memory += self.budget.file_bytes
        if self.reader == "torch":
            memory += self.budget.torch_bytes
        return Limits(memory, self.budget.cpu_seconds, self.budget.wall_seconds)


def tensors(argument: Any) -> Iterator[Any]:
    """Yield the format of a requested checkpoint, then a line about each of its tensors."""
    checkpoint = Request.from_json(argument).open()
    yield {
        "format": checkpoint.format,
        "ignored": checkpoint.ignored,
        "unread": [[unread.name, unread.why] for unread in checkpoint.unread],
    }
    for tensor in checkpoint.checked():
        yield {"name": tensor.name, "dtype": tensor.dtype, "shape": tensor.shape}
