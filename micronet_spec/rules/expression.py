"""Expressions of rules, in the Common Expression Language (cel.dev).

They see `entry`, `task`, `challenge` and `score` and no layers. The language has no loops but over
the items of a list, here one such loop an expression, and no input or output: it cannot hang.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import cel

_TEXT = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')
_MACRO = re.compile(r"\.(?:all|exists|exists_one|map|filter)\(\s*(\w+)\s*,")
_FIELD = re.compile(r"(?<![\w.])(\w+)\s*\.\s*(\w+)(?!\s*\()")
_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


class ExpressionError(ValueError):
    """An expression that cannot be compiled, or sees what is not there."""


@dataclass(frozen=True)
class Expression:
    """A compiled expression."""

    program: "cel.Program"
    fields: frozenset[tuple[str, str]]
    """Variable and field of every `variable.field`."""
    variables: frozenset[str]

    def evaluate(self, context: "cel.Context") -> Any:
        """Return its value. Raises whatever the binding raises."""
        return self.program.execute(context)


@dataclass(frozen=True)
class Template:
    """A text with expressions in it, as `${expression}`."""

    parts: tuple[str | Expression, ...]

    @property
    def expressions(self) -> list[Expression]:
        """The expressions in it."""
        return [part for part in self.parts if isinstance(part, Expression)]

    def fill(self, context: "cel.Context") -> str:
        """Return the text. Raises whatever the binding raises."""
        return "".join(
            part if isinstance(part, str) else _shown(part.evaluate(context)) for part in self.parts
        )


def compiled(source: str, known: Mapping[str, frozenset[str]]) -> Expression:
    """Return an expression that sees variables with fields. Raises `ExpressionError`."""
    try:
        program = _cel().compile(source)
    except ValueError as error:
        raise ExpressionError(str(error).partition(": ERROR: <input>:")[2] or str(error)) from None
    bare = _TEXT.sub("''", source)
    bound = _MACRO.findall(bare)
    if len(bound) > 1:
        raise ExpressionError("an expression goes through one list, not more")
    variables = frozenset(program.variables()) - set(bound)
    fields = frozenset(pair for pair in _FIELD.findall(bare) if pair[0] in known)
    unknown = [f"variable `{name}`" for name in sorted(variables - known.keys())]
    unknown += [f"field `{name}.{it}`" for name, it in sorted(fields) if it not in known[name]]
    unknown += [
        f"function `{name}`"
        for name in program.functions()
        if name.isidentifier() and name not in _FUNCTIONS
    ]
    if unknown:
        raise ExpressionError(f"unknown {', '.join(unknown)}")
    return Expression(program, fields, variables)


def template(text: str, known: Mapping[str, frozenset[str]]) -> Template:
    """Return a template whose expressions see variables with fields. Raises `ExpressionError`."""
    parts = _PLACEHOLDER.split(text)
    return Template(
        tuple(compiled(part, known) if place % 2 else part for place, part in enumerate(parts))
    )


def context(variables: dict[str, Any]) -> "cel.Context":
    """Return what expressions see."""
    found: cel.Context = _cel().Context(variables=variables, functions={"compare": compare})
    return found


def compare(left: int | str, right: int | str) -> int:
    """Return -1, 0 or 1 as `left` is less than, equal to or greater than `right`, exactly.

    In an expression a number that is not whole is text ("79.996", "7/16"), so that none is rounded.
    """
    first, second = Fraction(left), Fraction(right)
    return (first > second) - (first < second)


_FUNCTIONS = {
    "compare",
    *("size", "contains", "startsWith", "endsWith", "matches", "has"),
    *("int", "string", "double", "uint", "bool", "timestamp", "duration", "dyn", "type"),
    *("min", "max"),
}


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


@cache
def _cel() -> Any:
    """Return the binding without its package, which imports a command line of its own."""
    package = find_spec("cel")
    assert package
    found = PathFinder.find_spec("cel.cel", package.submodule_search_locations)
    assert found
    assert found.loader
    module = module_from_spec(found)
    found.loader.exec_module(module)
    # What fails is a finding; the binding would log it too.
    logging.getLogger("cel").setLevel(logging.CRITICAL)
    return module
