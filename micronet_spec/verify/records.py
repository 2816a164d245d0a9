"""Evidence records from files: of an organizer, but read as carefully as everything else."""

from pathlib import Path

from pydantic import ValidationError

from micronet_spec.document.source import UnreadableError, read_bytes
from micronet_spec.verify.evidence import Evidence

RECORD_BYTES = 256 * 1024 * 1024
"""The largest record that is read; one of a network with 267,735 output channels has 2 MB."""


class RecordError(Exception):
    """A file that is no evidence record."""


def load_evidence(path: Path) -> Evidence:
    """Return the record at `path`. Raises `RecordError`."""
    try:
        data = read_bytes(path, RECORD_BYTES)
        return Evidence.model_validate_json(data)
    except UnreadableError as error:
        raise RecordError(f"{path}: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the top"
        raise RecordError(f"{path}: no evidence record: {where}: {first['msg']}") from None
