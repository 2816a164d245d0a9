"""Circles of a graph."""

from collections.abc import Iterator, Mapping, Sequence


def cycles(wires: Mapping[int, Sequence[int]]) -> Iterator[list[int]]:
    """Yield circles of nodes, each of which reads the next, so that no node of one is left out.

    `wires` are what each node reads; what has none itself is in no circle.
    """
    done: set[int] = set()
    for start in sorted(wires):
        path: dict[int, Iterator[int]] = {}
        entered: int | None = start if start not in done else None
        while entered is not None or path:
            if entered is not None:
                path[entered] = iter(dict.fromkeys(wires[entered]))
            node = next(reversed(path))
            entered = None
            for source in path[node]:
                if source in path:
                    nodes = list(path)
                    yield nodes[nodes.index(source) :]
                elif source in wires and source not in done:
                    entered = source
                    break
            else:
                done.add(node)
                del path[node]
