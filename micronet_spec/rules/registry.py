"""The functions that check rules, by name: that of their rule, with `_` for `-`."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding

EntryCheck = Callable[[Entry], Iterator[Finding]]
BoardCheck = Callable[[Sequence[Entry]], Iterator[Finding]]

CHECKS: dict[str, EntryCheck] = {}
"""Of one entry, which has what the rule's page requires."""
BOARD_CHECKS: dict[str, BoardCheck] = {}
"""Of all entries that have what the rule's page requires. A finding belongs to the entry whose
manifest its primary label is in."""

_Check = TypeVar("_Check", EntryCheck, BoardCheck)


def check(function: EntryCheck) -> EntryCheck:
    """Make a function the check of the rule of its name."""
    return _registered(CHECKS, function)


def board_check(function: BoardCheck) -> BoardCheck:
    """Make a function the check of the rule of its name, about all entries together."""
    return _registered(BOARD_CHECKS, function)


def _registered(checks: dict[str, _Check], function: _Check) -> _Check:
    name = function.__name__
    assert name not in CHECKS, f"two functions check {name}"
    assert name not in BOARD_CHECKS, f"two functions check {name}"
    checks[name] = function
    return function
