"""ONNX: the initializers of a graph, and the tensors that its nodes hold.

Only the wire format is read: the graph is neither checked nor run, and no library parses it.
Source of the field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from typing import NamedTuple

from micronet_spec.checkpoint.budget import Budget, Steps
from micronet_spec.checkpoint.collect import Collector, Geometry
from micronet_spec.checkpoint.onnx_external import External
from micronet_spec.checkpoint.onnx_values import check_length, dtype_of, values
from micronet_spec.checkpoint.refusal import malformed, within
from micronet_spec.checkpoint.wire import BYTES, VARINT, Field, fields, keep, text, varints

_GRAPH, _FUNCTION = 7, 25
"""Fields of a model."""
_NODE, _INITIALIZER, _SPARSE = 1, 5, 15
"""Fields of a graph."""
_OUTPUT, _ATTRIBUTE = 2, 5
"""Fields of a node."""
_ATTRIBUTE_NAME, _TENSOR, _SUBGRAPH, _TENSORS, _SUBGRAPHS, _SPARSE_VALUE = 1, 5, 6, 10, 11, 22
"""Fields of an attribute."""
_OF_ATTRIBUTES = (_ATTRIBUTE_NAME, _TENSOR, _SUBGRAPH, _TENSORS, _SUBGRAPHS, _SPARSE_VALUE)
_DIMS, _NAME, _EXTERNAL_DATA, _LOCATION, _METADATA = 1, 8, 13, 14, 16
"""Fields of a tensor."""
_MANY = frozenset({_DIMS, _EXTERNAL_DATA, _METADATA})
"""Fields of a tensor that may be there several times."""


class _Scope(NamedTuple):
    """A message, and the words before the names of tensors in it."""

    data: memoryview
    start: int
    prefix: str
    depth: int = 0


class Reader:
    """Adds the tensors of one model to a collector."""

    def __init__(self, collector: Collector, budget: Budget, external: External) -> None:
        self._collector = collector
        self._budget = budget
        self._external = external
        self._steps = Steps(budget)

    def model(self, file: memoryview) -> None:
        """Add every tensor; raise `RefusedError`."""
        found: dict[int, Field] = {}
        for part in self._fields(file, _GRAPH):
            if part.number == _GRAPH:
                keep(found, part)
            elif part.number == _FUNCTION:
                self._collector.ignored.append("a function")
        if _GRAPH not in found:
            raise malformed("the model has no graph")
        self._graph(_Scope(found[_GRAPH].data, found[_GRAPH].start, ""))

    def _fields(self, message: memoryview, *embedded: int) -> list[Field]:
        """Return the fields of a message, each a step; `embedded` ones are bytes."""
        found = []
        for part in fields(message):
            self._steps.take()
            if part.number in embedded and part.kind != BYTES:
                raise malformed(f"the field {part.number} of a message is of another kind")
            found.append(part)
        return found

    def _graph(self, graph: _Scope) -> None:
        within(graph.depth, self._budget.depth, "graphs in graphs")
        for index, part in enumerate(self._fields(graph.data, _INITIALIZER, _NODE, _SPARSE)):
            inner = graph._replace(data=part.data, start=graph.start + part.start)
            if part.number == _INITIALIZER:
                self._tensor(inner)
            elif part.number == _NODE:
                self._node(inner)
            elif part.number == _SPARSE:
                name = f"{graph.prefix}sparse_initializer.{index}"
                self._collector.leave(name, "sparse tensors are not read")

    def _node(self, node: _Scope) -> None:
        """Add what the attributes of a node hold, named after its first output."""
        parts = self._fields(node.data, _OUTPUT, _ATTRIBUTE)
        output = next((text(part) for part in parts if part.number == _OUTPUT), "")
        for part in parts:
            if part.number == _ATTRIBUTE:
                start = node.start + part.start
                prefix = f"{node.prefix}{output}"
                self._attribute(_Scope(part.data, start, prefix, node.depth + 1))

    def _attribute(self, attribute: _Scope) -> None:
        parts = self._fields(attribute.data, *_OF_ATTRIBUTES)
        name = next((text(part) for part in parts if part.number == _ATTRIBUTE_NAME), "")
        label = f"{attribute.prefix}.{name}"
        for index, part in enumerate(parts):
            start = attribute.start + part.start
            inner = _Scope(part.data, start, f"{label}.", attribute.depth)
            if part.number == _TENSOR:
                self._tensor(inner, label)
            elif part.number == _TENSORS:
                self._tensor(inner, f"{label}.{index}")
            elif part.number in {_SUBGRAPH, _SUBGRAPHS}:
                self._graph(inner)
            elif part.number == _SPARSE_VALUE:
                self._collector.leave(label, "sparse tensors are not read")

    def _tensor(self, tensor: _Scope, label: str | None = None) -> None:
        """Add a tensor, under its own name if it has no `label`."""
        found: dict[int, Field] = {}
        dims: list[int] = []
        entries: list[Field] = []
        for part in self._fields(tensor.data, _NAME, _EXTERNAL_DATA):
            if part.number == _DIMS:
                dims += _numbers(part, self._budget)
                within(len(dims), self._budget.dimensions, "dimensions of a tensor")
            elif part.number == _EXTERNAL_DATA:
                entries.append(part)
            elif part.number not in _MANY:
                keep(found, part)
        name = label
        if name is None:
            name = tensor.prefix + (text(found[_NAME]) if _NAME in found else "")
        shape = tuple(dims)
        dtype = dtype_of(found)
        if dtype is None:
            self._collector.leave(name, "texts, or values of an unknown format, are not read")
            return
        if _LOCATION in found and found[_LOCATION].value:
            extent = self._external.extent(entries, name)
            if extent is None:
                self._collector.leave(
                    name, "its values are in another file, and no folder is given"
                )
                return
        else:
            extent = values(name, dtype, found, tensor.start, self._budget.header_bytes)
        check_length(name, dtype, shape, extent)
        self._collector.add(name, dtype, extent, Geometry(shape))


def _numbers(part: Field, budget: Budget) -> list[int]:
    """Return the sizes that a field holds: one, or several packed."""
    if part.kind == VARINT:
        return [_signed(part.value)]
    if part.kind != BYTES:
        raise malformed("a size of a tensor is no whole number")
    within(len(part.data), 10 * budget.dimensions, "bytes of dimensions")
    return [_signed(number) for number in varints(part.data).tolist()]


def _signed(number: int) -> int:
    return number - 2**64 if number >> 63 else number
