"""The pages of rules with their examples run: what `micronet explain --check` says of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from micronet_spec import data, rulebook
from micronet_spec.challenge.challenge import clauses
from micronet_spec.challenge.editions import Challenges
from micronet_spec.finding import Finding, ordered
from micronet_spec.rulebook import Example, Page, PageError
from micronet_spec.rules.examples import BASE, found, marked
from micronet_spec.rules.pages import at_line, page_mistakes, wrong_page
from micronet_spec.rules.ruleset import assembled, own_rules


@dataclass(frozen=True)
class Tried:
    """What was tried, and what is wrong with it."""

    pages: int
    findings: list[Finding]


def pages_tried(challenges: Challenges) -> Tried:
    """Return what is wrong with the pages of challenges' own rules, and in their examples.

    Without a folder of challenges the program's own pages are looked at too.
    Raises `ChallengeError` for wrong data of a challenge.
    """
    folders = {
        own_rules(challenge, challenges.folder): frozenset(clauses(challenge, challenges.folder))
        for challenge in challenges.known()
    }
    of_ours = {} if challenges.folder else {data.folder("spec") / "rules": None}
    every = {folder: sorted(folder.glob("*.md")) for folder in (*folders, *of_ours)}
    findings = [
        finding
        for folder, paths in every.items()
        for finding in _tried(folder, paths, folders.get(folder), challenges)
    ]
    return Tried(sum(map(len, every.values())), ordered(findings))


def _tried(
    folder: Path, paths: list[Path], known: frozenset[str] | None, challenges: Challenges
) -> list[Finding]:
    """Return what is wrong with the pages in a folder; examples are run if no page is wrong."""
    wrong = [it for path in paths for it in page_mistakes(path, known)]
    if wrong:
        return wrong
    try:
        pages = rulebook.pages(folder)
        assembled(pages if known is not None else {})
    except PageError as error:
        return list(wrong_page(error))
    base = folder / BASE if (folder / BASE).is_file() else None
    return list(_of_examples(pages.values(), challenges, base))


def _of_examples(
    pages: Iterable[Page], challenges: Challenges, base: Path | None
) -> Iterator[Finding]:
    for page in pages:
        for example in page.examples:
            yield from _of_example(page, example, challenges, base)


def _of_example(
    page: Page, example: Example, challenges: Challenges, base: Path | None
) -> Iterator[Finding]:
    """Yield what is found in an example and not marked, and what is marked and not found."""
    said, wanted = found(example, challenges, base), marked(example)
    for number, line, code in sorted(said.keys() ^ wanted):
        block = example.blocks[number]
        # What is found in the rest of the manifest has no line in the example.
        at = block.line - 1 + min(line, max(1, block.marked.count("\n")))
        if (number, line, code) in wanted:
            message = f"{code} is marked here, and not found"
        else:
            message = f"{code} is found here, and not marked: {said[number, line, code]}"
        yield at_line(page, at, message)
