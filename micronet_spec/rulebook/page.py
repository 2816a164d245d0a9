"""A rule's page: front matter between two lines `---`, then prose and examples under headings.

The front matter is YAML and read by the loader of manifests, so that a mistake has a line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from pydantic import ValidationError

from micronet_spec.document import Document, Route, Span, parse, read
from micronet_spec.rulebook.example import BAD, GOOD, Example, example
from micronet_spec.rulebook.rule import Rule

SECTIONS = ("What", "Why", "How to fix", "When to waive")
"""The headings of a page, in this order; examples follow them."""

_FENCE = "---"
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


class PageError(ValueError):
    """A page that is wrong; the message gives every place."""

    def __init__(self, document: Document, wrong: Sequence[tuple[Span, str]]) -> None:
        """Take what is wrong in the file of a page, and where."""
        super().__init__(
            "\n".join(
                f"{document.path}:{span.line}:{span.column}: {message}" for span, message in wrong
            )
        )
        self.document, self.wrong = document, wrong


@dataclass(frozen=True)
class Page:
    """A rule, and what its page says about it."""

    rule: Rule
    document: Document
    """The page; its values and nodes are those of the front matter."""
    sections: dict[str, str]
    """Prose by heading."""
    examples: tuple[Example, ...]

    def error(self, key: str, message: str) -> PageError:
        """Return an error at a key of the front matter."""
        return PageError(self.document, [(_place(self.document, (key,)), message)])


def load_page(path: Path) -> Page:
    """Return the page at `path`. Raises `PageError`."""
    document = read(path)
    if document.problems:
        raise PageError(document, [(it.span, it.message) for it in document.problems])
    return parse_page(document.text, path)


def parse_page(text: str, path: Path) -> Page:
    """Return the page that `text` is. Raises `PageError`."""
    opening, end = text.startswith(f"{_FENCE}\n"), text.find(f"\n{_FENCE}\n")
    if not opening or end < 0:
        message = f"a page begins with front matter between two lines `{_FENCE}`"
        raise PageError(Document(path, text), [(Span(1, 1, 2), message)])
    front = parse(text[: end + 1], path)
    document = Document(path, text, front.values, front.nodes, front.problems)
    if front.problems:
        raise PageError(document, [(it.span, it.message) for it in front.problems])
    rule = _rule(document)
    if path.name != f"{rule.code}-{rule.name}.md":
        message = f"the file of this rule is called {rule.code}-{rule.name}.md"
        raise PageError(document, [(document.span(("name",)), message)])
    parts = _parts(document, end)
    prose = _prose(document, parts[: len(SECTIONS)])
    return Page(rule, document, prose, _examples(document, parts[len(SECTIONS) :], rule.code))


def _rule(document: Document) -> Rule:
    try:
        return Rule.model_validate(document.values)
    except ValidationError as error:
        wrong = [
            (_place(document, it["loc"]), f"{_name(it['loc'])}{it['msg']}") for it in error.errors()
        ]
        raise PageError(document, wrong) from None


@dataclass(frozen=True)
class _Part:
    """A heading and what stands below it."""

    title: str
    text: str
    line: int
    """Where the text begins."""
    span: Span
    """Where the heading is."""


def _parts(document: Document, start: int) -> list[_Part]:
    text = document.text
    headings = list(_HEADING.finditer(text, start))
    ends = [*(match.start() for match in headings[1:]), len(text)]
    return [
        _part(document, match, text[match.end() : end])
        for match, end in zip(headings, ends, strict=False)
    ]


def _part(document: Document, heading: re.Match[str], below: str) -> _Part:
    span = document.between(*heading.span())
    text = below.lstrip()
    line = span.line + below[: len(below) - len(text)].count("\n")
    return _Part(heading[1], text.rstrip(), line, span)


def _prose(document: Document, parts: list[_Part]) -> dict[str, str]:
    for wanted, part in zip_longest(SECTIONS, parts):
        if part is None or part.title != wanted:
            span = part.span if part else Span(len(document.lines), 1, 2)
            message = f"the headings of a page are: {', '.join(SECTIONS)}; then {BAD} and {GOOD}"
            raise PageError(document, [(span, message)])
    return {part.title: part.text for part in parts}


def _examples(document: Document, parts: list[_Part], code: str) -> tuple[Example, ...]:
    examples = tuple(example(part.title, part.text, part.line) for part in parts)
    wrong = [
        (part.span, message)
        for part, it in zip(parts, examples, strict=True)
        if (message := _mistake(it, code))
    ]
    last = Span(len(document.lines), 1, 2)
    wrong += [
        (last, f"a page has an example under the heading `## {word}`")
        for word in (BAD, GOOD)
        if not any(it.title.startswith(word) for it in examples)
    ]
    if wrong:
        raise PageError(document, wrong)
    return examples


def _mistake(it: Example, code: str) -> str | None:
    if not it.title.startswith((BAD, GOOD)):
        return f"the heading of an example begins with {BAD} or {GOOD}"
    if not it.blocks:
        return "an example has a fenced block that says what it is, such as ```yaml"
    marked = {found for block in it.blocks for _, found in block.expected}
    if it.is_bad and code not in marked:
        return f"a bad example marks a line with `# <- {code}`"
    if not it.is_bad and code in marked:
        return f"a good example marks no line with {code}"
    return None


def _place(document: Document, route: Route) -> Span:
    return document.span(route) if route in document.nodes else Span(1, 1, 2)


def _name(route: Route) -> str:
    return f"{'.'.join(map(str, route))}: " if route else ""
