"""`micronet waive`: write down that a finding is set aside."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from micronet_spec.audit import audit as auditing
from micronet_spec.challenge.editions import Challenges
from micronet_spec.checkpoint.budget import default_budget
from micronet_spec.cli.codes import CLEAN
from micronet_spec.cli.options import (
    FILE,
    challenges_option,
    find_challenges,
    usage_errors,
)
from micronet_spec.cli.source import Place, source_options
from micronet_spec.entry.entry import load_placed
from micronet_spec.finding import rules
from micronet_spec.fix import WriteError
from micronet_spec.manifest.errors import explain
from micronet_spec.report.console import Printer
from micronet_spec.visible import visible
from micronet_spec.waivers import Waiver, concerned, digest
from micronet_spec.waiving import append_waiver, board_of


@click.command()
@click.argument("file", type=FILE)
@click.argument("code")
@click.option("--at", metavar="KEYS", help="Only there, such as training.teacher.")
@click.option("--layers", metavar="PATTERN", help="Only layers of these names, such as 'conv*'.")
@click.option("--reason", required=True, help="Why.")
@click.option("--by", "decided_by", required=True, help="Who decided it.")
@click.option("--date", "day", help="When; default: today.")
@click.option("--source", help="Where that can be read.")
@click.option("--expires", help="The last day on which it applies.")
@click.option("--append", "appended", is_flag=True, help="Write it into waivers.yaml.")
@source_options
@challenges_option
def waive(  # noqa: PLR0913 - one for every option
    *,
    file: Path,
    code: str,
    at: str | None,
    layers: str | None,
    reason: str,
    decided_by: str,
    day: str | None,
    source: str | None,
    expires: str | None,
    folder_of_challenges: Path | None,
    appended: bool,
    **more: Any,
) -> int:
    """Print the waiver of what CODE finds in FILE, for waivers.yaml beside the entries.

    With --append it is written there, after the others. What a checkpoint shows is found in the
    file, or the record, that the options say.
    """
    place = Place.of(more)
    entry, findings = _found(file, code, find_challenges(folder_of_challenges), place)
    told = {"at": at, "layers": layers, "reason": reason, "decided_by": decided_by}
    told |= {"date": day or datetime.now(UTC).date().isoformat()}
    told |= {"source": source, "expires": expires}
    fields = {"code": code, "entry": entry.id, **{key: text for key, text in told.items() if text}}
    fields["digest"] = "0" * 64
    try:
        waiver = Waiver.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        _, message = explain(first, fields[key])
        raise click.UsageError(visible(f"{key}: {message}")) from None
    meant = concerned(waiver, findings)
    if not meant:
        raise click.UsageError(visible(f"{code} finds nothing there in {entry.id}"))
    if not meant[0].rule.waivable:
        raise click.UsageError(f"{code} {meant[0].rule.name} cannot be waived")
    fields["digest"] = digest(meant)
    lines = [f"{key}: {json.dumps(text, ensure_ascii=False)}" for key, text in fields.items()]
    if appended:
        with usage_errors(WriteError):
            path = append_waiver(entry, waiver, lines)
        Printer().say(f"{visible(str(path))}: {code} of {visible(entry.id)} is waived")
    else:
        Printer().say("  - " + "\n    ".join(lines))
    return CLEAN


def _found(file: Path, code: str, challenges: Challenges, place: Place) -> auditing.Linted:
    """Return what is found of an entry: alone, in evidence, or among the others of a board."""
    rule = rules().get(code)
    if rule and rule.check == "checkpoint":
        from micronet_spec.verify.run import verify  # noqa: PLC0415 (numpy)

        entry, _ = auditing.lint(file, challenges)
        verification, _ = verify(entry, place.source(entry, default_budget()))
        return auditing.Linted(entry, list(verification.findings))
    if rule is None or rule.scope != "board":
        return auditing.lint(file, challenges)
    folder = board_of(load_placed(file, challenges))
    board = auditing.manifests(folder)
    today = datetime.now(UTC).date()
    rows = auditing.audit(board, challenges=challenges, waivers_on=today).rows
    here = (row for row in rows if row.entry.document.path.resolve() == file.resolve())
    row = next(here, None)
    if row is None:
        message = f"{file} is not among the manifests below {folder}"
        raise click.UsageError(visible(message))
    return auditing.Linted(row.entry, list(row.findings))
