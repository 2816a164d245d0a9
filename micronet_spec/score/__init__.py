"""Layers to items to score: pure, exact, no input or output."""

from micronet_spec.score.count import Cost, Counter, LayerCost, Uncountable
from micronet_spec.score.items import Arithmetic, Kind, Stored
from micronet_spec.score.total import Score, score_of

__all__ = [
    "Arithmetic",
    "Cost",
    "Counter",
    "Kind",
    "LayerCost",
    "Score",
    "Stored",
    "Uncountable",
    "score_of",
]
