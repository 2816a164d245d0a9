"""Where the nodes of a document stand: kept as numbers, told by route when first asked for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Route = tuple[str | int, ...]
"""Keys and indices from the top of a document to one of its nodes."""

UNNAMED = (-1, -1)
"""In place of the offsets of a key, where there is none."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where one node stands, in character offsets of the text."""

    key: tuple[int, int] | None
    """Start and end of the key that names the node; None for list items and the top."""
    value: tuple[int, int]
    """Start and end of the value; of a block collection only its start is meaningful."""


class Nodes(Mapping[Route, Kept]):
    """Where every node of `values` stands. Most files have no finding and are never asked."""

    def __init__(self, values: Any, marks: Sequence[int]) -> None:
        """Take `marks`: of every node in the order of the text, start and end of key and value."""
        self._values = values
        self._marks = marks

    @cached_property
    def _kept(self) -> dict[Route, Kept]:
        marks = iter(self._marks)
        pairs = zip(marks, marks, strict=True)
        return {
            route: Kept(None if key == UNNAMED else key, value)
            for route, key, value in zip(_routes(self._values), pairs, pairs, strict=True)
        }

    def __getitem__(self, route: Route) -> Kept:
        """Return where the node at `route` stands."""
        return self._kept[route]

    def __iter__(self) -> Iterator[Route]:
        """Yield the route of every node in the order of the text."""
        return iter(self._kept)

    def __len__(self) -> int:
        """Return how many nodes there are."""
        return len(self._marks) // 4


def _routes(value: Any, route: Route = ()) -> list[Route]:
    """Return the routes of `value` and of all below it, in the order of the text."""
    routes = [route]
    items: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for part, item in items:
        if isinstance(item, (dict, list)):
            routes += _routes(item, (*route, part))
        else:
            routes.append((*route, part))
    return routes
