"""What a reading process is asked for: a file, its limits, and who reads it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from micronet_spec.checkpoint.budget import Budget, default_budget
from micronet_spec.checkpoint.sandbox import Limits
from micronet_spec.checkpoint.tensor import Checkpoint


class Request(BaseModel):
    """A checkpoint to read. Its JSON is the argument of functions that a `Child` calls."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path
    budget: Budget = Field(default_factory=default_budget)
    external: Path | None = None
    """The folder of an ONNX model's external data."""
    reader: Literal["own", "torch"] = "own"

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
    checkpoint = Request.model_validate(argument).open()
    yield {
        "format": checkpoint.format,
        "ignored": checkpoint.ignored,
        "unread": [[unread.name, unread.why] for unread in checkpoint.unread],
    }
    for tensor in checkpoint.tensors:
        yield {"name": tensor.name, "dtype": tensor.dtype, "shape": tensor.shape}
