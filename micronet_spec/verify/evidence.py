"""The evidence record: what was measured, of which files, by what; enough to judge again.

A board can be audited from such records where the checkpoints are not. What a record says of its
verdict and score is for readers: an audit compares its facts with the manifest anew.
"""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from micronet_spec.measure.facts import MaskFacts, TensorFacts

VERSION = 1


class Record(BaseModel):
    """A part of an evidence record."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Verdict(StrEnum):
    """What came of holding a manifest against its checkpoint."""

    VERIFIED = "verified"
    """The file holds what the manifest declares."""
    DISCREPANCY = "discrepancy"
    """It does not, and the findings say where."""
    REFUSED = "refused"
    """The file was not read: unsafe, over budget, damaged or of an unknown format."""
    INCOMPLETE = "incomplete"
    """Something in the file, or in the manifest, was not understood."""
    CRASHED = "crashed"
    """The reader died."""
    ABSENT = "absent"
    """There is no file."""


class File(Record):
    """A file, by its content."""

    name: str
    """Name of the file, without its folder."""
    sha256: str | None
    """Digest of its bytes; null if there are more than may be read."""
    bytes: int
    """Number of its bytes."""


class Contents(Record):
    """What was read of a checkpoint."""

    verdict: Verdict = Verdict.VERIFIED
    """Whether all of it was read: verified, incomplete, refused, crashed or absent."""
    reason: str = ""
    """Why not, in words."""
    format: str = ""
    """Format of the file, such as `torch zip`."""
    tensors: tuple[TensorFacts, ...] = ()
    """The tensors, in the order of the file."""
    masks: tuple[MaskFacts, ...] = ()
    """What masks of the file leave of the tensors they stand beside."""
    ignored: tuple[str, ...] = ()
    """What else the file holds."""


class Evidence(Record):
    """What a verification saw and concluded."""

    evidence: Annotated[int, Field(ge=VERSION, le=VERSION)] = VERSION
    """Version of this record."""
    tool: str
    """Version of micronet-spec."""
    challenge: str | None = None
    """Id of the challenge."""
    edition: str | None = None
    """Date of the challenge's constants."""
    manifest: File
    """The manifest."""
    checkpoint: File | None = None
    """The checkpoint; null if there is none."""
    reader: str = ""
    """Which reader read it."""
    budgets: dict[str, int] = Field(default_factory=dict)
    """Limits that it was read within."""
    contents: Contents
    """What was measured."""
    result: dict[str, Any] = Field(default_factory=dict)
    """What was concluded, for readers; see docs/verify.md."""


def evidence_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of an evidence record."""
    schema = Evidence.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "MicroNet evidence record",
        **{key: value for key, value in schema.items() if key != "title"},
    }
