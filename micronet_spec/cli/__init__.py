"""The command line: arguments in, findings and tables out, and the exit code.

A module a command, imported when the command is asked for.
Exit codes: 0 clean, 1 findings, 2 usage, 3 nothing to check or a mistake of ours.
"""

import gc
import importlib
import sys

import click

from micronet_spec.challenge import ChallengeError
from micronet_spec.cli.options import CLEAN, NOTHING, USAGE
from micronet_spec.report.console import hush
from micronet_spec.report.visible import visible

COMMANDS = (
    "lint",
    "score",
    "verify",
    "audit",
    "people",
    "waive",
    "report",
    "explain",
    "init",
    "schema",
    "reference",
)


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
    except ChallengeError as error:
        for line in str(error).splitlines():
            click.echo(f"Error: {visible(line)}", err=True)
        code = USAGE
    except click.Abort:
        code = 130
    except BrokenPipeError:
        hush()
    except Exception as error:  # noqa: BLE001 - a traceback helps nobody who sees it
        click.echo(
            f"micronet failed: {type(error).__name__}: {visible(str(error))}\n"
            "This is a mistake of micronet-spec; please report it.",
            err=True,
        )
        code = NOTHING
    sys.exit(code)
