"""`micronet verify`: a manifest against its checkpoint."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from micronet_spec.audit import audit as auditing
from micronet_spec.board.published import board_of, readable_board
from micronet_spec.challenge.editions import Challenges
from micronet_spec.cli.choice import ORGANIZER, choice_of, choice_options, hidden_line
from micronet_spec.cli.codes import NOTHING
from micronet_spec.cli.options import (
    FILE,
    NEVER,
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
from micronet_spec.cli.source import Place, budget_of, budget_options, source_options
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding, Rule, Severity
from micronet_spec.fix import WriteError, diff, write
from micronet_spec.quality import Proof, prove
from micronet_spec.report.console import Printer
from micronet_spec.report.github import annotations
from micronet_spec.report.plot import check_plot
from micronet_spec.report.sarif import sarif
from micronet_spec.report.tables import waived_tables
from micronet_spec.report.text import edition_lines, tally
from micronet_spec.report.verification import VerificationReport
from micronet_spec.report.waterfall import draw_waterfall
from micronet_spec.verify.compare import Verification
from micronet_spec.verify.evidence import Verdict
from micronet_spec.verify.fix import Values, fixed, keys_found, measured_values
from micronet_spec.verify.run import verify as verify_entry
from micronet_spec.visible import visible
from micronet_spec.waivers import Waivers

_NOTHING = {Verdict.ABSENT, Verdict.CRASHED}
"""Verdicts that nothing was looked at."""


@click.command()
@click.argument("manifest", type=FILE)
@source_options
@click.option("--labels", type=FILE, help="Labels of the test set: prove the stated quality.")
@click.option("--map", "write_keys", is_flag=True, help="Write guessed keys into the manifest.")
@click.option("--fix", is_flag=True, help="Write nonzeros, bits and digest into the manifest.")
@click.option("--diff", is_flag=True, help="Only show what --map and --fix would write.")
@click.option("--against", type=FILE, metavar="BOARD", help="Rank on a published board.csv.")
@click.option("--plot", type=FILE, metavar="FILE", help="Claimed to measured as a picture.")
@click.option("--all", "every", is_flag=True, help="Show every part of every layer that differs.")
@choice_options(default=ORGANIZER)
@budget_options
@report_option
@fail_on_option
@exit_zero_option
@waivers_option
@edition_option
@challenges_option
def verify(  # noqa: PLR0913 - one argument an option
    *,
    manifest: Path,
    labels: Path | None,
    write_keys: bool,
    fix: bool,
    diff: bool,
    against: Path | None,
    plot: Path | None,
    every: bool,
    persona: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    form: str,
    fail_on: str,
    exit_zero: bool,
    waivers: bool,
    edition: str | None,
    folder_of_challenges: Path | None,
    **more: Any,
) -> int:
    """Measure what a checkpoint contains, and recount the score of MANIFEST from that."""
    if (write_keys or fix) and form != "text":
        raise click.UsageError("--map and --fix are for people: leave out --format")
    if diff and not (write_keys or fix):
        raise click.UsageError("--diff shows what --map or --fix would write: name one")
    place, printer = Place.of(more), Printer()
    challenges = find_challenges(folder_of_challenges, edition)
    choice = choice_of(challenges, persona, select, ignore)
    with usage_errors():
        board = readable_board(against) if against else board_of(manifest)
        if plot:
            check_plot(plot)
    entry, lint = auditing.lint(manifest, challenges)
    source = replace(place.source(entry, budget_of(more)), board=board)
    verification, made = verify_entry(entry, source)
    proof = prove(entry, labels) if labels else None
    day = datetime.now(UTC).date() if waivers else None
    found, problems = _judged(verification, proof, Waivers([manifest], day))
    found = [*_uncounted(entry, lint), *found]
    shown, beside = choice.of(found), choice.of(problems)
    report = VerificationReport(verification, shown, beside, board, proof, every)
    standing = [it for it in (*shown, *beside) if not it.waived]
    if plot and entry.score:
        with usage_errors():
            draw_waterfall(plot, verification.comparison)
    if form == "json":
        printer.json(made.model_copy(update={"result": report.json()}).model_dump(mode="json"))
    elif form == "sarif":
        printer.json(sarif([*shown, *beside]))
    elif form == "github":
        printer.say(*annotations([*shown, *beside]))
    else:
        printer.say(*edition_lines([entry]))
        printer.findings(entry, [it for it in shown if not it.waived])
        printer.problems(beside)
        waived = [(entry.id, it) for it in shown if it.waived]
        printer.say(*waived_tables(waived), *report.text())
        here = _tally(standing, len(waived))
        printer.say(f"verify: {here}; lint: {_tally(lint)}", *hidden_line(choice.hidden(found)))
        values = keys_found(verification.comparison) if write_keys else []
        values += measured_values(verification.comparison) if fix else []
        if write_keys or fix:
            _write(printer, entry, values, challenges, dry=diff)
    if verification.verdict in _NOTHING and not exit_zero and fail_on != NEVER:
        return NOTHING
    return exit_code([it.rule for it in standing], fail_on, exit_zero=exit_zero)


def _uncounted(entry: Entry, lint: Sequence[Finding]) -> list[Finding]:
    """Return the errors that keep an entry from being counted, and so from being compared."""
    return [] if entry.score else [it for it in lint if it.rule.severity is Severity.ERROR]


def _judged(
    verification: Verification, proof: Proof | None, waivers: Waivers
) -> tuple[list[Finding], list[Finding]]:
    """Return what was found, the waived marked; and what is found of waivers of such findings."""
    found = verification.findings + (proof.findings if proof else ())
    checks = verification.looked.checks | ({"quality"} if proof else set())

    def asked(rule: Rule | None) -> bool:
        return rule is not None and rule.check in checks

    marked, problems = waivers.applied(verification.comparison.entry.id, found, asked)
    return list(marked), [*waivers.findings, *problems]


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


def _tally(found: Sequence[Finding], waived: int = 0) -> str:
    return tally([finding.rule for finding in found], 1, waived)
