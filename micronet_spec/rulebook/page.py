"""A rule's page: front matter between two lines `---`, then prose under headings.

The front matter is YAML and read by the loader of manifests, so that a mistake has a line.
"""

import re
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from pydantic import ValidationError

from micronet_spec.document import Document, Route, Span, parse, read
from micronet_spec.rulebook.rule import Rule

SECTIONS = ("What", "Why", "How to fix", "When to waive")
"""The headings of a page, in this order."""

_FENCE = "---"
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


class PageError(ValueError):
    """A page that is wrong; the message gives every place."""


@dataclass(frozen=True)
class Page:
    """A rule, and what its page says about it."""

    rule: Rule
    document: Document
    """The page; its values and nodes are those of the front matter."""
    sections: dict[str, str]
    """Prose by heading."""


def load_page(path: Path) -> Page:
    """Return the page at `path`. Raises `PageError`."""
    document = read(path)
    if document.problems:
        raise PageError(f"{path}: {document.problems[0].message}")
    return parse_page(document.text, path)


def parse_page(text: str, path: Path) -> Page:
    """Return the page that `text` is. Raises `PageError`."""
    opening, end = text.startswith(f"{_FENCE}\n"), text.find(f"\n{_FENCE}\n")
    if not opening or end < 0:
        raise PageError(f"{path}:1:1: a page begins with front matter between two lines `---`")
    front = parse(text[: end + 1], path)
    document = Document(path, text, front.values, front.nodes, front.problems)
    if front.problems:
        raise PageError(_lines(document, [(it.span, it.message) for it in front.problems]))
    rule = _rule(document)
    if path.name != f"{rule.code}-{rule.name}.md":
        message = f"the file of this rule is called {rule.code}-{rule.name}.md"
        raise PageError(_lines(document, [(document.span(("name",)), message)]))
    return Page(rule, document, _sections(document, end + len(_FENCE) + 2))


def _rule(document: Document) -> Rule:
    try:
        return Rule.model_validate(document.values)
    except ValidationError as error:
        wrong = [
            (_place(document, it["loc"]), f"{_name(it['loc'])}{it['msg']}") for it in error.errors()
        ]
        raise PageError(_lines(document, wrong)) from None


def _sections(document: Document, start: int) -> dict[str, str]:
    headings = [match for match in _HEADING.finditer(document.text) if match.start() >= start]
    for wanted, match in zip_longest(SECTIONS, headings):
        if match is None or match[1] != wanted:
            at = match.start() if match else len(document.text) - 1
            message = f"the headings of a page are: {', '.join(SECTIONS)}"
            raise PageError(_lines(document, [(document.between(at, at + 1), message)]))
    ends = [match.start() for match in headings[1:]] + [len(document.text)]
    return {
        match[1]: document.text[match.end() : end].strip()
        for match, end in zip(headings, ends, strict=True)
    }


def _place(document: Document, route: Route) -> Span:
    return document.span(route) if route in document.nodes else Span(1, 1, 2)


def _name(route: Route) -> str:
    return f"{'.'.join(map(str, route))}: " if route else ""


def _lines(document: Document, wrong: list[tuple[Span, str]]) -> str:
    return "\n".join(
        f"{document.path}:{span.line}:{span.column}: {message}" for span, message in wrong
    )
