"""The command line: arguments in, findings and tables out, and the exit code.

Exit codes: 0 clean, 1 findings, 2 usage, 3 nothing to check or a mistake of ours.
"""

import difflib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from micronet_spec import audit as auditing
from micronet_spec.challenge import ChallengeError
from micronet_spec.editions import Challenges
from micronet_spec.finding import Finding, Severity
from micronet_spec.manifest.schema import manifest_schema
from micronet_spec.report.console import Printer, progress
from micronet_spec.report.json import audit_json, edition_json, finding_json, score_json
from micronet_spec.report.reference import reference as language_reference
from micronet_spec.report.tables import (
    audit_tables,
    item_table,
    layer_table,
    score_lines,
    share_lines,
)
from micronet_spec.report.text import decimal, edition_lines, tally
from micronet_spec.report.visible import visible
from micronet_spec.score import LayerCost

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
@_form
@_edition
@_challenges
def score(
    file: Path,
    explain: str | None,
    form: str,
    edition: str | None,
    folder_of_challenges: Path | None,
) -> int:
    """Count one manifest: storage and math operations of every layer, and the score."""
    entry, findings = auditing.lint(file, _find_challenges(folder_of_challenges, edition))
    printer = Printer()
    if form == "text":
        printer.say(*edition_lines([entry]))
    if not (entry.score and entry.cost):
        errors = [finding for finding in findings if finding.rule.severity is Severity.ERROR]
        if form == "json":
            listed = [finding_json(finding, entry.id) for finding in errors]
            printer.json({**edition_json([entry]), "findings": listed})
        else:
            printer.findings(entry, errors)
            printer.say(f"not counted: {tally(errors, 1)}")
        return FOUND
    if explain is not None:
        return _explain(printer, entry.cost.layers, explain)
    if form == "json":
        printer.json(score_json(entry))
    else:
        printer.say(layer_table(entry), *score_lines(entry))
        printer.say(f"lint: {tally(findings, 1)}")
    return CLEAN


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


def _explain(printer: Printer, layers: Sequence[LayerCost], name: str) -> int:
    for layer in layers:
        if layer.name == name:
            printer.say(f"{visible(layer.name)}: {layer.op}")
            if not (layer.stored or layer.arithmetic):
                printer.say("nothing stored, nothing computed")
            else:
                printer.say(item_table(layer))
            return CLEAN
    close = difflib.get_close_matches(name, [layer.name for layer in layers], 1)
    hint = f"; did you mean {close[0]}?" if close else ""
    raise click.UsageError(f"no layer {name}{hint}")


def _exit_code(findings: Sequence[Finding], fail_on: str, *, exit_zero: bool) -> int:
    if exit_zero or fail_on == _NEVER:
        return CLEAN
    levels = [str(severity) for severity in Severity]
    failing = levels[: levels.index(fail_on) + 1]
    return FOUND if any(str(finding.rule.severity) in failing for finding in findings) else CLEAN
