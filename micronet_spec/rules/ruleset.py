"""The rules that an entry is held to: those of the program, and those of its challenge.

A rule of a challenge is a page beside the challenge's files, in `rules/`. It is found there, and
nothing lists it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TypeVar

from micronet_spec import rulebook
from micronet_spec.challenge.challenge import ChallengeError, clauses, folder_of
from micronet_spec.entry.entry import PARTS, Entry
from micronet_spec.finding import Finding, Severity
from micronet_spec.manifest.entry import Manifest
from micronet_spec.rulebook import BUILT_IN, CODE, PYTHON, Page, PageError, Rule
from micronet_spec.rules import (  # noqa: F401 - their functions register themselves
    board_rows,
    claims,
    counting,
    folds,
    half_freebie,
    limits,
    members,
    published,
    quality,
    slips,
    sparsity,
    spread,
    stored,
    structure,
    totals,
    training,
)
from micronet_spec.rules.expressed import expressed
from micronet_spec.rules.facts import Facts
from micronet_spec.rules.registry import BOARD_CHECKS, CHECKS, BoardCheck, EntryCheck

_OWN = "MN"
"""What the codes of the program begin with, and no other's."""
_CRASHED = "MN901"
_STAGE = re.compile(r"[A-Z]{2,8}\d{0,3}")
_PARTS = frozenset({*Manifest.model_fields, *PARTS, "layers"})
_Check = TypeVar("_Check", EntryCheck, BoardCheck)
_OF_ONE_ENTRY = {"document", "entry", "layer"}


class Found:
    """The codes of what was found so far, and of the rules that were asked."""

    def __init__(self) -> None:
        """Begin with nothing found."""
        self.asked: set[str] = set()
        self.codes: set[str] = set()
        self.errors: set[str] = set()

    def add(self, findings: Iterable[Finding]) -> None:
        """Remember the codes of `findings`."""
        for finding in findings:
            if finding.code not in self.codes:
                self.codes.add(finding.code)
                if finding.rule.severity is Severity.ERROR:
                    self.errors.add(finding.code)


@dataclass(frozen=True)
class Asked:
    """A rule that is asked of an entry, and when."""

    rule: Rule
    run: Callable[[Facts], Iterable[Finding]]
    needs: tuple[str, ...]
    """What the entry must have (`Entry.has`)."""
    rules: frozenset[str]
    """Rules that must have been asked, and have found nothing."""
    stages: tuple[str, ...]
    """Stages that must be without errors."""

    def can_be_asked(self, entry: Entry, found: Found) -> bool:
        """Tell whether `entry` has what is needed, and nothing found is the likelier cause."""
        return (
            entry.has(*self.needs)
            and found.asked.issuperset(self.rules)
            and found.codes.isdisjoint(self.rules)
            and not any(code.startswith(self.stages) for code in found.errors)
        )


@dataclass(frozen=True)
class BoardAsked:
    """A rule that is asked of all entries together."""

    rule: Rule
    check: BoardCheck

    def run(self, entries: Iterable[Entry]) -> list[Finding]:
        """Return what is found of the entries that have what the rule requires."""
        return list(self.check([it for it in entries if it.has(*self.rule.requires)]))


@dataclass(frozen=True)
class RuleSet:
    """Rules in the order in which they are asked: causes first."""

    asked: tuple[Asked, ...]
    of_boards: tuple[BoardAsked, ...]


@cache
def rule_set(challenge: str | None = None, folder: Path | None = None) -> RuleSet:
    """Return the rules of the program and of a challenge in `folder`, default `spec/`.

    Raises `PageError` for the program's pages, and `ChallengeError` for the challenge's.
    """
    own = pages_of(challenge, folder) if challenge else {}
    try:
        return assembled(own)
    except PageError as error:
        raise ChallengeError(str(error)) from None


def assembled(own: dict[str, Page]) -> RuleSet:
    """Return the rules of the program and those of the pages `own`. Raises `PageError`."""
    pages = rulebook.pages()
    every = [made for page in (*pages.values(), *own.values()) if (made := ask(page))]
    asked = {it.rule.code: it for it in every if isinstance(it, Asked)}
    boards = tuple(it for it in every if isinstance(it, BoardAsked))
    return RuleSet(tuple(_in_order(asked, {**pages, **own})), boards)


def ask(page: Page) -> Asked | BoardAsked | None:
    """Return the rule of a page as it is asked; None if it is found on the way.

    Raises `PageError`.
    """
    if page.rule.is_expression:
        return _asked(page)
    if page.rule.check != PYTHON:
        return None
    if page.rule.scope == "board":
        return _board_asked(page)
    return _asked(page) if page.rule.scope in _OF_ONE_ENTRY else None


def with_check(expression: str) -> Asked:
    """Return a rule that only asks whether an expression is true. Raises `PageError`."""
    page = rulebook.page(_CRASHED)
    asked = {"check": expression, "message": expression, "route": "name"}
    return _asked(replace(page, rule=page.rule.model_copy(update=asked)))


def pages_of(challenge: str, folder: Path | None) -> dict[str, Page]:
    """Return the pages of a challenge's own rules, by code. Raises `ChallengeError`."""
    known = clauses(challenge, folder)
    try:
        pages = rulebook.pages(own_rules(challenge, folder))
        for page in pages.values():
            check_foreign(page, known)
    except PageError as error:
        raise ChallengeError(str(error)) from None
    return pages


def own_rules(challenge: str, folder: Path | None) -> Path:
    """Return where the pages of a challenge's own rules are."""
    return folder_of(challenge, folder) / "rules"


def check_foreign(page: Page, known: Iterable[str]) -> None:
    """Hold the page of a challenge's own rule to what it may say. Raises `PageError`."""
    if page.rule.code.startswith(_OWN):
        raise page.error("code", f"codes that begin with {_OWN} are the program's")
    if not page.rule.is_expression:
        raise page.error("check", "a rule of a challenge is checked by an expression")
    unknown = [clause for clause in page.rule.clauses if clause not in known]
    if unknown:
        raise page.error("clauses", f"unknown clause {', '.join(unknown)}")


def _asked(page: Page) -> Asked:
    rule = page.rule
    needs = {it for it in rule.requires if it in _PARTS}
    rules = frozenset(it for it in rule.requires if _is_asked(it))
    stages = tuple(it for it in rule.requires if it not in needs | rules)
    wrong = [it for it in stages if not _STAGE.fullmatch(it)]
    if wrong:
        raise page.error("requires", f"no part of an entry, rule or stage: {', '.join(wrong)}")
    if rule.is_expression:
        expression = expressed(page)
        return Asked(rule, expression, tuple(sorted(needs | expression.needs)), rules, stages)
    function = _function(page, CHECKS)
    return Asked(rule, lambda facts: function(facts.entry), tuple(needs), rules, stages)


def _is_asked(code: str) -> bool:
    """Tell whether `code` is that of a rule that is asked, not found on the way."""
    if not CODE.fullmatch(code):
        return False
    pages = rulebook.pages() if code.startswith(_OWN) else {}
    # One that does not exist is missed when the rules are put in order.
    return code not in pages or pages[code].rule.check not in BUILT_IN


def _board_asked(page: Page) -> BoardAsked:
    return BoardAsked(page.rule, _function(page, BOARD_CHECKS))


def _function(page: Page, checks: dict[str, _Check]) -> _Check:
    function = checks.get(page.rule.function)
    if function is None:
        raise page.error("check", f"no function `{page.rule.function}` checks this rule")
    return function


def _in_order(rules: dict[str, Asked], pages: dict[str, Page]) -> list[Asked]:
    """Return `rules` with every rule after those that would cause what it finds."""
    graph = {}
    for code, it in sorted(rules.items()):
        missing = it.rules - rules.keys()
        if missing:
            raise pages[code].error("requires", f"there is no rule {', '.join(sorted(missing))}")
        graph[code] = [each for each in rules if each in it.rules or each.startswith(it.stages)]
    try:
        return [rules[code] for code in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        circle = sorted(set(error.args[1]))
        message = f"rules that require one another: {', '.join(circle)}"
        raise pages[circle[-1]].error("requires", message) from None
