"""One layer to its items: one file a family, one function an op."""

from micronet_spec.score.lower import (
    contraction,
    custom,
    elementwise,
    movement,
    normalization,
    pooling,
    sequence,
)
from micronet_spec.score.lower.base import CannotCountError, Items, Site, lower

__all__ = [
    "CannotCountError",
    "Items",
    "Site",
    "contraction",
    "custom",
    "elementwise",
    "lower",
    "movement",
    "normalization",
    "pooling",
    "sequence",
]
