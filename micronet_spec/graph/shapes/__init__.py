"""Output shapes, one function an op: `[channels, height, width]` or `[features]`."""

from micronet_spec.graph.shapes import contraction, elementwise, movement, pooling, sequence
from micronet_spec.graph.shapes.base import Shape, ShapeError, output_shape, pair, show
from micronet_spec.graph.shapes.contraction import weight_shape

__all__ = [
    "Shape",
    "ShapeError",
    "contraction",
    "elementwise",
    "movement",
    "output_shape",
    "pair",
    "pooling",
    "sequence",
    "show",
    "weight_shape",
]
