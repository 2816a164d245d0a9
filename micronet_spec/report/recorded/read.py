"""A record of an audit from a file."""

import json
from pathlib import Path

from pydantic import ValidationError

from micronet_spec.document.source import UnreadableError, read_bytes
from micronet_spec.report.record import FORMAT
from micronet_spec.report.recorded.audit import Record

RECORD_BYTES = 1024 * 1024 * 1024
"""The largest record that is read; that of the 55 entries of 2019 has some MB."""


class RecordError(Exception):
    """A file that is no record of an audit, or one that this version cannot read."""


def load_record(path: Path) -> Record:
    """Return the record at `path`. Raises `RecordError`."""
    try:
        values = json.loads(read_bytes(path, RECORD_BYTES))
    except UnreadableError as error:
        raise RecordError(f"{path}: {error}") from None
    except (ValueError, RecursionError):
        raise RecordError(f"{path}: not JSON") from None
    written = values.get("format") if isinstance(values, dict) else None
    if written != FORMAT:
        raise RecordError(f"{path}: {_other_format(written)}")
    try:
        return Record.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise RecordError(f"{path}: no record of an audit: {where}: {first['msg']}") from None


def _other_format(written: object) -> str:
    name, version = FORMAT.split("/")
    found, _, number = written.partition("/") if isinstance(written, str) else ("", "", "")
    if found == name and number.isdecimal() and int(number) > int(version):
        return f"written by a newer version ({written}); this one reads {FORMAT}: update it"
    return f"no record of an audit (`micronet audit --format json`): its `format` is not {FORMAT}"
