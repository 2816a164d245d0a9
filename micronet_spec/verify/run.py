"""A manifest verified: with a checkpoint, or again with the evidence of an earlier reading."""

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from micronet_spec.board.published import Board, board_of
from micronet_spec.board.ranks import with_ranks
from micronet_spec.checkpoint.request import Request
from micronet_spec.document.source import UnreadableError, read_bytes
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import ordered
from micronet_spec.manifest.tensors import BlockMaskedTensor
from micronet_spec.verify.compare import Verification, compare, verdict_of
from micronet_spec.verify.evidence import Contents, Evidence, File, Verdict
from micronet_spec.verify.findings import findings
from micronet_spec.verify.reading import Reading, Told, read_checkpoint

_NOTHING = Contents(verdict=Verdict.ABSENT, reason="no checkpoint was given")


@dataclass(frozen=True)
class Source:
    """Where the facts come from: a file, an earlier record, or neither."""

    request: Request | None = None
    evidence: Evidence | None = None
    nothing: Contents = _NOTHING
    """Why there is neither."""
    root: str | None = None
    """The wrapper that the manifest's keys are below; default: the one that fits."""
    board: Board | None = None
    """The board that effects are ranked on; default: the one beside the manifest."""
    told: Told = lambda *_: None
    """Is told how far the reading is."""


def verify(entry: Entry, source: Source) -> tuple[Verification, Evidence]:
    """Hold `entry` against its checkpoint; return what is concluded, and the evidence for it."""
    reading = _reading(entry, source)
    comparison = compare(entry, reading.file, reading.contents, source.root)
    board = source.board or board_of(entry.document.path)
    found = tuple(with_ranks(ordered(findings(comparison)), entry, board))
    verification = Verification(comparison, found, verdict_of(comparison, found))
    challenge = entry.challenge
    evidence = Evidence(
        tool=version("micronet-spec"),
        challenge=challenge.id if challenge else None,
        edition=str(challenge.edition) if challenge else None,
        manifest=_manifest(entry),
        checkpoint=reading.file,
        reader=reading.reader,
        budgets=reading.budgets,
        contents=reading.contents,
    )
    return verification, evidence


def blocks_of(entry: Entry) -> list[tuple[int, int]]:
    """Return every block shape that the manifest declares."""
    tensors: list[Any] = [
        getattr(layer, name, None)
        for layer in entry.reading.layers
        for name in ("weight", "recurrent")
    ]
    return sorted({it.block for it in tensors if isinstance(it, BlockMaskedTensor)})


def _reading(entry: Entry, source: Source) -> Reading:
    if source.evidence:
        kept = source.evidence
        return Reading(kept.checkpoint, kept.contents, kept.reader, kept.budgets)
    if source.request is None:
        return Reading(None, source.nothing)
    return read_checkpoint(source.request, blocks_of(entry), source.told)


def _manifest(entry: Entry) -> File:
    path = entry.document.path
    try:
        data = read_bytes(path)
    except UnreadableError:
        data = entry.document.text.encode()
    return File(name=path.name, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
