"""`micronet score`: count one manifest."""

import difflib
from collections.abc import Sequence
from pathlib import Path

import click

from micronet_spec.audit import audit as auditing
from micronet_spec.board.published import readable_board, standing_of
from micronet_spec.cli.codes import CLEAN, FOUND
from micronet_spec.cli.options import (
    FILE,
    challenges_option,
    edition_option,
    find_challenges,
    form_option,
    usage_errors,
)
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding, Severity
from micronet_spec.report.console import Printer
from micronet_spec.report.groups import KEYS
from micronet_spec.report.json import edition_json, finding_json, layer_json
from micronet_spec.report.plot import check_plot, draw
from micronet_spec.report.score import LAYER, ScoreReport
from micronet_spec.report.tables import item_table
from micronet_spec.report.text import edition_lines, tally
from micronet_spec.score import LayerCost
from micronet_spec.visible import visible
from micronet_spec.whatif.edit import parse_change
from micronet_spec.whatif.whatif import what_if


@click.command()
@click.argument("file", type=FILE)
@click.option("--explain", metavar="LAYER", help="Every item of one layer, formula and clauses.")
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="PATH=VALUE",
    help="What if: count with other values, such as 'layers[*].weight.bits=3' (repeatable).",
)
@click.option("--by", type=click.Choice([*KEYS]), help="Add up the layers by op or block.")
@click.option("--against", type=FILE, metavar="BOARD", help="Rank on a published board.csv.")
@click.option("--chart", is_flag=True, help="Bars of storage and math.")
@click.option("--plot", type=FILE, metavar="FILE", help="The bars as a picture, .png or .svg.")
@form_option
@edition_option
@challenges_option
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
    challenges = find_challenges(folder_of_challenges, edition)
    with usage_errors():
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
        with usage_errors():
            draw(plot, entry, by or LAYER, changes)
    if form == "json":
        printer.json(report.json())
    else:
        printer.findings(entry, asked.errors if asked else ())
        printer.say(*report.text())
    return FOUND if asked and asked.errors else CLEAN


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
        printer.say(f"not counted: {tally([error.rule for error in errors], 1)}")
    return FOUND
