"""Why a file is not read, or not read further."""

from enum import StrEnum


class Reason(StrEnum):
    """Kinds of refusal."""

    UNSAFE = "unsafe"
    """It would execute something, or lead out of the folder, or contradicts itself."""
    OVER_BUDGET = "over budget"
    """It is larger, in some respect, than was allowed."""
    MALFORMED = "malformed"
    """It is not a whole file of its format."""
    UNSUPPORTED = "unsupported"
    """It is of a format, or holds a type, that is not read."""


class RefusedError(Exception):
    """A checkpoint, or a part of it, that is not read."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
