"""`micronet lint`: check manifests."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from micronet_spec.audit import audit as auditing
from micronet_spec.audit.outline import outline
from micronet_spec.cli.choice import CONTESTANT, choice_of, choice_options, hidden_line
from micronet_spec.cli.mending import Mending, fixable_line, mend_options
from micronet_spec.cli.options import (
    FILE,
    challenges_option,
    exit_code,
    exit_zero_option,
    fail_on_option,
    find_challenges,
    report_option,
    waivers_option,
)
from micronet_spec.finding import Finding, Rule
from micronet_spec.report.console import Printer, progress
from micronet_spec.report.github import annotations
from micronet_spec.report.json import finding_json
from micronet_spec.report.sarif import sarif
from micronet_spec.report.tables import waived_tables
from micronet_spec.report.text import decimal, tally
from micronet_spec.visible import visible
from micronet_spec.waivers import Waivers


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@choice_options(default=CONTESTANT)
@mend_options
@report_option
@fail_on_option
@exit_zero_option
@waivers_option
@challenges_option
def lint(  # noqa: PLR0913 - one for every option
    *,
    files: tuple[Path, ...],
    persona: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fix: bool,
    dry: bool,
    unsafe: bool,
    form: str,
    fail_on: str,
    folder_of_challenges: Path | None,
    waivers: bool,
    exit_zero: bool,
) -> int:
    """Check manifests: every mistake at its line, with the clause it breaks and how to fix it."""
    if dry and form != "text":
        raise click.UsageError("--diff is for people: leave out --format")
    mending = Mending(dry, unsafe) if fix or dry else None
    challenges = find_challenges(folder_of_challenges)
    choice = choice_of(challenges, persona, select, ignore)
    printer, hidden, fixable = Printer(), 0, 0
    rules: list[Rule] = []
    listed: list[dict[str, Any]] = []
    kept: list[Finding] = []
    known = Waivers(files, datetime.now(UTC).date() if waivers else None)
    problems, waived = list(known.findings), list[tuple[str, Finding]]()
    # Of an entry nothing is kept but what is said of it.
    for path in files if form == "text" else progress(list(files)):
        entry, found = auditing.lint(path, challenges)
        if mending and mending.writes(printer, entry, choice.of(found)):
            entry, found = auditing.lint(path, challenges)
        # What only a board shows is not found here, so nothing is called unused.
        every, more = known.applied(entry.id, found, lambda _: False)
        problems += more
        findings, hidden = choice.of(every), hidden + choice.hidden(every)
        standing = [finding for finding in findings if not finding.waived]
        rules += [finding.rule for finding in standing]
        waived += [(entry.id, finding) for finding in findings if finding.waived]
        fixable += sum(it.fix is not None and it.fix.safe for it in standing)
        if form == "json":
            listed += [finding_json(finding, entry.id) for finding in findings]
        elif form == "text":
            printer.findings(entry, standing)
            if entry.score:
                printer.say(f"{visible(str(path))}: score {decimal(entry.score.score)}")
        else:
            kept += outline(entry, findings)[1]
    problems = choice.of(problems)
    rules += [problem.rule for problem in problems]
    if form == "json":
        listed += [finding_json(problem, None) for problem in problems]
        printer.json({"findings": listed, "hidden": hidden})
    elif form == "sarif":
        printer.json(sarif([*kept, *problems]))
    elif form == "github":
        printer.say(*annotations([*kept, *problems]))
    else:
        printer.problems(problems)
        printer.say(*waived_tables(waived))
        printer.say(tally(rules, len(files), len(waived)), *hidden_line(hidden))
        printer.say(*fixable_line(fixable))
    return exit_code(rules, fail_on, exit_zero=exit_zero)
