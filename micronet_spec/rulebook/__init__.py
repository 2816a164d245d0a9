"""The rules of the program: one page each in `spec/rules/`, read when a rule is asked for."""

from functools import cache

from micronet_spec import data
from micronet_spec.rulebook.page import Page, PageError, load_page
from micronet_spec.rulebook.rule import Rule, Severity

__all__ = ["Page", "PageError", "Rule", "Severity", "codes", "load_page", "page", "rule", "rules"]

_FOLDER = "rules"


def codes() -> list[str]:
    """Return the code of every rule."""
    return sorted(path.name[:5] for path in (data.folder("spec") / _FOLDER).glob("*.md"))


@cache
def page(code: str) -> Page:
    """Return the page of the rule `code`. Raises `KeyError` if there is none, `PageError`."""
    found = list((data.folder("spec") / _FOLDER).glob(f"{code}-*.md"))
    if not found:
        raise KeyError(code)
    return load_page(found[0])


def rule(code: str) -> Rule:
    """Return the rule `code`. Raises `KeyError` if there is none, `PageError`."""
    return page(code).rule


def rules() -> dict[str, Rule]:
    """Return every rule by its code. Raises `PageError`."""
    return {code: rule(code) for code in codes()}
