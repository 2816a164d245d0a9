"""Lists with one item per output channel that are shorter or longer than that."""

from collections.abc import Iterator

from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.graph import Graph, Node
from micronet_spec.manifest.tensors import DenseTensor, PerChannel
from micronet_spec.score.sparse import sparse_counts, tensor_shapes


def channels_of(amount: tuple[int, ...] | PerChannel) -> int:
    """Return how many channels counts of nonzeros are for."""
    if isinstance(amount, tuple):
        return len(amount)
    return sum(count for _, count in amount.per_channel)


def channel_flaws(entry: Entry, graph: Graph) -> Iterator[Finding]:
    """Yield MN114 for counts of nonzeros and formats that are not one per output channel."""
    for node in graph.nodes:
        shapes = {name: rows for name, rows, _ in tensor_shapes(node)}
        for it in sparse_counts(node):
            if isinstance(it.amount, tuple | PerChannel):
                fix = "give one count per output channel"
                yield from _flaw(entry, node, it.field, it.rows, channels_of(it.amount), fix)
        for name, rows in shapes.items():
            tensor = getattr(node.layer, name)
            declared = tensor.channel_formats if isinstance(tensor, DenseTensor) else ()
            if declared:
                channels = sum(count for _, count in declared)
                yield from _flaw(entry, node, (name, "channel_formats"), rows, channels)


def _flaw(  # noqa: PLR0913, PLR0917 - a place, two numbers and a fix
    entry: Entry, node: Node, field: tuple[str, ...], rows: int, channels: int, fix: str = ""
) -> Iterator[Finding]:
    if channels != rows:
        message = f"`{node.layer.name}` has {rows:,} output channels, not {channels:,}"
        yield Finding("MN114", message, entry.layer(node.index, *field), help=fix)
