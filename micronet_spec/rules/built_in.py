"""What is found on the way, where no rule looks: reading, the graph, the counter."""

from collections.abc import Callable, Iterator

from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding, Label
from micronet_spec.rules.channels import channel_flaws
from micronet_spec.rules.structure import unknown_layers


def reading(entry: Entry) -> Iterator[Finding]:
    """Yield what reading the manifest and the claims file found."""
    yield from entry.reading.findings
    counts = entry.claims_file
    if counts is None:
        return
    yield from counts.findings
    if not entry.has("model", "layers"):
        return
    names = {layer.name for layer in entry.reading.layers}
    for row in counts.rows:
        for name in row.layers:
            if name not in names:
                message = f"the manifest has no layer `{name}`"
                yield Finding("MN402", message, Label(counts.document, row.span))


def graph(entry: Entry) -> Iterator[Finding]:
    """Yield what does not hold together: names, wires, shapes, folds, counts per channel."""
    if entry.graph is None:
        return
    for flaw in entry.graph.flaws:
        related = tuple(entry.layer(index, field, text=text) for index, field, text in flaw.related)
        yield Finding(flaw.code, flaw.message, entry.layer(flaw.index, flaw.field), related)
    yield from channel_flaws(entry, entry.graph)
    if entry.graph.complete:
        yield from unknown_layers(entry, entry.graph)


def counter(entry: Entry) -> Iterator[Finding]:
    """Yield the layers that say too little to be counted."""
    for layer in entry.cost.uncountable if entry.cost else ():
        yield Finding(layer.code, layer.message, entry.layer(layer.index, *layer.field))


FINDERS: tuple[Callable[[Entry], Iterator[Finding]], ...] = (reading, graph, counter)
