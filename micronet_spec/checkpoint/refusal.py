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


def unsafe(message: str) -> RefusedError:
    """Return the refusal of what would execute something, or contradicts itself."""
    return RefusedError(Reason.UNSAFE, message)


def malformed(message: str) -> RefusedError:
    """Return the refusal of what is no whole file of its format."""
    return RefusedError(Reason.MALFORMED, message)


def unsupported(message: str) -> RefusedError:
    """Return the refusal of what is not read."""
    return RefusedError(Reason.UNSUPPORTED, message)


def within(amount: int, limit: int, what: str) -> None:
    """Refuse an amount above its limit; `what` names it, in the plural."""
    if amount > limit:
        raise RefusedError(Reason.OVER_BUDGET, f"{amount:,} {what}; {limit:,} are allowed")


def short(text: str) -> str:
    """Return a stranger's name, cut to what a message can hold."""
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


_SHORT = 72
