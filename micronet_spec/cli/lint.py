"""`micronet lint`: check manifests."""

from pathlib import Path
from typing import Any

import click

from micronet_spec import audit as auditing
from micronet_spec.cli.choice import CONTESTANT, Choice, choice_options, hidden_line
from micronet_spec.cli.options import (
    FILE,
    challenges_option,
    exit_code,
    exit_zero_option,
    fail_on_option,
    find_challenges,
    report_option,
)
from micronet_spec.finding import Finding, Rule  # noqa: TC001 - variables have the types
from micronet_spec.outline import outline
from micronet_spec.report.console import Printer, progress
from micronet_spec.report.github import annotations
from micronet_spec.report.json import finding_json
from micronet_spec.report.sarif import sarif
from micronet_spec.report.text import decimal, tally
from micronet_spec.report.visible import visible


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@choice_options(default=CONTESTANT)
@report_option
@fail_on_option
@exit_zero_option
@challenges_option
def lint(  # noqa: PLR0913 - one for every option
    *,
    files: tuple[Path, ...],
    persona: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    form: str,
    fail_on: str,
    folder_of_challenges: Path | None,
    exit_zero: bool,
) -> int:
    """Check manifests: every mistake at its line, with the clause it breaks and how to fix it."""
    challenges, choice = find_challenges(folder_of_challenges), Choice(persona, select, ignore)
    printer, hidden = Printer(), 0
    rules: list[Rule] = []
    listed: list[dict[str, Any]] = []
    kept: list[Finding] = []
    # Of an entry nothing is kept but what is said of it.
    for path in files if form == "text" else progress(list(files)):
        entry, found = auditing.lint(path, challenges)
        findings, hidden = choice.of(found), hidden + choice.hidden(found)
        rules += [finding.rule for finding in findings]
        if form == "json":
            listed += [finding_json(finding, entry.id) for finding in findings]
        elif form == "text":
            printer.findings(entry, findings)
            if entry.score:
                printer.say(f"{visible(str(path))}: score {decimal(entry.score.score)}")
        else:
            kept += outline(entry, findings)[1]
    if form == "json":
        printer.json({"findings": listed, "hidden": hidden})
    elif form == "sarif":
        printer.json(sarif(kept))
    elif form == "github":
        printer.say(*annotations(kept))
    else:
        printer.say(tally(rules, len(files)), *hidden_line(hidden))
    return exit_code(rules, fail_on, exit_zero=exit_zero)
