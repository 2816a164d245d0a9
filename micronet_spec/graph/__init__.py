"""Which layer reads which, and the shape of what each writes."""

from micronet_spec.graph.build import build
from micronet_spec.graph.graph import INPUT, UNSTATED, Flaw, Graph, Meeting, Node
from micronet_spec.graph.shapes import Shape, ShapeError, output_shape, pair, show, weight_shape

__all__ = [
    "INPUT",
    "UNSTATED",
    "Flaw",
    "Graph",
    "Meeting",
    "Node",
    "Shape",
    "ShapeError",
    "build",
    "output_shape",
    "pair",
    "show",
    "weight_shape",
]
