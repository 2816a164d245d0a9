"""`micronet lint`: check manifests."""

from pathlib import Path

import click

from micronet_spec import audit as auditing
from micronet_spec.cli.options import (
    FILE,
    challenges_option,
    exit_code,
    exit_zero_option,
    fail_on_option,
    find_challenges,
    form_option,
)
from micronet_spec.report.console import Printer, progress
from micronet_spec.report.json import finding_json
from micronet_spec.report.text import decimal, tally
from micronet_spec.report.visible import visible


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@form_option
@fail_on_option
@exit_zero_option
@challenges_option
def lint(
    files: tuple[Path, ...],
    form: str,
    fail_on: str,
    folder_of_challenges: Path | None,
    *,
    exit_zero: bool,
) -> int:
    """Check manifests: every mistake at its line, with the clause it breaks and how to fix it."""
    challenges = find_challenges(folder_of_challenges)
    checked = [auditing.lint(path, challenges) for path in progress(list(files))]
    findings = [finding for _, found in checked for finding in found]
    printer = Printer()
    if form == "json":
        listed = [finding_json(finding, entry.id) for entry, found in checked for finding in found]
        printer.json({"findings": listed})
        return exit_code(findings, fail_on, exit_zero=exit_zero)
    for entry, found in checked:
        printer.findings(entry, found)
        if entry.score:
            where = visible(str(entry.document.path))
            printer.say(f"{where}: score {decimal(entry.score.score)}")
    printer.say(tally(findings, len(files)))
    return exit_code(findings, fail_on, exit_zero=exit_zero)
