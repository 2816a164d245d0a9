"""pydantic's errors in the words of the language: what was expected, what was found."""

from decimal import Decimal
from typing import Any

from pydantic_core import ErrorDetails

from micronet_spec.manifest.types import expectation, forms, untagged

_LONGEST = 40

_TYPES = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text",
    "bool_type": "true or false",
    "decimal_type": "a number",
    "is_instance_of": "a number",
    "finite_number": "a finite number",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping of keys to values",
    "union_tag_not_found": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
    "too_short": ("a list of at least", "min_length"),
    "too_long": ("a list of at most", "max_length"),
    "string_too_short": ("text of at least", "min_length"),
    "string_too_long": ("text of at most", "max_length"),
}
_UNITS = {"too_short": " items", "too_long": " items", "string_too_long": " characters"}


def describe(value: Any) -> str:
    """Say what `value` is, in a few words and at most `_LONGEST` of its characters."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'the text "{_short(value)}"'
    if isinstance(value, (int, Decimal)):
        return _short(str(value))
    if isinstance(value, list):
        return f"a list of {len(value):,}"
    return "a mapping" if isinstance(value, dict) else "nothing"


def explain(error: ErrorDetails, value: Any) -> tuple[str, str]:
    """Return the code and the message for a pydantic `error` about `value`.

    Missing and unknown keys are not explained here: they are about a mapping, not a value.
    """
    kind, context = error["type"], error.get("ctx", {})
    found = describe(value)
    if kind in _TYPES:
        return "MN103", f"expected {_TYPES[kind]}, found {found}"
    if kind in {"rational_type", "rational_range"}:
        code = "MN103" if kind == "rational_type" else "MN104"
        return code, f"expected {context['expected']}, found {found}"
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        if kind.startswith("too_"):
            found = f"{context['actual_length']:,}"
        return "MN104", f"expected {words} {context[key]:,}{_UNITS.get(kind, '')}, found {found}"
    if kind == "union_tag_invalid":
        return "MN103", f"expected {forms(context['expected_tags'])}, found {found}"
    if kind == "string_pattern_mismatch":
        expected = expectation(context["pattern"])
    elif kind == "literal_error":
        expected = context["expected"]
    else:
        return "MN104", f"{error['msg']}, found {found}"
    return "MN104", f"expected {expected}, found {found}"


def one_of(field: str, known: list[str]) -> str:
    """Say which words a field takes."""
    return f"`{field}` is one of: {', '.join(known)}"


def tags(error: ErrorDetails) -> list[str]:
    """Return the literals that a union takes, from its `union_tag_invalid` error."""
    return [untagged(tag.strip("'")) for tag in error["ctx"]["expected_tags"].split(", ")]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
