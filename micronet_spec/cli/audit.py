"""`micronet audit`: check, count and rank every manifest of a folder."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from micronet_spec.audit import audit as auditing
from micronet_spec.board.published import require_date
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
    full_option,
    report_option,
    usage_errors,
    waivers_option,
)
from micronet_spec.cli.recorded import say_record
from micronet_spec.cli.source import budget_of, budget_options
from micronet_spec.report.console import Printer, progress
from micronet_spec.report.json import WIDTH
from micronet_spec.report.record import audit_record
from micronet_spec.report.recorded.audit import Record
from micronet_spec.visible import visible

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
@full_option
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
    told = dict[str, Any]()
    if board_date:
        with usage_errors():
            require_date(paths, board_date)
    verifier = _verifier(checkpoints, evidence, board_date, budget_of(limits))
    everything = auditing.audit(
        paths, progress, challenges, waivers_on=day, board_date=board_date, look=verifier
    )
    if verifier:
        told["verifications"] = _concluded(verifier)
    result, withheld = everything.showing(choice.of), choice.hidden(everything.findings)
    rules = [finding.rule for finding in result.findings if not finding.waived]
    code = exit_code(rules, fail_on, exit_zero=exit_zero)
    record = audit_record(result, printer.width if form == "text" else WIDTH) | told
    if form == "json":
        printer.json(record)
    else:
        say_record(printer, Record.model_validate(record), form, full=full)
        printer.say(*hidden_line(withheld if form == "text" else 0))
    return code


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


def _concluded(verifier: "Verifier") -> Any:
    """Return the verdicts on entries."""
    from micronet_spec.report.verification import verdicts_json  # noqa: PLC0415 (numpy)

    return verdicts_json(verifier.verified)
