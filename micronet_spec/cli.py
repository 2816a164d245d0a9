"""The command line: arguments in, findings and tables out, and the exit code.

Exit codes: 0 clean, 1 findings, 2 usage, 3 nothing to check or a mistake of ours.
"""

import difflib
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from micronet_spec import audit as auditing
from micronet_spec import drafting
from micronet_spec.address import AddressError
from micronet_spec.board import BoardError, readable_board, standing_of
from micronet_spec.challenge import ChallengeError
from micronet_spec.edit import ChangeError, parse_change
from micronet_spec.editions import Challenges
from micronet_spec.entry import Entry
from micronet_spec.finding import Finding, Severity
from micronet_spec.manifest.schema import manifest_schema
from micronet_spec.report.console import Printer, progress
from micronet_spec.report.groups import KEYS
from micronet_spec.report.json import audit_json, edition_json, finding_json, layer_json
from micronet_spec.report.plot import PlotError, check_plot, draw
from micronet_spec.report.reference import reference as language_reference
from micronet_spec.report.score import LAYER, ScoreReport
from micronet_spec.report.tables import audit_tables, item_table, share_lines
from micronet_spec.report.text import decimal, edition_lines, tally
from micronet_spec.report.visible import visible
from micronet_spec.score import LayerCost
from micronet_spec.whatif import what_if

CLEAN, FOUND, USAGE, NOTHING = 0, 1, 2, 3
_NEVER = "never"

_file = click.Path(path_type=Path)
_form = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)
_fail_on = click.option(
    "--fail-on",
    type=click.Choice([*(str(severity) for severity in Severity), _NEVER]),
    default=str(Severity.ERROR),
    show_default=True,
    help="Least severity that exits with 1.",
)
_exit_zero = click.option(
    "--exit-zero", is_flag=True, help="Exit with 0 whatever is found, as for a report."
)
_challenges = click.option(
    "--challenges",
    "folder_of_challenges",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Folder with a folder for every challenge, in place of the program's own.",
)
_edition = click.option(
    "--edition",
    metavar="DATE",
    help="Count with the constants of another edition, by the same counting rules.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="micronet-spec", prog_name="micronet")
def cli() -> None:
    """Lint, score and audit entries of the MicroNet Challenge."""


@cli.command()
@click.argument("files", nargs=-1, required=True, type=_file, metavar="FILE...")
@_form
@_fail_on
@_exit_zero
@_challenges
def lint(
    files: tuple[Path, ...],
    form: str,
    fail_on: str,
    folder_of_challenges: Path | None,
    *,
    exit_zero: bool,
) -> int:
    """Check manifests: every mistake at its line, with the clause it breaks and how to fix it."""
    challenges = _find_challenges(folder_of_challenges)
    checked = [auditing.lint(path, challenges) for path in progress(list(files))]
    findings = [finding for _, found in checked for finding in found]
    printer = Printer()
    if form == "json":
        listed = [finding_json(finding, entry.id) for entry, found in checked for finding in found]
        printer.json({"findings": listed})
        return _exit_code(findings, fail_on, exit_zero=exit_zero)
    for entry, found in checked:
        printer.findings(entry, found)
        if entry.score:
            where = visible(str(entry.document.path))
            printer.say(f"{where}: score {decimal(entry.score.score)}")
    printer.say(tally(findings, len(files)))
    return _exit_code(findings, fail_on, exit_zero=exit_zero)


@cli.command()
@click.argument("file", type=_file)
@click.option("--explain", metavar="LAYER", help="Every item of one layer, formula and clauses.")
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="PATH=VALUE",
    help="What if: count with other values, such as 'layers[*].weight.bits=3' (repeatable).",
)
@click.option("--by", type=click.Choice([*KEYS]), help="Add up the layers by op or block.")
@click.option("--against", type=_file, metavar="BOARD", help="Rank on a published board.csv.")
@click.option("--chart", is_flag=True, help="Bars of storage and math.")
@click.option("--plot", type=_file, metavar="FILE", help="The bars as a picture, .png or .svg.")
@_form
@_edition
@_challenges
def score(  # noqa: PLR0913 - one argument an option
    *,
    file: Path,
    explain: str | None,
    changes: tuple[str, ...],
    by: str | None,
    against: Path | None,
    plot: Path | None,
    form: str,
    chart: bool,
    edition: str | None,
    folder_of_challenges: Path | None,
) -> int:
    """Count one manifest: storage and math operations of every layer, and the score."""
    printer = Printer()
    challenges = _find_challenges(folder_of_challenges, edition)
    with _usage_errors():
        parsed = [parse_change(text) for text in changes]
        board = readable_board(against) if against else None
        if plot:
            check_plot(plot)
        entry, findings = auditing.lint(file, challenges)
        asked = what_if(entry, findings, parsed, challenges) if parsed else None
    if form == "text":
        printer.say(*edition_lines([entry]))
    if asked:
        entry, findings = asked.after, list(asked.findings)
    if not (entry.score and entry.cost):
        errors = [finding for finding in findings if finding.rule.severity is Severity.ERROR]
        if asked and asked.before.score:
            errors = list(asked.errors) or errors
        return _not_counted(printer, entry, errors, form)
    if explain is not None:
        return _explain(printer, entry, _layer_named(entry.cost.layers, explain), form)
    standing = standing_of(entry, board) if board else None
    report = ScoreReport(entry, findings, by, asked, standing, chart)
    if plot:
        with _usage_errors():
            draw(plot, entry, by or LAYER, changes)
    if form == "json":
        printer.json(report.json())
    else:
        printer.findings(entry, asked.errors if asked else ())
        printer.say(*report.text())
    return FOUND if asked and asked.errors else CLEAN


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@_form
@_fail_on
@_exit_zero
@_edition
@_challenges
def audit(  # noqa: PLR0913 - one for every option
    folder: Path,
    form: str,
    fail_on: str,
    edition: str | None,
    folder_of_challenges: Path | None,
    *,
    exit_zero: bool,
) -> int:
    """Check and count every manifest below FOLDER, and rank them per task."""
    paths = auditing.manifests(folder)
    if not paths:
        click.echo(f"no manifest (*.yaml) below {visible(str(folder))}", err=True)
        return NOTHING
    result = auditing.audit(paths, progress, _find_challenges(folder_of_challenges, edition))
    printer = Printer()
    if form == "json":
        printer.json(audit_json(result))
        return _exit_code(result.findings, fail_on, exit_zero=exit_zero)
    printer.say(*edition_lines(row.entry for row in result.rows))
    for row in result.rows:
        printer.findings(row.entry, row.findings)
    printer.say(*audit_tables(result))
    for row in result.rows:
        printer.say(*share_lines(row))
    printer.say("", tally(result.findings, len(paths)))
    return _exit_code(result.findings, fail_on, exit_zero=exit_zero)


@cli.command()
@click.option("--table", type=_file, help="Layer table (CSV) to draft from; see docs/init.md.")
@click.option("--task", help="Id of the task; default: assumed from the size of the input.")
@click.option("--name", help="Name of the entry.")
@click.option("--challenge", help="Id of the challenge, if there are several.")
@click.option(
    "-o", "--output", type=_file, default="draft.yaml", show_default=True, help="File to write."
)
@click.option("--force", is_flag=True, help="Write over existing files.")
@_challenges
def init(table: Path | None, output: Path, folder_of_challenges: Path | None, **asked: Any) -> int:
    """Draft a manifest from a table of layers, or write a small one to start from."""
    challenges, printer = _find_challenges(folder_of_challenges), Printer()
    try:
        result = drafting.init(table, output, drafting.Options(**asked), challenges)
    except drafting.RefusedError as error:
        raise click.UsageError(visible(str(error))) from None
    printer.problems(result.findings)
    printer.say(*map(visible, result.lines))
    return _exit_code(result.findings, str(Severity.ERROR), exit_zero=False)


@cli.command()
def schema() -> int:
    """Print the JSON Schema of a manifest, for editors and stock validators."""
    Printer().json(manifest_schema())
    return CLEAN


@cli.command()
def reference() -> int:
    """Print the reference of the language, with examples that are counted, as Markdown."""
    Printer().markdown(language_reference())
    return CLEAN


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Entries are many objects and hardly a cycle: looking for cycles more often finds none.
    gc.set_threshold(100_000)
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except ChallengeError as error:
        click.echo(f"Error: {visible(str(error))}", err=True)
        code = USAGE
    except click.Abort:
        code = 130
    except BrokenPipeError:
        # The reader of our output has gone; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = CLEAN
    except Exception as error:  # noqa: BLE001 - a traceback helps nobody who sees it
        click.echo(
            f"micronet failed: {type(error).__name__}: {visible(str(error))}\n"
            "This is a mistake of micronet-spec; please report it.",
            err=True,
        )
        code = NOTHING
    sys.exit(code)


def _find_challenges(folder: Path | None, edition: str | None = None) -> Challenges:
    challenges = Challenges(folder, edition)
    if not challenges.known():
        raise click.UsageError(f"no challenge ({folder}/*/challenge.yaml)")
    return challenges


@contextmanager
def _usage_errors() -> Iterator[None]:
    """Show what an argument gets wrong as a usage error."""
    try:
        yield
    except (AddressError, ChangeError, BoardError, PlotError) as error:
        raise click.UsageError(visible(str(error))) from None


def _layer_named(layers: Sequence[LayerCost], name: str) -> LayerCost:
    for layer in layers:
        if layer.name == name:
            return layer
    close = difflib.get_close_matches(name, [layer.name for layer in layers], 1)
    hint = f"; did you mean {close[0]}?" if close else ""
    raise click.UsageError(f"no layer {visible(name)}{hint}")


def _explain(printer: Printer, entry: Entry, layer: LayerCost, form: str) -> int:
    if form == "json":
        printer.json({"entry": entry.id, **layer_json(layer)})
        return CLEAN
    printer.say(f"{visible(layer.name)}: {layer.op}")
    if layer.stored or layer.arithmetic:
        printer.say(item_table(layer))
    else:
        printer.say("nothing stored, nothing computed")
    return CLEAN


def _not_counted(printer: Printer, entry: Entry, errors: Sequence[Finding], form: str) -> int:
    if form == "json":
        listed = [finding_json(finding, entry.id) for finding in errors]
        printer.json({**edition_json([entry]), "findings": listed})
    else:
        printer.findings(entry, errors)
        printer.say(f"not counted: {tally(errors, 1)}")
    return FOUND


def _exit_code(findings: Sequence[Finding], fail_on: str, *, exit_zero: bool) -> int:
    if exit_zero or fail_on == _NEVER:
        return CLEAN
    levels = [str(severity) for severity in Severity]
    failing = levels[: levels.index(fail_on) + 1]
    return FOUND if any(str(finding.rule.severity) in failing for finding in findings) else CLEAN
