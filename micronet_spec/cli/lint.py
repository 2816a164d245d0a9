"""`micronet lint`: check manifests."""

from pathlib import Path
from typing import Any

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
from micronet_spec.finding import Rule  # noqa: TC001 - a variable has the type
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
    printer = Printer()
    rules: list[Rule] = []
    listed: list[dict[str, Any]] = []
    # Of an entry nothing is kept but what is said of it.
    for path in progress(list(files)) if form == "json" else files:
        entry, findings = auditing.lint(path, challenges)
        rules += [finding.rule for finding in findings]
        if form == "json":
            listed += [finding_json(finding, entry.id) for finding in findings]
            continue
        printer.findings(entry, findings)
        if entry.score:
            printer.say(f"{visible(str(path))}: score {decimal(entry.score.score)}")
    if form == "json":
        printer.json({"findings": listed})
    else:
        printer.say(tally(rules, len(files)))
    return exit_code(rules, fail_on, exit_zero=exit_zero)
