"""What an expression sees of an entry: `entry`, `task`, `challenge` and `score`; no layers."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from micronet_spec.challenge.challenge import Challenge, Task
from micronet_spec.challenge.dates import beginning
from micronet_spec.entry.entry import Entry
from micronet_spec.manifest.entry import Manifest

_NO_LAYERS = {"model"}
_TABLES = {"tasks", "costs", "clauses"}
_LARGEST = 2**63
_SCORE = ("score", "storage_term", "ops_term", "stored_bits", "op_bits")

SECTIONS = {
    **{name: name for name in Manifest.model_fields if name not in _NO_LAYERS},
    "submitted_at": "submitted",
}
"""The fields of `entry` that need a section of the manifest, and which."""
FIELDS: dict[str, frozenset[str]] = {
    "entry": frozenset({*SECTIONS, "id", "published"}),
    "task": frozenset(Task.model_fields),
    "challenge": frozenset(Challenge.model_fields) - _TABLES,
    "score": frozenset(_SCORE),
}
"""The variables of an expression and their fields."""


def variables(entry: Entry) -> dict[str, Any]:
    """Return the variables. What is not valid, not known or not given is absent."""
    seen: dict[str, Any] = {"entry": _entry(entry)}
    if entry.challenge:
        seen["challenge"] = {
            name: _plain(value) for name, value in entry.challenge if name not in _TABLES
        }
    if entry.task:
        seen["task"] = _plain(entry.task)
    if entry.score:
        seen["score"] = {name: _plain(getattr(entry.score, name)) for name in _SCORE}
    return seen


def _entry(entry: Entry) -> dict[str, Any]:
    given = {
        name: getattr(entry.manifest, name)
        for name in Manifest.model_fields
        if name not in _NO_LAYERS and entry.has(name)
    }
    seen = {name: _plain(value) for name, value in given.items() if value is not None}
    # A file name may hold what is no character.
    seen["id"] = entry.id.encode(errors="replace").decode()
    seen["published"] = getattr(entry.manifest, "model", None) != "unpublished"
    if entry.challenge and entry.has("submitted"):
        instant = beginning(entry.manifest.submitted, entry.challenge.deadline.tzinfo)
        if instant:
            seen["submitted_at"] = instant
    return seen


def _plain(value: Any) -> Any:
    """Return `value` as the binding takes it; numbers that it would round, as text."""
    if isinstance(value, BaseModel):
        return {name: _plain(field) for name, field in value if field is not None}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bool | str | datetime):
        return value
    fits = isinstance(value, int) and -_LARGEST <= value < _LARGEST
    return value if fits else str(value)
