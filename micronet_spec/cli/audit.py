"""`micronet audit`: check, count and rank every manifest of a folder."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from micronet_spec import audit as auditing
from micronet_spec.board import require_date
from micronet_spec.checkpoint.budget import Budget
from micronet_spec.cli.choice import ORGANIZER, choice_of, choice_options, hidden_line
from micronet_spec.cli.codes import NOTHING
from micronet_spec.cli.options import (
    challenges_option,
    edition_option,
    exit_code,
    exit_zero_option,
    fail_on_option,
    find_challenges,
    report_option,
    usage_errors,
    waivers_option,
)
from micronet_spec.cli.source import budget_of, budget_options
from micronet_spec.finding import Severity
from micronet_spec.report.boards import kind_lines, method_lines, standing_lines, statement_lines
from micronet_spec.report.console import Printer, progress
from micronet_spec.report.github import annotations
from micronet_spec.report.record import audit_record
from micronet_spec.report.sarif import sarif
from micronet_spec.report.tables import (
    Verdicts,
    audit_tables,
    finding_table,
    share_lines,
    waived_tables,
)
from micronet_spec.report.text import edition_lines, tally
from micronet_spec.report.visible import visible
from micronet_spec.statements import checked

if TYPE_CHECKING:
    from micronet_spec.verify.board import Verifier

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.argument("folder", type=_FOLDER)
@click.option("--checkpoints", type=_FOLDER, help="Verify entries with the files of this folder.")
@click.option("--evidence", type=_FOLDER, help="Verify entries with the evidence of this folder.")
@click.option(
    "--board-date",
    metavar="DATE",
    help="Published scores of this date, such as 2019-12-04; default: the latest.",
)
@click.option("--full", is_flag=True, help="Every finding in full, not only errors.")
@choice_options(default=ORGANIZER)
@budget_options
@report_option
@fail_on_option
@exit_zero_option
@waivers_option
@edition_option
@challenges_option
def audit(  # noqa: PLR0913 - one for every option
    *,
    folder: Path,
    checkpoints: Path | None,
    evidence: Path | None,
    board_date: str | None,
    persona: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    form: str,
    fail_on: str,
    edition: str | None,
    folder_of_challenges: Path | None,
    full: bool,
    waivers: bool,
    exit_zero: bool,
    **limits: int | None,
) -> int:
    """Check and count every manifest below FOLDER, and rank them per task."""
    paths = auditing.manifests(folder)
    if not paths:
        click.echo(f"no manifest (*.yaml) below {visible(str(folder))}", err=True)
        return NOTHING
    challenges = find_challenges(folder_of_challenges, edition)
    choice, printer = choice_of(challenges, persona, select, ignore), Printer()
    day = datetime.now(UTC).date() if waivers else None
    verdicts, told = None, dict[str, Any]()
    if board_date:
        with usage_errors():
            require_date(paths, board_date)
    verifier = _verifier(checkpoints, evidence, board_date, budget_of(limits))
    everything = auditing.audit(
        paths, progress, challenges, waivers_on=day, board_date=board_date, look=verifier
    )
    if verifier:
        verdicts, told["verifications"] = _concluded(verifier)
    result, withheld = everything.showing(choice.of), choice.hidden(everything.findings)
    rules = [finding.rule for finding in result.findings if not finding.waived]
    code = exit_code(rules, fail_on, exit_zero=exit_zero)
    if form == "json":
        printer.json(audit_record(result) | told)
    elif form == "sarif":
        printer.json(sarif(result.findings))
    elif form == "github":
        printer.say(*annotations(result.findings))
    else:
        _say(printer, result, verdicts, full=full)
        waived = sum(len(row.waived) for row in result.rows)
        printer.say("", tally(rules, len(paths), waived), *hidden_line(withheld))
    return code


def _say(
    printer: Printer,
    result: auditing.Audit,
    verdicts: Verdicts | None,
    *,
    full: bool,
) -> None:
    """Print an audit for people."""
    printer.say(*edition_lines(row.entry for row in result.rows))
    if result.board_date:
        printer.say(f"published scores: those of {result.board_date}")
    listed = [it for row in result.rows for it in row.findings if not it.waived]
    hidden = [] if full else [it for it in listed if it.rule.severity is not Severity.ERROR]
    for row in result.rows:
        severe = (it for it in row.findings if full or it.rule.severity is Severity.ERROR)
        printer.findings(row.entry, [it for it in severe if not it.waived])
    printer.problems(result.beside)
    if hidden:
        printer.say(finding_table(result, hidden))
    waived = [(row.entry.id, finding) for row in result.rows for finding in row.waived]
    printer.say(*waived_tables(waived))
    printer.say(*audit_tables(result, verdicts))
    for row in result.rows:
        printer.say(*share_lines(row))
    printer.say(*kind_lines(result.rows))
    printer.say(*method_lines(row.entry for row in result.rows))
    printer.say(*standing_lines(result.rows))
    printer.say(*statement_lines(checked(it, result.rows) for it in result.statements))


def _verifier(
    checkpoints: Path | None, evidence: Path | None, board_date: str | None, budget: Budget
) -> "Verifier | None":
    """Return what verifies entries by the files, or the records, of a folder."""
    if checkpoints and evidence:
        raise click.UsageError("either --checkpoints or --evidence")
    if not (checkpoints or evidence):
        return None
    from micronet_spec.verify.board import Checkpoints, Records, Verifier  # noqa: PLC0415 (numpy)

    if checkpoints:
        return Verifier(Checkpoints(checkpoints, budget), board_date)
    assert evidence
    records = Records(evidence)
    for problem in records.problems:
        click.echo(visible(problem), err=True)
    return Verifier(records, board_date)


def _concluded(verifier: "Verifier") -> tuple[Verdicts, Any]:
    """Return the verdicts on entries, for people and for programs."""
    from micronet_spec.report.verification import verdicts, verdicts_json  # noqa: PLC0415 (numpy)

    return verdicts(verifier.verified), verdicts_json(verifier.verified)
