"""`micronet reference`: the reference of the language."""

import click

from micronet_spec.cli.codes import CLEAN
from micronet_spec.report.console import Printer
from micronet_spec.report.reference import reference as language_reference


@click.command()
def reference() -> int:
    """Print the reference of the language, with examples that are counted, as Markdown."""
    Printer().markdown(language_reference())
    return CLEAN
