"""`micronet init`: a layer table, or nothing, to a manifest and the claims file beside it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from micronet_spec.challenge import Challenge, load_challenge
from micronet_spec.claims import path_beside
from micronet_spec.document import Span
from micronet_spec.finding import Finding, Label
from micronet_spec.init import (
    Draft,
    Head,
    LayerTable,
    Row,
    claims_text,
    draft,
    manifest_text,
    read_table,
    starter_text,
)
from micronet_spec.init.files import TooLongError, write_files
from micronet_spec.init.ops import op_of
from micronet_spec.init.scalars import source_name

_SUFFIXES = {".yaml", ".yml"}
_LARGE = 128
"""Inputs from this height on are taken as images of ImageNet."""
_SIDES = {"imagenet": 224}
_SIDE = 32


@dataclass(frozen=True)
class Options:
    """What the user asks for."""

    challenge: str
    task: str | None
    name: str | None
    force: bool


@dataclass(frozen=True)
class Outcome:
    """What came of it: findings about the table, and lines that say what was written."""

    findings: tuple[Finding, ...]
    lines: tuple[str, ...]


class RefusedError(ValueError):
    """A request that makes no sense, or would write over a file."""


def init(table: Path | None, output: Path, options: Options) -> Outcome:
    """Write a draft of `table`, or a starter, to `output`. Raises `RefusedError`."""
    challenge = load_challenge(options.challenge)
    claims = path_beside(output)
    _refuse(table, output, claims, options)
    if options.task is not None and options.task not in challenge.tasks:
        raise RefusedError(f"no task {options.task}; one of: {', '.join(challenge.tasks)}")
    if table is None:
        task = options.task or _known(challenge, "cifar100")
        head = Head(challenge, task, options.task is None, options.name)
        _write({output: starter_text(head)}, options)
        return Outcome((), (f"wrote {output}; what to fill in: micronet lint {output}",))
    read = read_table(table)
    if not read.valid:
        return Outcome(read.findings, ("nothing was written",))
    task = options.task or _assumed(challenge, read.rows[0])
    drafted = draft(read.rows, challenge.addition_bits, _SIDES.get(task, _SIDE))
    head = Head(challenge, task, options.task is None, options.name)
    source = source_name(table)
    texts = {
        output: manifest_text(drafted, head, source),
        claims: claims_text(drafted.layers, source),
    }
    try:
        _write(texts, options)
    except TooLongError as error:
        return Outcome((*read.findings, _too_long(read, error)), ("nothing was written",))
    return Outcome(read.findings, tuple(_summary(drafted, head, output, claims)))


def _refuse(table: Path | None, output: Path, claims: Path, options: Options) -> None:
    if output.suffix not in _SUFFIXES:
        raise RefusedError(f"{output}: a manifest is called *.yaml")
    if options.name is not None and not (options.name.strip() and options.name.isprintable()):
        raise RefusedError("--name: a name without control characters")
    written = (output,) if table is None else (output, claims)
    for path in written:
        if os.path.lexists(path) and not options.force:
            raise RefusedError(f"{path} exists; --force writes over it")
        if table is not None and path.exists() and table.exists() and path.samefile(table):
            raise RefusedError(f"{path} is the table itself")


def _write(texts: Mapping[Path, str], options: Options) -> None:
    try:
        write_files(texts, force=options.force)
    except OSError as error:
        raise RefusedError(f"{error.filename}: {(error.strerror or 'unknown').lower()}") from None


def _assumed(challenge: Challenge, first: Row) -> str:
    """Return the task that the input of a network looks like."""
    if op_of(first) == "embedding":
        return _known(challenge, "wikitext103")
    return _known(challenge, "imagenet" if (first.input_h or 0) >= _LARGE else "cifar100")


def _known(challenge: Challenge, task: str) -> str:
    return task if task in challenge.tasks else next(iter(challenge.tasks))


def _too_long(read: LayerTable, error: TooLongError) -> Finding:
    return Finding("MN403", str(error), Label(read.document, Span(1, 1, 2)))


def _summary(drafted: Draft, head: Head, output: Path, claims: Path) -> list[str]:
    layers = drafted.layers
    todos = sum(layer.todos for layer in layers)
    return [
        f"wrote {output}, and the table's own counts to {claims}",
        f"  {len(layers):6,} layers, task {head.task}{' (assumed)' if head.assumed_task else ''}",
        f"  {drafted.stated:6,} read a shape that is stated, not derived",
        f"  {drafted.unknown:6,} counts are unknown or bounds",
        f"  {drafted.written_out:6,} are written out: no op of the language says them",
        f"  {todos:6,} TODOs at layers",
        f"next: micronet lint {output}",
    ]
