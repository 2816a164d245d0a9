"""`micronet init`: a layer table, or nothing, to a manifest and the claims file beside it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from micronet_spec.challenge.challenge import Challenge
from micronet_spec.challenge.editions import SPEC, Challenges
from micronet_spec.document import Span
from micronet_spec.entry.claims import path_beside
from micronet_spec.finding import Finding, Label
from micronet_spec.init import (
    Draft,
    Example,
    Head,
    LayerTable,
    claims_text,
    closest,
    draft,
    input_shape,
    load_examples,
    manifest_text,
    read_table,
    starter_text,
)
from micronet_spec.init.files import TooLongError, write_files
from micronet_spec.init.scalars import source_name

_SUFFIXES = {".yaml", ".yml"}
_IMAGE = 3
_ANY_EXAMPLE = Example(input=(_IMAGE, 8, 8), outputs=2)
"""What a starter reads where the challenge says nothing of examples."""


@dataclass(frozen=True)
class Options:
    """What the user asks for."""

    challenge: str | None = None
    """Id of the challenge; needed where there are several."""
    task: str | None = None
    name: str | None = None
    force: bool = False
    """Write over existing files."""


@dataclass(frozen=True)
class Outcome:
    """What came of it: findings about the table, and lines that say what was written."""

    findings: tuple[Finding, ...]
    lines: tuple[str, ...]


class RefusedError(ValueError):
    """A request that makes no sense, or would write over a file."""


def init(
    table: Path | None, output: Path, options: Options, challenges: Challenges = SPEC
) -> Outcome:
    """Write a draft of `table`, or a starter, to `output`.

    Raises `RefusedError`, and `ChallengeError` if the files of the challenge are wrong.
    """
    challenge = _challenge(options, challenges)
    if options.task is not None and options.task not in challenge.tasks:
        raise RefusedError(f"no task {options.task}; one of: {', '.join(challenge.tasks)}")
    claims = path_beside(output)
    _refuse(table, output, claims, options)
    known = load_examples(challenge.id, challenges.folder)
    examples = {task: example for task, example in known.items() if task in challenge.tasks}
    if table is None:
        task = options.task or next(iter(examples or challenge.tasks))
        example = examples.get(task, _ANY_EXAMPLE)
        head = Head(challenge, task, options.task is None, options.name)
        _write({output: starter_text(head, example)}, options)
        return Outcome((), (f"wrote {output}; what to fill in: micronet lint {output}",))
    read = read_table(table)
    if not read.valid:
        return Outcome(read.findings, ("nothing was written",))
    guess = closest(examples, input_shape(read.rows[0])) or next(iter(challenge.tasks))
    task = options.task or guess
    usual = examples[task].input if task in examples else ()
    drafted = draft(read.rows, challenge, usual[1:] if len(usual) == _IMAGE else ())
    head = Head(challenge, task, options.task is None, options.name)
    source = source_name(table)
    texts = {
        output: manifest_text(drafted, head, source),
        claims: claims_text(drafted, source),
    }
    try:
        _write(texts, options)
    except TooLongError as error:
        return Outcome((*read.findings, _too_long(read, error)), ("nothing was written",))
    return Outcome(read.findings, tuple(_summary(drafted, head, output, claims)))


def _challenge(options: Options, challenges: Challenges) -> Challenge:
    known = challenges.known()
    if options.challenge in known:
        return challenges.load(options.challenge)
    if options.challenge is None and len(known) == 1:
        return challenges.load(known[0])
    asked = f"no challenge {options.challenge}" if options.challenge else "--challenge is needed"
    raise RefusedError(f"{asked}; one of: {', '.join(known)}")


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
        *([f"  {drafted.left_out:6,} rows left out: not executed"] if drafted.left_out else []),
        f"next: micronet lint {output}",
    ]
