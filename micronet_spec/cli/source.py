"""Where a command gets the facts of a checkpoint from: a file, an address, or a record."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from micronet_spec.checkpoint.budget import Budget, default_budget
from micronet_spec.cli.options import FILE, usage_errors
from micronet_spec.entry.entry import Entry
from micronet_spec.manifest.entry import Checkpoint
from micronet_spec.report.console import Bar

if TYPE_CHECKING:
    from micronet_spec.verify.run import Source

Command = Callable[..., int]

_PREFIX = "max_"
_FOLDER = click.Path(path_type=Path, file_okay=False)


def budget_options(command: Command) -> Command:
    """Add an option for every limit of a budget."""
    for name, limit in reversed(vars(default_budget()).items()):
        flag = f"--{_PREFIX}{name}".replace("_", "-")
        option = click.option(flag, type=click.IntRange(min=1), help=f"Default: {limit:,}.")
        command = option(command)
    return command


def budget_of(limits: dict[str, int | None]) -> Budget:
    """Return the budget with the limits that are given."""
    given = {name.removeprefix(_PREFIX): it for name, it in limits.items() if it is not None}
    return replace(default_budget(), **given)


def source_options(command: Command) -> Command:
    """Add the options that say where a checkpoint is and who reads it."""
    for option in (
        click.option(
            "--reader",
            type=click.Choice(["own", "torch"]),
            default="own",
            show_default=True,
            help="torch reads files that ours refuses, in the same limits.",
        ),
        click.option(
            "--external",
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            metavar="FOLDER",
            help="Folder of the external data of an ONNX model.",
        ),
        click.option(
            "--root", metavar="PREFIX", help="Which of several networks in the file is meant."
        ),
        click.option(
            "--evidence", type=FILE, help="Judge by an evidence record, without the file."
        ),
        click.option(
            "--fetch",
            "folder",
            type=_FOLDER,
            metavar="FOLDER",
            help="Get the file from the address in the manifest into FOLDER, if it is not there.",
        ),
        click.option("--checkpoint", type=FILE, help="The file that the manifest is about."),
    ):
        command = option(command)
    return command


@dataclass(frozen=True)
class Place:
    """What the options of `source_options` say."""

    checkpoint: Path | None
    folder: Path | None
    evidence: Path | None
    root: str | None
    external: Path | None
    reader: Literal["own", "torch"]

    @classmethod
    def of(cls, options: dict[str, Any]) -> "Place":
        """Take the options out of those of a command; a usage error if they do not go together."""
        place = cls(**{name: options.pop(name) for name in cls.__dataclass_fields__})
        if sum(it is not None for it in (place.checkpoint, place.evidence, place.folder)) > 1:
            raise click.UsageError("one of --checkpoint, --fetch and --evidence")
        return place

    def source(self, entry: Entry, budget: Budget) -> "Source":
        """Return the record, or the file that is given, got, or beside the manifest."""
        from micronet_spec.checkpoint.request import Request  # noqa: PLC0415 (numpy)
        from micronet_spec.verify.fetch import FetchError  # noqa: PLC0415
        from micronet_spec.verify.records import RecordError, load_evidence  # noqa: PLC0415
        from micronet_spec.verify.run import Source  # noqa: PLC0415

        source = Source(root=self.root, told=Bar())
        if self.evidence:
            with usage_errors(RecordError):
                return replace(source, evidence=load_evidence(self.evidence))
        try:
            path = self._file(entry, budget)
        except FetchError as error:
            return replace(source, nothing=error.contents)
        if path is None:
            return source
        return replace(source, request=Request(path, budget, self.external, self.reader))

    def _file(self, entry: Entry, budget: Budget) -> Path | None:
        from micronet_spec.verify.fetch import FetchError, fetched  # noqa: PLC0415 (numpy)

        declared = entry.manifest.checkpoint if entry.has("checkpoint") else None
        if self.checkpoint:
            return self.checkpoint
        if not self.folder:
            return _beside(entry.document.path, declared)
        if not isinstance(declared, Checkpoint):
            raise FetchError("the manifest names no checkpoint")
        return fetched(declared, self.folder, budget.file_bytes, Bar("fetching"))


def _beside(manifest: Path, declared: Checkpoint | str | None) -> Path | None:
    """Return the file of the declared name beside the manifest, if it is there."""
    name = getattr(declared, "file", None)
    path = manifest.parent / Path(name).name if name else None
    return path if path and path.is_file() and not path.is_symlink() else None
