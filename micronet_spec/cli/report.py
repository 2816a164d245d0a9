"""`micronet report`: a static site from the record of an audit."""

from importlib.util import find_spec
from pathlib import Path

import click

from micronet_spec.cli.codes import CLEAN
from micronet_spec.report.visible import visible

_NEEDED = ("jinja2", "markdown_it", "matplotlib")


@click.command()
@click.argument("record", type=click.Path(path_type=Path), metavar="AUDIT.json")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="FOLDER",
    help="Where the site is written; pages of the same name are replaced.",
)
def report(record: Path, folder: Path) -> int:
    """Write a static site of an audit: AUDIT.json is what `micronet audit --format json` printed.

    The site is self-contained, needs no network, and is made from the record alone.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        needs = f"a site needs {', '.join(missing)}: install micronet-spec[report]"
        raise click.UsageError(needs)
    from micronet_spec.report.record_model import RecordError, load_record  # noqa: PLC0415 - models
    from micronet_spec.site.build import build  # noqa: PLC0415 - an extra, and a second

    try:
        pages = build(load_record(record), folder)
    except RecordError as error:
        raise click.UsageError(visible(str(error))) from None
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise click.UsageError(visible(f"{folder}: cannot be written: {reason}")) from None
    click.echo(f"{pages} pages in {visible(str(folder))}; begin with index.html")
    return CLEAN
