"""`micronet schema`: the JSON Schema of a manifest, or of an evidence record."""

import click

from micronet_spec.cli.options import CLEAN
from micronet_spec.manifest.schema import manifest_schema
from micronet_spec.report.console import Printer


@click.command()
@click.option("--evidence", is_flag=True, help="That of an evidence record of `micronet verify`.")
def schema(*, evidence: bool) -> int:
    """Print the JSON Schema of a manifest, for editors and stock validators."""
    if evidence:
        from micronet_spec.verify.evidence import evidence_schema  # noqa: PLC0415 - needs numpy

        Printer().json(evidence_schema())
    else:
        Printer().json(manifest_schema())
    return CLEAN
