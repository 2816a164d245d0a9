"""`micronet explain`: what a rule finds, why, how to fix it, and when it is waived."""

import difflib
from pathlib import Path

import click

from micronet_spec import rulebook
from micronet_spec.challenge import Clause
from micronet_spec.cli.options import CLEAN, challenges_option, find_challenges
from micronet_spec.editions import Challenges
from micronet_spec.report.console import Printer
from micronet_spec.report.rules import rule_index, rule_json, rule_table, rule_text
from micronet_spec.report.visible import visible
from micronet_spec.rulebook import Page
from micronet_spec.rules import pages_of


@click.command()
@click.argument("rule", required=False, metavar="[CODE]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="For people, for programs, or as in docs/rules.md.",
)
@challenges_option
def explain(rule: str | None, form: str, folder_of_challenges: Path | None) -> int:
    """Explain a rule by its code or name, with its source and its fix; without one, list all."""
    challenges = find_challenges(folder_of_challenges)
    pages = list(rulebook.pages().values())
    for challenge in challenges.known():
        pages += pages_of(challenge, challenges.folder).values()
    printer = Printer()
    chosen = pages if rule is None else [_named(rule, pages)]
    if form == "json":
        printer.json([rule_json(page) for page in chosen])
    elif rule is None and form == "markdown":
        printer.markdown(rule_index(pages))
    elif rule is None:
        printer.say(rule_table(pages))
    else:
        text = rule_text(chosen[0], _clauses(challenges))
        if form == "markdown":
            printer.markdown(text)
        else:
            printer.page(text)
    return CLEAN


def _named(word: str, pages: list[Page]) -> Page:
    """Return the page of the rule with a code or name."""
    known = {name: page for page in pages for name in (page.rule.code, page.rule.name)}
    found = known.get(word.upper()) or known.get(word.lower())
    if found is None:
        close = difflib.get_close_matches(word.upper(), known, 1)
        close = close or difflib.get_close_matches(word.lower(), known, 1)
        hint = f"; did you mean {close[0]}?" if close else "; `micronet explain` lists all"
        raise click.UsageError(f"no rule {visible(word)}{hint}")
    return found


def _clauses(challenges: Challenges) -> dict[str, Clause]:
    """Return the clauses of all challenges, of the first where several have one id."""
    found: dict[str, Clause] = {}
    for challenge in challenges.known():
        found = {**challenges.load(challenge).clauses, **found}
    return found
