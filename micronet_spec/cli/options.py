"""What commands share: options, exit codes, and how an argument's mistake is shown."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from micronet_spec.board.published import BoardError
from micronet_spec.challenge.editions import Challenges
from micronet_spec.cli.codes import CLEAN, FOUND
from micronet_spec.finding import Rule, Severity
from micronet_spec.report.plot import PlotError
from micronet_spec.visible import visible
from micronet_spec.whatif.address import AddressError
from micronet_spec.whatif.edit import ChangeError

NEVER = "never"

FILE = click.Path(path_type=Path)
form_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)
report_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="For people, programs, code scanning, or annotations of a workflow.",
)
fail_on_option = click.option(
    "--fail-on",
    type=click.Choice([*(str(severity) for severity in Severity), NEVER]),
    default=str(Severity.ERROR),
    show_default=True,
    help="Least severity that exits with 1.",
)
exit_zero_option = click.option(
    "--exit-zero", is_flag=True, help="Exit with 0 whatever is found, as for a report."
)
challenges_option = click.option(
    "--challenges",
    "folder_of_challenges",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Folder with a folder for every challenge, in place of the program's own.",
)
waivers_option = click.option(
    "--waivers/--no-waivers",
    default=True,
    show_default=True,
    help="Set aside what waivers.yaml beside the entries waives.",
)
edition_option = click.option(
    "--edition",
    metavar="DATE",
    help="Count with the constants of another edition, by the same counting rules.",
)


def find_challenges(folder: Path | None, edition: str | None = None) -> Challenges:
    """Return where challenges are looked for; a usage error if there are none."""
    challenges = Challenges(folder, edition)
    if not challenges.known():
        raise click.UsageError(f"no challenge ({folder}/*/challenge.yaml)")
    return challenges


@contextmanager
def usage_errors(*others: type[Exception]) -> Iterator[None]:
    """Show what an argument gets wrong as a usage error; `others` are of one command alone."""
    caught: tuple[type[Exception], ...] = (AddressError, ChangeError, BoardError, PlotError)
    try:
        yield
    except (*caught, *others) as error:
        raise click.UsageError(visible(str(error))) from None


def exit_code(found: Iterable[Rule], fail_on: str, *, exit_zero: bool) -> int:
    """Return 1 if one of the rules that were broken is at least as severe as `fail_on`."""
    if exit_zero or fail_on == NEVER:
        return CLEAN
    levels = [str(severity) for severity in Severity]
    failing = levels[: levels.index(fail_on) + 1]
    return FOUND if any(str(rule.severity) in failing for rule in found) else CLEAN


full_option = click.option(
    "--full", is_flag=True, help="Every finding with its lines and clauses, and every cause."
)
