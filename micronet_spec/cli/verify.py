"""`micronet verify`: a manifest against its checkpoint."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import click

from micronet_spec import audit as auditing
from micronet_spec.board import board_of, readable_board
from micronet_spec.checkpoint.budget import Budget, default_budget
from micronet_spec.checkpoint.request import Request
from micronet_spec.cli.options import (
    FILE,
    FOUND,
    NOTHING,
    challenges_option,
    edition_option,
    exit_code,
    exit_zero_option,
    fail_on_option,
    find_challenges,
    form_option,
    usage_errors,
)
from micronet_spec.editions import Challenges
from micronet_spec.entry import Entry
from micronet_spec.finding import Finding, Severity
from micronet_spec.fix import WriteError, diff, write
from micronet_spec.manifest.entry import Checkpoint
from micronet_spec.quality import prove
from micronet_spec.report.console import Bar, Printer
from micronet_spec.report.plot import check_plot
from micronet_spec.report.text import edition_lines, tally
from micronet_spec.report.verification import VerificationReport
from micronet_spec.report.visible import visible
from micronet_spec.report.waterfall import draw_waterfall
from micronet_spec.verify.evidence import Verdict
from micronet_spec.verify.fetch import FetchError, fetched
from micronet_spec.verify.fix import Values, fixed, keys_found, measured_values
from micronet_spec.verify.records import RecordError, load_evidence
from micronet_spec.verify.run import Source
from micronet_spec.verify.run import verify as verify_entry

Command = Callable[..., int]

_PREFIX = "max_"


def budget_options(command: Command) -> Command:
    """Add an option for every limit of a budget."""
    for name, limit in reversed(vars(default_budget()).items()):
        flag = f"--{_PREFIX}{name}".replace("_", "-")
        option = click.option(flag, type=click.IntRange(min=1), help=f"Default: {limit:,}.")
        command = option(command)
    return command


_NOTHING = {Verdict.ABSENT, Verdict.CRASHED}
"""Verdicts that nothing was looked at."""


@click.command()
@click.argument("manifest", type=FILE)
@click.option("--checkpoint", type=FILE, help="The file that the manifest is about.")
@click.option(
    "--fetch",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Get the file from the address in the manifest into FOLDER, if it is not there.",
)
@click.option("--evidence", type=FILE, help="Judge again by an evidence record, without the file.")
@click.option("--labels", type=FILE, help="Labels of the test set: prove the stated quality.")
@click.option("--root", metavar="PREFIX", help="Which of several networks in the file is meant.")
@click.option(
    "--reader",
    type=click.Choice(["own", "torch"]),
    default="own",
    show_default=True,
    help="torch reads files that ours refuses, in the same limits.",
)
@click.option("--map", "write_keys", is_flag=True, help="Write guessed keys into the manifest.")
@click.option("--fix", is_flag=True, help="Write nonzeros, bits and digest into the manifest.")
@click.option("--diff", is_flag=True, help="Only show what --map and --fix would write.")
@click.option("--against", type=FILE, metavar="BOARD", help="Rank on a published board.csv.")
@click.option("--plot", type=FILE, metavar="FILE", help="Claimed to measured as a picture.")
@click.option("--all", "every", is_flag=True, help="Show every part of every layer that differs.")
@budget_options
@form_option
@fail_on_option
@exit_zero_option
@edition_option
@challenges_option
def verify(  # noqa: PLR0913 - one argument an option
    *,
    manifest: Path,
    checkpoint: Path | None,
    folder: Path | None,
    evidence: Path | None,
    labels: Path | None,
    root: str | None,
    reader: Literal["own", "torch"],
    write_keys: bool,
    fix: bool,
    diff: bool,
    against: Path | None,
    plot: Path | None,
    every: bool,
    form: str,
    fail_on: str,
    exit_zero: bool,
    edition: str | None,
    folder_of_challenges: Path | None,
    **limits: int | None,
) -> int:
    """Measure what a checkpoint contains, and recount the score of MANIFEST from that."""
    given = {name.removeprefix(_PREFIX): it for name, it in limits.items() if it is not None}
    budget = replace(default_budget(), **given)
    if sum(it is not None for it in (checkpoint, evidence, folder)) > 1:
        raise click.UsageError("one of --checkpoint, --fetch and --evidence")
    printer, challenges = Printer(), find_challenges(folder_of_challenges, edition)
    with usage_errors(RecordError):
        board = readable_board(against) if against else board_of(manifest)
        record = load_evidence(evidence) if evidence else None
        if plot:
            check_plot(plot)
    entry, lint = auditing.lint(manifest, challenges)
    request = Request(path=checkpoint or manifest, budget=budget, reader=reader)
    source = Source(evidence=record, root=root, board=board, told=Bar())
    if not record:
        source = _with_file(source, entry, request, checkpoint, folder)
    verification, made = verify_entry(entry, source)
    proof = prove(entry, labels) if labels else None
    report = VerificationReport(verification, board, proof, every)
    if plot and entry.score:
        with usage_errors(RecordError):
            draw_waterfall(plot, verification.comparison)
    if form == "json":
        printer.json(made.model_copy(update={"result": report.json()}).model_dump(mode="json"))
        return _exit(report, fail_on, exit_zero=exit_zero)
    printer.say(*edition_lines([entry]))
    if not entry.score:
        errors = [finding for finding in lint if finding.rule.severity is Severity.ERROR]
        printer.findings(entry, errors)
    printer.findings(entry, report.findings)
    printer.say(*report.text())
    printer.say(f"verify: {_tally(report.findings)}; lint: {_tally(lint)}")
    values = keys_found(verification.comparison) if write_keys else []
    values += measured_values(verification.comparison) if fix else []
    if write_keys or fix:
        _write(printer, entry, values, challenges, dry=diff)
    return _exit(report, fail_on, exit_zero=exit_zero)


def _with_file(
    source: Source, entry: Entry, request: Request, checkpoint: Path | None, folder: Path | None
) -> Source:
    """Return `source` with the file that is given, got, or beside the manifest."""
    try:
        path = checkpoint or (_fetched(entry, folder, request.budget) if folder else _beside(entry))
    except FetchError as error:
        return replace(source, nothing=error.contents)
    return replace(source, request=replace(request, path=path)) if path else source


def _fetched(entry: Entry, folder: Path, budget: Budget) -> Path:
    """Return the file that the manifest gives the address of. Raises `FetchError`."""
    declared = entry.manifest.checkpoint if entry.has("checkpoint") else None
    if not isinstance(declared, Checkpoint):
        raise FetchError("the manifest names no checkpoint")
    return fetched(declared, folder, budget.file_bytes, Bar("fetching"))


def _beside(entry: Entry) -> Path | None:
    """Return the file of the declared name beside the manifest, if it is there."""
    declared = entry.manifest.checkpoint if entry.has("checkpoint") else None
    name = getattr(declared, "file", None)
    path = entry.document.path.parent / Path(name).name if name else None
    return path if path and path.is_file() and not path.is_symlink() else None


def _write(
    printer: Printer, entry: Entry, values: Values, challenges: Challenges, *, dry: bool
) -> None:
    """Write `values` into the manifest, or show what that would change."""
    before, path = entry.document.text, entry.document.path
    after, failed = fixed(entry, values)
    for route in failed:
        printer.say(f"no place for {visible('.'.join(map(str, route)))}: write it by hand")
    if dry:
        printer.say(*map(visible, diff(entry.document, after)))
        return
    if after == before:
        printer.say("nothing to write")
        return
    with usage_errors(WriteError):
        write(path, after)
    _, found = auditing.lint(path, challenges)
    count = len(values) - len(failed)
    printer.say(f"wrote {count:,} values into {visible(str(path))}; lint: {_tally(found)}")


def _tally(found: Sequence[Finding]) -> str:
    return tally([finding.rule for finding in found], 1)


def _exit(report: VerificationReport, fail_on: str, *, exit_zero: bool) -> int:
    rules = [finding.rule for finding in report.findings]
    code = exit_code(rules, fail_on, exit_zero=exit_zero)
    if report.verification.verdict in _NOTHING and code == FOUND:
        return NOTHING
    return code
