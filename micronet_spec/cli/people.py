"""`micronet people`: who has how many entries, over all teams."""

from collections.abc import Sequence
from pathlib import Path

import click

from micronet_spec import audit as auditing
from micronet_spec.cli.options import (
    NOTHING,
    challenges_option,
    exit_code,
    exit_zero_option,
    fail_on_option,
    find_challenges,
)
from micronet_spec.entry import Entry, load_placed
from micronet_spec.finding import Finding, ordered
from micronet_spec.people.entries import NEEDED, census_of
from micronet_spec.people.register import register
from micronet_spec.report.console import Printer, progress
from micronet_spec.report.json import finding_json
from micronet_spec.report.people import people_csv, people_json, people_table, unknown_lines
from micronet_spec.report.text import tally
from micronet_spec.report.visible import visible
from micronet_spec.rules import limits


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="For people, for programs or for spreadsheets.",
)
@fail_on_option
@exit_zero_option
@challenges_option
def people(
    folder: Path,
    form: str,
    fail_on: str,
    folder_of_challenges: Path | None,
    *,
    exit_zero: bool,
) -> int:
    """List the persons of all manifests below FOLDER: entries per task, and slots left."""
    paths = auditing.manifests(folder)
    if not paths:
        click.echo(f"no manifest (*.yaml) below {visible(str(folder))}", err=True)
        return NOTHING
    challenges = find_challenges(folder_of_challenges)
    read = [load_placed(path, challenges) for path in progress(paths)]
    entries = [entry for entry in read if entry.has(*NEEDED)]
    unread = [str(entry.document.path) for entry in read if not entry.has(*NEEDED)]
    census, aliases = census_of(entries)
    findings = ordered(limits.about(census, aliases, entries))
    rules = [finding.rule for finding in findings]
    known, printer = register(census), Printer()
    if form == "json":
        ids = {entry.document.path: entry.id for entry in entries}
        listed = [finding_json(it, ids.get(it.primary.document.path)) for it in findings]
        table = people_json(known, census.unknowable)
        printer.json({**table, "not_read": unread, "findings": listed})
    elif form == "csv":
        printer.csv(people_csv(known))
    else:
        _show(printer, entries, findings)
        printer.say(people_table(known), *unknown_lines(known, census.unknowable))
        printer.say(*(f"not read: {visible(path)}" for path in unread))
        printer.say(tally(rules, len(paths)))
    return exit_code(rules, fail_on, exit_zero=exit_zero)


def _show(printer: Printer, entries: Sequence[Entry], findings: Sequence[Finding]) -> None:
    by_path = {entry.document.path: entry for entry in entries}
    for finding in findings:
        entry = by_path.get(finding.primary.document.path)
        if entry:
            printer.findings(entry, [finding])
        else:
            printer.problems([finding])
