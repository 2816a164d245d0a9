"""The rules of the program: one page each in `spec/rules/`, read when a rule is asked for."""

import re
from functools import cache
from pathlib import Path

from micronet_spec import data
from micronet_spec.document import Document, Span
from micronet_spec.rulebook.example import Block, Example
from micronet_spec.rulebook.page import Page, PageError, load_page
from micronet_spec.rulebook.rule import BUILT_IN, CODE, EVIDENCE, PYTHON, Rule, Severity

__all__ = [
    "BUILT_IN",
    "CODE",
    "EVIDENCE",
    "PYTHON",
    "Block",
    "Example",
    "Page",
    "PageError",
    "Rule",
    "Severity",
    "load_page",
    "page",
    "pages",
    "rule",
    "rules",
]

_NAME = re.compile(rf"({CODE.pattern})-[a-z0-9-]+\.md")


def pages(folder: Path | None = None) -> dict[str, Page]:
    """Return the page of every rule in `folder`, default `spec/rules/`, by code.

    Raises `PageError`.
    """
    found: dict[str, Page] = {}
    for code, path in _paths(folder or _own()):
        if code in found:
            raise found[code].error("code", f"{path.name} has the same code")
        found[code] = _load(path)
    return found


def page(code: str) -> Page:
    """Return the page of a rule of the program. Raises `KeyError`, `PageError`."""
    for found, path in _paths(_own()):
        if found == code:
            return _load(path)
    raise KeyError(code)


@cache
def rule(code: str) -> Rule:
    """Return a rule of the program. Raises `KeyError` if there is none, `PageError`."""
    return page(code).rule


def rules() -> dict[str, Rule]:
    """Return every rule of the program by its code. Raises `PageError`."""
    return {code: page.rule for code, page in pages().items()}


def _own() -> Path:
    return data.folder("spec") / "rules"


@cache
def _load(path: Path) -> Page:
    return load_page(path)


def _paths(folder: Path) -> list[tuple[str, Path]]:
    """Return code and path of every page; `PageError` for a page of another name."""
    found = []
    for path in sorted(folder.glob("*.md")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            message = "the file of a rule is called CODE-name.md"
            raise PageError(Document(path, ""), [(Span(1, 1, 2), message)])
        found.append((match[1], path))
    return found
