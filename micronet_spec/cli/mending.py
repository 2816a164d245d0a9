"""`micronet lint --fix`: what can be mended, shown or written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import click

from micronet_spec.cli.options import usage_errors
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.fix import WriteError, diff, fixed, write
from micronet_spec.report.console import Printer
from micronet_spec.visible import visible


@dataclass(frozen=True)
class Mending:
    """What is mended, and whether that is only shown."""

    dry: bool
    unsafe: bool

    def writes(self, printer: Printer, entry: Entry, findings: list[Finding]) -> bool:
        """Write what can be mended, or show it; tell whether something was written."""
        document = entry.document
        mended = fixed(document, findings, unsafe=self.unsafe)
        if self.dry:
            printer.say(*map(visible, diff(document, mended.text)))
        elif mended.count:
            with usage_errors(WriteError):
                write(document.path, mended.text)
        return not self.dry and bool(mended.count)


def mend_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is mended."""
    for option in (
        click.option("--unsafe-fixes", "unsafe", is_flag=True, help="Mend also what may be meant."),
        click.option("--diff", "dry", is_flag=True, help="Show what --fix would write."),
        click.option("--fix", is_flag=True, help="Write what can safely be mended."),
    ):
        command = option(command)
    return command


def fixable_line(fixable: int) -> Iterator[str]:
    """Say how many findings can safely be mended, if there are any."""
    if fixable:
        yield f"{fixable:,} can be mended with --fix; --diff shows how"
