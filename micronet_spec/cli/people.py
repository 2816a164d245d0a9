"""`micronet people`: who has how many entries, over all teams."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from micronet_spec.audit import audit as auditing
from micronet_spec.cli.codes import NOTHING
from micronet_spec.cli.options import (
    challenges_option,
    exit_code,
    exit_zero_option,
    fail_on_option,
    find_challenges,
    waivers_option,
)
from micronet_spec.entry.entry import Entry, load_placed
from micronet_spec.finding import Finding, ordered
from micronet_spec.people.entries import NEEDED, census_of
from micronet_spec.people.register import register
from micronet_spec.report.console import Printer, progress
from micronet_spec.report.json import finding_json
from micronet_spec.report.people import people_csv, people_json, people_table, unknown_lines
from micronet_spec.report.text import tally
from micronet_spec.rules import check, limits
from micronet_spec.visible import visible
from micronet_spec.waivers import Waivers


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
@waivers_option
@challenges_option
def people(  # noqa: PLR0913 - one for every option
    *,
    folder: Path,
    form: str,
    fail_on: str,
    folder_of_challenges: Path | None,
    waivers: bool,
    exit_zero: bool,
) -> int:
    """List the persons of all manifests below FOLDER: entries per task, and slots left."""
    paths = auditing.manifests(folder)
    if not paths:
        click.echo(f"no manifest (*.yaml) below {visible(str(folder))}", err=True)
        return NOTHING
    challenges = find_challenges(folder_of_challenges)
    known = Waivers(paths, datetime.now(UTC).date() if waivers else None)
    read = [load_placed(path, challenges) for path in progress(paths)]
    entries = [_admitted(entry, known) for entry in read if entry.has(*NEEDED)]
    unread = [str(entry.document.path) for entry in read if not entry.has(*NEEDED)]
    census, aliases = census_of(entries)
    findings = _marked(ordered(limits.about(census, aliases, entries)), entries, known)
    standing = [finding for finding in findings if not finding.waived]
    rules = [finding.rule for finding in standing]
    listed, printer = register(census), Printer()
    if form == "json":
        ids = {entry.document.path: entry.id for entry in entries}
        found = [finding_json(it, ids.get(it.primary.document.path)) for it in findings]
        table = people_json(listed, census.unknowable)
        printer.json({**table, "not_read": unread, "findings": found})
    elif form == "csv":
        printer.csv(people_csv(listed))
    else:
        _show(printer, entries, standing)
        printer.say(people_table(listed), *unknown_lines(listed, census.unknowable))
        printer.say(*(f"not read: {visible(path)}" for path in unread))
        printer.say(tally(rules, len(paths), len(findings) - len(standing)))
    return exit_code(rules, fail_on, exit_zero=exit_zero)


def _admitted(entry: Entry, waivers: Waivers) -> Entry:
    return replace(entry, admitted=entry.id in waivers and waivers.admits(entry.id, check(entry)))


def _marked(findings: list[Finding], entries: Sequence[Entry], waivers: Waivers) -> list[Finding]:
    """Return `findings` with those marked that are set aside."""
    ids = {entry.document.path: entry.id for entry in entries if entry.id in waivers}
    of_entries: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        of_entries[ids.get(finding.primary.document.path, "")].append(finding)
    return ordered(
        it for entry, found in of_entries.items() for it in waivers.applied(entry, found)[0]
    )


def _show(printer: Printer, entries: Sequence[Entry], findings: Sequence[Finding]) -> None:
    by_path = {entry.document.path: entry for entry in entries}
    for finding in findings:
        entry = by_path.get(finding.primary.document.path)
        if entry:
            printer.findings(entry, [finding])
        else:
            printer.problems([finding])
