"""`micronet schema`: the JSON Schema of a manifest, of an evidence record or of an audit."""

import click

from micronet_spec.cli.options import CLEAN
from micronet_spec.manifest.schema import manifest_schema
from micronet_spec.report.console import Printer


@click.command()
@click.option("--evidence", is_flag=True, help="That of an evidence record of `micronet verify`.")
@click.option("--audit", is_flag=True, help="That of the record that `micronet audit` writes.")
def schema(*, evidence: bool, audit: bool) -> int:
    """Print the JSON Schema of a manifest, for editors and stock validators."""
    if evidence and audit:
        raise click.UsageError("either --evidence or --audit")
    if evidence:
        from micronet_spec.verify.evidence import evidence_schema  # noqa: PLC0415 - needs numpy

        Printer().json(evidence_schema())
    elif audit:
        from micronet_spec.report.record_model import record_schema  # noqa: PLC0415 - many models

        Printer().json(record_schema())
    else:
        Printer().json(manifest_schema())
    return CLEAN
