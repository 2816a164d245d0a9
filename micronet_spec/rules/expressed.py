"""Rules whose check is an expression on their page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding, Label
from micronet_spec.rulebook import Page, Rule
from micronet_spec.rules.context import FIELDS, SECTIONS
from micronet_spec.rules.expression import (
    Expression,
    ExpressionError,
    Template,
    compiled,
    template,
)
from micronet_spec.rules.facts import Facts

_Compiled = TypeVar("_Compiled", Expression, Template)


@dataclass(frozen=True)
class Expressed:
    """A rule in expressions: what is true of a sound entry, and what is said if it is not."""

    rule: Rule
    check: Expression
    message: Template
    help: Template
    route: tuple[str, ...]

    @property
    def needs(self) -> set[str]:
        """What an entry must have for the expressions to see what they name."""
        named = [self.check, *self.message.expressions, *self.help.expressions]
        needs = {name for it in named for name in it.variables} - {"entry"}
        fields = {field for it in named for variable, field in it.fields if variable == "entry"}
        return needs | {SECTIONS[field] for field in fields & SECTIONS.keys()}

    def __call__(self, facts: Facts) -> Iterator[Finding]:
        """Yield a finding if the expression is not true. Raises whatever the binding raises."""
        holds = self.check.evaluate(facts.context)
        if not isinstance(holds, bool):
            raise TypeError(f"the expression is {holds!r}, neither true nor false")
        if not holds:
            yield Finding(
                self.rule.code,
                self.message.fill(facts.context),
                _label(facts.entry, self.route),
                help=self.help.fill(facts.context),
                own_rule=self.rule,
            )


def expressed(page: Page) -> Expressed:
    """Return the rule of a page whose check is an expression. Raises `PageError`."""
    rule = page.rule
    if rule.scope != "entry":
        raise page.error("scope", "an expression is about an entry")
    for key in ("message", "route"):
        if getattr(rule, key) is None:
            raise page.error("check", f"a rule with an expression has a {key}")
    return Expressed(
        rule,
        _compile(page, "check", compiled),
        _compile(page, "message", template),
        _compile(page, "help", template),
        tuple((rule.route or "").split(".")),
    )


def _compile(
    page: Page, key: str, make: Callable[[str, Mapping[str, frozenset[str]]], _Compiled]
) -> _Compiled:
    try:
        return make(getattr(page.rule, key), FIELDS)
    except ExpressionError as error:
        raise page.error(key, str(error)) from None


def _label(entry: Entry, route: tuple[str, ...]) -> Label:
    """Point at a value of the manifest; at the key of a list or mapping."""
    value = entry.document.values
    for key in entry.reading.original(route):
        value = value.get(key) if isinstance(value, dict) else None
    return entry.at(*route, key=isinstance(value, dict | list))
