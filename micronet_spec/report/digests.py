"""Which bytes an audit is of: digests of the inputs, and of the specification they were held to."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from micronet_spec import data
from micronet_spec.audit.statements import STATEMENTS
from micronet_spec.board.published import BOARD
from micronet_spec.challenge.challenge import folder_of
from micronet_spec.document import read
from micronet_spec.entry.entry import Entry
from micronet_spec.listing import beside
from micronet_spec.people.aliases import ALIASES
from micronet_spec.waivers import WAIVERS

_BESIDE = (BOARD, ALIASES, STATEMENTS, WAIVERS)


def input_digests(entries: Iterable[Entry]) -> Iterator[tuple[Path, str | None]]:
    """Yield every input with its digest; None for one that cannot be read.

    Files that a manifest names it also holds to a digest, so they are not listed.
    """
    entries = list(entries)
    for entry in entries:
        documents = [entry.document]
        documents += [entry.claims_file.document] if entry.claims_file else []
        yield from ((document.path, document.sha256) for document in documents)
    paths = [entry.document.path for entry in entries]
    yield from ((path, read(path).sha256) for name in _BESIDE for path in beside(name, paths))


def spec_digest(entries: Iterable[Entry]) -> str:
    """Return one digest of the rules of the program and of the challenges of `entries`."""
    challenges = {(it.challenges.folder, it.challenge.id) for it in entries if it.challenge}
    folders = [data.folder("spec") / "rules"]
    folders += [folder_of(name, folder) for folder, name in sorted(challenges, key=str)]
    total = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name, digest = path.relative_to(folder), hashlib.sha256(path.read_bytes())
            total.update(f"{folder.name}/{name.as_posix()} {digest.hexdigest()}\n".encode())
    return total.hexdigest()
