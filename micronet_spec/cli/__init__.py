"""The command line: arguments in, findings and tables out, and the exit code.

A module a command, imported when the command is asked for.
Exit codes: 0 clean, 1 findings, 2 usage, 3 nothing to check or a mistake of ours.
"""

import gc
import importlib
import sys

import click

from micronet_spec.cli.codes import CLEAN, NOTHING, USAGE
from micronet_spec.visible import visible

COMMANDS = {
    "lint": "Check manifests: every mistake at its line.",
    "score": "Count one manifest: storage and math operations.",
    "verify": "Recount a manifest from what its checkpoint contains.",
    "audit": "Check, count and rank all manifests of a folder.",
    "people": "List the persons of all manifests and their entries.",
    "waive": "Print the waiver of a finding.",
    "report": "Write a static site of an audit.",
    "explain": "Explain a rule: its source and its fix.",
    "init": "Draft a manifest from a table of layers.",
    "schema": "Print the JSON Schema of a manifest.",
    "reference": "Print the reference of the language.",
}
"""What each does, so that none is imported to list them."""


class _Commands(click.Group):
    """The commands; each is the function of its module's name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"micronet_spec.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="micronet-spec", prog_name="micronet")
def cli() -> None:
    """Lint, score and audit entries of the MicroNet Challenge."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Entries are many objects and hardly a cycle: looking for cycles more often finds none.
    gc.set_threshold(100_000)
    code = CLEAN
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        code = 130
    except BrokenPipeError:
        from micronet_spec.report.console import hush  # noqa: PLC0415 - not to start with

        hush()
    except Exception as error:  # noqa: BLE001 - a traceback helps nobody who sees it
        code = _told(error)
    sys.exit(code)


def _told(error: Exception) -> int:
    """Say what went wrong; return the exit code."""
    from micronet_spec.challenge.challenge import ChallengeError  # noqa: PLC0415 - not to start with

    if isinstance(error, ChallengeError):
        for line in str(error).splitlines():
            click.echo(f"Error: {visible(line)}", err=True)
        return USAGE
    click.echo(
        f"micronet failed: {type(error).__name__}: {visible(str(error))}\n"
        "This is a mistake of micronet-spec; please report it.",
        err=True,
    )
    return NOTHING
