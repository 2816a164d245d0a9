"""The cost of an entry in groups of layers: by op, by block, or every layer by itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from micronet_spec.entry.entry import Entry
from micronet_spec.score import LayerCost, Score, score_of


@dataclass(frozen=True)
class Group:
    """Some layers of an entry, and what they add to its score."""

    name: str
    layers: tuple[LayerCost, ...]
    score: Score


def block(name: str) -> str:
    """Return the block of a layer: its name up to the last dot; without one, the name itself."""
    return name.rpartition(".")[0] or name


KEYS: dict[str, Callable[[LayerCost], str]] = {
    "op": lambda layer: layer.op,
    "layer": lambda layer: layer.name,
    "block": lambda layer: block(layer.name),
}
"""What layers can be grouped by."""


def grouped(entry: Entry, by: str) -> list[Group]:
    """Return the layers of a counted entry by a key of `KEYS`, in the order of the manifest."""
    assert entry.cost
    layers: dict[str, list[LayerCost]] = {}
    for layer in entry.cost.layers:
        layers.setdefault(KEYS[by](layer), []).append(layer)
    return [_group(entry, name, members) for name, members in layers.items()]


def largest(entry: Entry, by: str, most: int) -> tuple[list[Group], Group | None]:
    """Return the `most` costliest groups, largest first, and all others in one."""
    costly = [group for group in grouped(entry, by) if group.score.score]
    costly.sort(key=lambda group: -group.score.score)
    rest = costly[most:]
    if not rest:
        return costly, None
    others = (layer for group in rest for layer in group.layers)
    return costly[:most], _group(entry, f"{len(rest):,} others", others)


def _group(entry: Entry, name: str, layers: Iterable[LayerCost]) -> Group:
    assert entry.task
    assert entry.challenge
    layers = tuple(layers)
    return Group(name, layers, score_of(entry.task, entry.challenge.unit_bits, layers))
