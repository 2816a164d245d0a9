"""The page of a rule, held to what a page must be; its examples are not run."""

from collections.abc import Iterator
from pathlib import Path

from micronet_spec.finding import Finding, Label
from micronet_spec.rulebook import Page, PageError, load_page
from micronet_spec.rules.ruleset import ask, check_foreign


def page_mistakes(path: Path, challenge_clauses: frozenset[str] | None = None) -> Iterator[Finding]:
    """MN902: Yield what is wrong with the page of a rule at `path`.

    `challenge_clauses` are those of the challenge whose own rule it is, if it is not the program's.
    """
    try:
        page = load_page(path)
    except PageError as error:
        yield from wrong_page(error)
        return
    if challenge_clauses is not None:
        try:
            check_foreign(page, challenge_clauses)
        except PageError as error:
            yield from wrong_page(error)
    if challenge_clauses is None or page.rule.is_expression:
        try:
            ask(page)
        except PageError as error:
            yield from wrong_page(error)


def wrong_page(error: PageError) -> Iterator[Finding]:
    """Yield a finding for everything that an error says."""
    for span, message in error.wrong:
        yield Finding("MN902", message, Label(error.document, span))


def at_line(page: Page, line: int, message: str) -> Finding:
    """Return a finding about a line of a page."""
    text = page.document.lines[line - 1]
    start = sum(len(each) + 1 for each in page.document.lines[: line - 1])
    indent = len(text) - len(text.lstrip())
    span = page.document.between(start + indent, start + len(text))
    return Finding("MN902", message, Label(page.document, span))
