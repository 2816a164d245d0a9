"""Layers wired by `from`: names, order of execution, shapes, folds, and what nobody reads."""

import difflib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from micronet_spec.graph.cycles import cycles
from micronet_spec.graph.graph import INPUT, UNSTATED, Flaw, Graph, Node
from micronet_spec.graph.shapes import Shape, ShapeError, output_shape, show
from micronet_spec.manifest.layers import BatchNorm, Conv2d, Layer, Linear
from micronet_spec.manifest.read import Broken

_INPUT_NAME, _UNSTATED_NAME = "input", "unstated"
_RESERVED = {_INPUT_NAME: INPUT, _UNSTATED_NAME: UNSTATED}
_MOST_VALUES = 10**15
_MOST_HINTS = 20
"""Comparing every unknown name with every layer would take long where all are wrong."""


def build(input_shape: Shape, layers: Sequence[Layer | Broken]) -> Graph:
    """Wire `layers` that start from an input of `input_shape`; never raises."""
    return _Builder(input_shape, layers).build()


@dataclass
class _Builder:
    input_shape: Shape
    layers: Sequence[Layer | Broken]
    flaws: list[Flaw] = field(default_factory=list)
    hints: int = _MOST_HINTS

    def build(self) -> Graph:
        wires = self.wire()
        order = self.order(wires)
        folds = self.fold(wires)
        nodes = self.shape(order, wires, folds)
        complete = not self.flaws and len(nodes) == len(self.layers)
        if not complete:
            return Graph(tuple(nodes), tuple(self.flaws), complete=False)
        dead = _unreached(wires)
        read = {source for sources in wires.values() for source in sources}
        ends = tuple(index for index in dead if index not in read)
        return Graph(tuple(nodes), (), complete=True, dead=dead, dead_ends=ends)

    def wire(self) -> dict[int, tuple[int, ...]]:
        """Return what each layer reads; a layer that reads something unknown is left out."""
        names = self.names()
        wires: dict[int, tuple[int, ...]] = {}
        for index, layer in enumerate(self.layers):
            if isinstance(layer, Broken):
                continue
            sources = _sources(layer)
            if sources is None:
                wires[index] = (index - 1,)
                continue
            unknown = [name for name in sources if name not in names]
            for name in unknown:
                self.flaws.append(_no_layer(name, names if self.hints else (), index))
                self.hints = max(0, self.hints - 1)
            if _UNSTATED_NAME in sources and layer.input is None:
                message = f"`{layer.name}` reads something unstated: `input` must say its shape"
                self.flaws.append(Flaw("MN117", message, index, "from"))
            elif not unknown:
                wires[index] = tuple(names[name] for name in sources)
        return wires

    def names(self) -> dict[str, int]:
        """Return the index of every name that a layer may read, and report repeated names."""
        names = dict(_RESERVED)
        for index, layer in enumerate(self.layers):
            if layer.name in _RESERVED:
                message = f"the name `{layer.name}` is reserved for what layers read"
                self.flaws.append(Flaw("MN111", message, index, "name"))
            elif layer.name in names:
                first = (names[layer.name], "name", "first here")
                message = f"two layers are called `{layer.name}`"
                self.flaws.append(Flaw("MN111", message, index, "name", (first,)))
            elif layer.name is not None:
                names[layer.name] = index
        return names

    def order(self, wires: dict[int, tuple[int, ...]]) -> list[int]:
        """Return the layers so that each follows what it reads, and report cycles."""
        waiting = {index: sum(s in wires for s in sources) for index, sources in wires.items()}
        readers: dict[int, list[int]] = {}
        for index, sources in wires.items():
            for source in sources:
                readers.setdefault(source, []).append(index)
        order = [index for index, count in waiting.items() if not count]
        for index in order:
            for reader in readers.get(index, ()):
                waiting[reader] -= 1
                if not waiting[reader]:
                    order.append(reader)
        left = wires.keys() - set(order)
        for cycle in cycles({index: wires[index] for index in left}):
            self.report_cycle(cycle)
        return order

    def report_cycle(self, cycle: list[int]) -> None:
        names = [f"`{self.layers[index].name}`" for index in [*cycle, cycle[0]]]
        shown = names if len(names) <= 8 else [*names[:6], "...", names[-1]]  # noqa: PLR2004
        related = tuple((index, "from", "in the cycle") for index in cycle[1:8])
        message = f"a cycle: {' reads '.join(shown)}"
        self.flaws.append(Flaw("MN113", message, cycle[0], "from", related))

    def fold(self, wires: dict[int, tuple[int, ...]]) -> dict[int, BatchNorm]:
        """Return the batch norm folded into each layer, and report those that cannot be."""
        readers: dict[int, int] = {}
        for sources in wires.values():
            for source in sources:
                readers[source] = readers.get(source, 0) + 1
        folds: dict[int, BatchNorm] = {}
        for index, sources in wires.items():
            layer = self.layers[index]
            if not isinstance(layer, BatchNorm) or layer.fold is None:
                continue
            target = sources[0]
            producer = self.layers[target] if target >= 0 else None
            if isinstance(producer, Broken):
                continue
            why = None
            if producer is None or producer.name != layer.fold.into:
                reads = f"`{producer.name}`" if producer else "the input"
                why = f"it reads {reads}, not `{layer.fold.into}`"
            elif not isinstance(producer, Conv2d | Linear):
                why = f"`{producer.name}` is {producer.op}, not conv2d or linear"
            elif readers[target] > 1:
                why = f"`{producer.name}` is read by {readers[target]} layers"
            if why:
                message = f"`{layer.name}` cannot be folded into `{layer.fold.into}`: {why}"
                self.flaws.append(Flaw("MN116", message, index, "fold"))
            else:
                folds[target] = layer
        return folds

    def shape(
        self, order: list[int], wires: dict[int, tuple[int, ...]], folds: dict[int, BatchNorm]
    ) -> list[Node]:
        shapes: dict[int, Shape] = {INPUT: self.input_shape}
        nodes: list[Node] = []
        for index in order:
            layer = self.layers[index]
            sources = wires[index]
            if isinstance(layer, Broken):
                continue
            shapes.pop(UNSTATED, None)
            if layer.input:
                shapes[UNSTATED] = layer.input
            if any(source not in shapes for source in sources):
                continue
            inputs = [shapes[source] for source in sources]
            try:
                _check_input(layer, inputs)
                shape = output_shape(layer, inputs)
                _check_size(shape)
            except ShapeError as error:
                message = f"layer `{layer.name}`: {error}"
                related = tuple((s, "name", "read from here") for s in sources if s >= 0)
                self.flaws.append(Flaw("MN114", message, index, error.field, related[:4]))
                continue
            shapes[index] = shape
            nodes.append(Node(index, layer, sources, tuple(inputs), shape, folds.get(index)))
        return nodes


def _no_layer(name: str, names: Iterable[str], index: int) -> Flaw:
    close = difflib.get_close_matches(name, list(names), 1)
    hint = f": did you mean `{close[0]}`?" if close else ""
    return Flaw("MN112", f"no layer `{name}`{hint}", index, "from")


def _sources(layer: Layer) -> tuple[str, ...] | None:
    return (layer.sources,) if isinstance(layer.sources, str) else layer.sources


def _check_input(layer: Layer, inputs: list[Shape]) -> None:
    """Raise `ShapeError` where a stated shape is not what is read."""
    for shape in inputs if layer.input else ():
        if shape != layer.input:
            message = f"states {show(layer.input or ())}, reads {show(shape)}"
            raise ShapeError(message, "input")


def _check_size(shape: Shape) -> None:
    """Raise `ShapeError` for an output that no machine could hold."""
    if math.prod(shape) > _MOST_VALUES:
        raise ShapeError(f"writes {show(shape)}, more than {_MOST_VALUES:,} values", "op")


def _unreached(wires: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    """Return the layers that the last one does not depend on."""
    reached: set[int] = set()
    stack = [max(wires, default=INPUT)]
    while stack:
        index = stack.pop()
        if index >= 0 and index not in reached:
            reached.add(index)
            stack.extend(wires[index])
    return tuple(sorted(wires.keys() - reached))
