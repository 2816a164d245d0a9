"""`micronet schema`: the JSON Schema of a manifest, of a file beside it, or of what we write."""

from collections.abc import Callable
from typing import Any

import click

from micronet_spec.audit.statements import Statement
from micronet_spec.cli.codes import CLEAN
from micronet_spec.manifest.schema import listing_schema, manifest_schema
from micronet_spec.people.aliases import Alias
from micronet_spec.report.console import Printer
from micronet_spec.waivers import Waiver


def _evidence() -> dict[str, Any]:
    from micronet_spec.verify.evidence import evidence_schema  # noqa: PLC0415 - needs numpy

    return evidence_schema()


def _audit() -> dict[str, Any]:
    from micronet_spec.report.recorded.audit import record_schema  # noqa: PLC0415 - many models

    return record_schema()


SCHEMAS: dict[str, tuple[str, Callable[[], dict[str, Any]]]] = {
    "aliases": ("Of aliases.yaml: who is who.", lambda: listing_schema("aliases", Alias)),
    "waivers": ("Of waivers.yaml: what is set aside.", lambda: listing_schema("waivers", Waiver)),
    "statements": (
        "Of statements.yaml: what was said of a board.",
        lambda: listing_schema("statements", Statement),
    ),
    "evidence": ("Of an evidence record of `micronet verify`.", _evidence),
    "audit": ("Of the record that `micronet audit` writes.", _audit),
}
"""What else than a manifest has a schema: its option, with what it says there."""


def _kinds(command: Callable[..., Any]) -> Callable[..., Any]:
    for name, (text, _) in reversed(SCHEMAS.items()):
        command = click.option(f"--{name}", is_flag=True, help=text)(command)
    return command


@click.command()
@_kinds
def schema(**kinds: bool) -> int:
    """Print the JSON Schema of a manifest, for editors and stock validators."""
    chosen = [name for name, asked in kinds.items() if asked]
    if len(chosen) > 1:
        raise click.UsageError(f"one of {', '.join(f'--{name}' for name in SCHEMAS)}")
    Printer().json(SCHEMAS[chosen[0]][1]() if chosen else manifest_schema())
    return CLEAN
