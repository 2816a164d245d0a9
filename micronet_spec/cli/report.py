"""`micronet report`: a static site from the record of an audit, or what `audit` prints."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from micronet_spec.cli.codes import CLEAN
from micronet_spec.cli.options import full_option
from micronet_spec.visible import visible

if TYPE_CHECKING:
    from micronet_spec.report.recorded.audit import Record

_NEEDED = ("jinja2", "markdown_it", "matplotlib")
_SITE = "site"


@click.command()
@click.argument("record", type=click.Path(path_type=Path), metavar="AUDIT.json")
@click.option(
    "--format",
    "form",
    type=click.Choice([_SITE, "text", "sarif", "github"]),
    default=_SITE,
    show_default=True,
    help="A site in the folder --output, or what `micronet audit` prints.",
)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Where the site is written; pages of the same name are replaced.",
)
@full_option
def report(record: Path, *, form: str, folder: Path | None, full: bool) -> int:
    """Write a static site of an audit: AUDIT.json is what `micronet audit --format json` printed.

    It is made from the record alone, as the other formats are; the site is self-contained and
    needs no network.
    """
    if (form == _SITE) != (folder is not None):
        raise click.UsageError("a site needs --output FOLDER, and nothing else does")
    if folder:
        _require(*_NEEDED)
    from micronet_spec.report.recorded.read import RecordError, load_record  # noqa: PLC0415 - models

    try:
        loaded = load_record(record)
    except RecordError as error:
        raise click.UsageError(visible(str(error))) from None
    if folder:
        _write(loaded, folder)
        return CLEAN
    from micronet_spec.cli.recorded import say_record  # noqa: PLC0415 - not for a site
    from micronet_spec.report.console import Printer  # noqa: PLC0415

    say_record(Printer(), loaded, form, full=full)
    return CLEAN


def _require(*names: str) -> None:
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        needs = f"a site needs {', '.join(missing)}: install micronet-spec[report]"
        raise click.UsageError(needs)


def _write(record: "Record", folder: Path) -> None:
    from micronet_spec.site.build import build  # noqa: PLC0415 - an extra, and a second

    try:
        pages = build(record, folder)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise click.UsageError(visible(f"{folder}: cannot be written: {reason}")) from None
    click.echo(f"{pages} pages in {visible(str(folder))}; begin with index.html")
