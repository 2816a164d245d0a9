"""A waiver written into the file of waivers; what stands there stays as it is."""

from collections.abc import Sequence
from pathlib import Path

from micronet_spec.document import Document, load
from micronet_spec.document.rewrite import NoPlaceError, append, rewritten
from micronet_spec.entry.entry import Entry
from micronet_spec.fix import WriteError, write
from micronet_spec.listing import above, beside, read_listings
from micronet_spec.waivers import WAIVERS, Waiver

_KEY, _EMPTY = "waivers", "MN009"


def board_of(entry: Entry) -> Path:
    """Return the folder of an entry's board: above that of its task, else the entry's own."""
    folder = entry.document.path.parent
    return above(folder) if entry.task and folder.name == entry.manifest.task else folder


def append_waiver(entry: Entry, waiver: Waiver, lines: Sequence[str]) -> Path:
    """Add a waiver, YAML in `lines`, to the file beside its entry; return where it is.

    Raises `WriteError` where one of the same findings is there, or the file has mistakes.
    """
    path = _file(entry)
    document = load(path) if path.exists() else Document(path, "")
    empty = all(problem.code == _EMPTY for problem in document.problems)
    listing = read_listings([] if document.values is None and empty else [path], _KEY, Waiver)
    if listing.findings:
        raise WriteError(f"{path}: {listing.findings[0].message}: correct this first")
    for stated in listing.items:
        if _meaning(stated.item) == _meaning(waiver):
            line = stated.at("code").span.line
            raise WriteError(f"{path}:{line}: this is waived there; change it by hand")
    try:
        text = rewritten(document.text, [append(document, _KEY, lines)])
    except NoPlaceError as error:
        raise WriteError(f"{path}: {error}") from None
    write(path, text)
    return path


def _meaning(waiver: Waiver) -> tuple[str | None, ...]:
    return waiver.code, waiver.entry, waiver.at, waiver.layers


def _file(entry: Entry) -> Path:
    """Return the file beside the entry or above it that is there, else where it belongs."""
    known = beside(WAIVERS, [entry.document.path])
    return known[0] if known else board_of(entry) / WAIVERS
