"""`micronet explain`: what a rule finds, why, how to fix it, and when it is waived."""

import difflib
from pathlib import Path

import click

from micronet_spec import rulebook
from micronet_spec.challenge.challenge import Clause
from micronet_spec.challenge.editions import Challenges
from micronet_spec.cli.codes import CLEAN, FOUND, NOTHING
from micronet_spec.cli.options import challenges_option, find_challenges
from micronet_spec.report.console import Printer
from micronet_spec.report.json import finding_json
from micronet_spec.report.rules import rule_index, rule_json, rule_table, rule_text
from micronet_spec.report.text import tally
from micronet_spec.rulebook import Page
from micronet_spec.rules import pages_of
from micronet_spec.visible import visible


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
@click.option(
    "--check", "checked", is_flag=True, help="Try the pages: read them and run their examples."
)
@challenges_option
def explain(
    rule: str | None, form: str, folder_of_challenges: Path | None, *, checked: bool
) -> int:
    """Explain a rule by its code or name, with its source and its fix; without one, list all.

    --check tries the pages of the challenges' own rules, and of the program's without --challenges.
    """
    challenges = find_challenges(folder_of_challenges)
    if checked:
        if rule or form == "markdown":
            raise click.UsageError("--check tries all pages, for people or as JSON")
        return _check(challenges, form)
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


def _check(challenges: Challenges, form: str) -> int:
    from micronet_spec.rules.tried import pages_tried  # noqa: PLC0415 - examples need much

    tried, printer = pages_tried(challenges), Printer()
    if not tried.pages:
        click.echo("no page of a rule (rules/*.md beside a challenge's files)", err=True)
        return NOTHING
    if form == "json":
        printer.json({"findings": [finding_json(finding, None) for finding in tried.findings]})
    else:
        printer.problems(tried.findings)
        printer.say(tally([finding.rule for finding in tried.findings], tried.pages))
    return FOUND if tried.findings else CLEAN


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
