"""`micronet schema`: the JSON Schema of a manifest."""

import click

from micronet_spec.cli.options import CLEAN
from micronet_spec.manifest.schema import manifest_schema
from micronet_spec.report.console import Printer


@click.command()
def schema() -> int:
    """Print the JSON Schema of a manifest, for editors and stock validators."""
    Printer().json(manifest_schema())
    return CLEAN
