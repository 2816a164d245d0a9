"""What an audit keeps of an entry: its head, cost and findings, not its layers and their places.

The layers of a manifest are most of its memory, and a board may have many. Only an entry whose
counts are not all known keeps them: what it can be is found by completing its network.
"""

from collections.abc import Iterable
from dataclasses import replace

from micronet_spec.content import content_of
from micronet_spec.document import Document
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding, Label
from micronet_spec.manifest.entry import Manifest

_MODEL = "model"


def outline(entry: Entry, findings: Iterable[Finding]) -> tuple[Entry, tuple[Finding, ...]]:
    """Return `entry` without its layers, and `findings` at places that are looked up."""
    document = entry.document
    head = {route: kept for route, kept in document.nodes.items() if route[:1] != (_MODEL,)}
    short = replace(document, values=None, nodes=head)
    placed = tuple(_placed(finding, document, short) for finding in findings)
    reading = replace(entry.reading, document=short, findings=())
    if not entry.exact:
        return replace(entry, reading=reading), placed
    parts = {
        name: value for name, value in entry.manifest if name != _MODEL or isinstance(value, str)
    }
    reading = replace(
        reading,
        manifest=Manifest.model_construct(**parts),
        layers=(),
        broken=reading.broken | {_MODEL, "layers"},
    )
    return replace(entry, reading=reading, graph=None), placed


def _placed(finding: Finding, document: Document, short: Document) -> Finding:
    def placed(label: Label) -> Label:
        if label.document is not document:
            return label
        return replace(label, document=short, place=label.span, content=content_of(label))

    related = tuple(placed(label) for label in finding.related)
    return replace(finding, primary=placed(finding.primary), related=related)
