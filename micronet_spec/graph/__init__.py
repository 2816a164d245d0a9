"""Which layer reads which, and the shape of what each writes."""

from micronet_spec.graph.graph import INPUT, Flaw, Graph, Node, build
from micronet_spec.graph.shapes import Shape, ShapeError, output_shape

__all__ = ["INPUT", "Flaw", "Graph", "Node", "Shape", "ShapeError", "build", "output_shape"]
