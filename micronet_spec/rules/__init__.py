"""The rules: of one entry, in the order of cause and consequence, and of all entries together."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding, ordered
from micronet_spec.rules.built_in import FINDERS
from micronet_spec.rules.facts import Facts
from micronet_spec.rules.ruleset import Found, RuleSet, pages_of, rule_set

__all__ = ["check", "check_board", "pages_of", "rule_set", "rules_of"]

_Asked = TypeVar("_Asked")


def check(entry: Entry, rules: RuleSet | None = None) -> list[Finding]:
    """Return every finding about `entry`, in reading order; by the rules of its challenge.

    Raises `ChallengeError` if a rule of its challenge is wrong.
    """
    facts, found = Facts(entry), Found()
    findings: list[Finding] = []
    for finder in FINDERS:
        findings += _run(finder.__name__, finder, entry, entry)
    found.add(findings)
    for asked in (rules or rules_of(entry)).asked:
        if asked.can_be_asked(entry, found):
            found.asked.add(asked.rule.code)
            more = _run(asked.rule.name, asked.run, facts, entry)
            found.add(more)
            findings += more
    return ordered(findings)


def check_board(entries: Sequence[Entry]) -> list[Finding]:
    """Return every finding about `entries` together, beyond what each has of its own."""
    return [
        finding
        for asked in (rule_set().of_boards if entries else ())
        # A crash is nobody's in particular, but must be shown somewhere.
        for finding in _run(asked.rule.name, asked.run, entries, entries[0])
    ]


def rules_of(entry: Entry) -> RuleSet:
    """Return the rules that `entry` is held to. Raises `ChallengeError`."""
    challenge = entry.challenge.id if entry.challenge else None
    return rule_set(challenge, entry.challenges.folder)


def _run(
    name: str, check: Callable[[_Asked], Iterable[Finding]], asked: _Asked, entry: Entry
) -> list[Finding]:
    try:
        return list(check(asked))
    except Exception as error:  # noqa: BLE001 - a rule's mistake must not end an audit
        message = f"the rule `{name}` failed: {type(error).__name__}: {error}"
        return [Finding("MN901", message, entry.at("name"))]
