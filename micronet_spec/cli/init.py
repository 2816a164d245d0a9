"""`micronet init`: draft a manifest."""

from pathlib import Path
from typing import Any

import click

from micronet_spec.cli.options import FILE, challenges_option, exit_code, find_challenges
from micronet_spec.finding import Severity
from micronet_spec.init import drafting
from micronet_spec.report.console import Printer
from micronet_spec.visible import visible


@click.command()
@click.option("--table", type=FILE, help="Layer table (CSV) to draft from; see docs/init.md.")
@click.option("--task", help="Id of the task; default: assumed from the size of the input.")
@click.option("--name", help="Name of the entry.")
@click.option("--challenge", help="Id of the challenge, if there are several.")
@click.option(
    "-o", "--output", type=FILE, default="draft.yaml", show_default=True, help="File to write."
)
@click.option("--force", is_flag=True, help="Write over existing files.")
@challenges_option
def init(table: Path | None, output: Path, folder_of_challenges: Path | None, **asked: Any) -> int:
    """Draft a manifest from a table of layers, or write a small one to start from."""
    challenges, printer = find_challenges(folder_of_challenges), Printer()
    try:
        result = drafting.init(table, output, drafting.Options(**asked), challenges)
    except drafting.RefusedError as error:
        raise click.UsageError(visible(str(error))) from None
    printer.problems(result.findings)
    printer.say(*map(visible, result.lines))
    return exit_code((it.rule for it in result.findings), str(Severity.ERROR), exit_zero=False)
