"""`micronet audit`: check, count and rank every manifest of a folder."""

from pathlib import Path

import click

from micronet_spec import audit as auditing
from micronet_spec.cli.choice import ORGANIZER, Choice, choice_options, hidden_line
from micronet_spec.cli.options import (
    NOTHING,
    challenges_option,
    edition_option,
    exit_code,
    exit_zero_option,
    fail_on_option,
    find_challenges,
    report_option,
)
from micronet_spec.finding import Severity
from micronet_spec.report.console import Printer, progress
from micronet_spec.report.github import annotations
from micronet_spec.report.json import audit_json
from micronet_spec.report.sarif import sarif
from micronet_spec.report.tables import audit_tables, finding_table, share_lines
from micronet_spec.report.text import edition_lines, tally
from micronet_spec.report.visible import visible


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--full", is_flag=True, help="Every finding in full, not only errors.")
@choice_options(default=ORGANIZER)
@report_option
@fail_on_option
@exit_zero_option
@edition_option
@challenges_option
def audit(  # noqa: PLR0913 - one for every option
    *,
    folder: Path,
    persona: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    form: str,
    fail_on: str,
    edition: str | None,
    folder_of_challenges: Path | None,
    full: bool,
    exit_zero: bool,
) -> int:
    """Check and count every manifest below FOLDER, and rank them per task."""
    paths = auditing.manifests(folder)
    if not paths:
        click.echo(f"no manifest (*.yaml) below {visible(str(folder))}", err=True)
        return NOTHING
    challenges = find_challenges(folder_of_challenges, edition)
    choice = Choice(persona, select, ignore)
    everything = auditing.audit(paths, progress, challenges)
    result, withheld = everything.showing(choice.of), choice.hidden(everything.findings)
    rules = [finding.rule for finding in result.findings]
    code = exit_code(rules, fail_on, exit_zero=exit_zero)
    printer = Printer()
    if form == "json":
        printer.json(audit_json(result))
    elif form == "sarif":
        printer.json(sarif(result.findings))
    elif form == "github":
        printer.say(*annotations(result.findings))
    if form != "text":
        return code
    printer.say(*edition_lines(row.entry for row in result.rows))
    listed = [it for row in result.rows for it in row.findings]
    hidden = [] if full else [it for it in listed if it.rule.severity is not Severity.ERROR]
    for row in result.rows:
        shown = [it for it in row.findings if full or it.rule.severity is Severity.ERROR]
        printer.findings(row.entry, shown)
    printer.problems(result.beside)
    if hidden:
        printer.say(finding_table(result, hidden))
    printer.say(*audit_tables(result))
    for row in result.rows:
        printer.say(*share_lines(row))
    printer.say("", tally(rules, len(paths)), *hidden_line(withheld))
    return code
