"""Bits to terms to score (T2): exact fractions."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from micronet_spec.challenge.challenge import Task
from micronet_spec.effect import Terms
from micronet_spec.score.count import LayerCost
from micronet_spec.score.items import Number


@dataclass(frozen=True, slots=True)
class Score:
    """The score of an entry and its two terms."""

    stored_bits: Number
    op_bits: Number
    parameters: Fraction
    """Stored bits over the unit (S1)."""
    operations: Fraction
    """Op bits over the unit (M3)."""
    storage_term: Fraction
    ops_term: Fraction

    @property
    def score(self) -> Fraction:
        """The score: lower is better, and the baseline scores 2."""
        return self.storage_term + self.ops_term

    @property
    def terms(self) -> Terms:
        """The two terms."""
        return Terms(self.storage_term, self.ops_term)


def score_of(task: Task, unit_bits: int, layers: Iterable[LayerCost]) -> Score:
    """Return the score of `layers` in `task`."""
    layers = list(layers)
    stored = sum(layer.stored_bits for layer in layers)
    ops = sum(layer.op_bits for layer in layers)
    return score_bits(task, unit_bits, stored, ops)


def score_bits(task: Task, unit_bits: int, stored_bits: Number, op_bits: Number) -> Score:
    """Return the score of a network of `stored_bits` and `op_bits` in `task`."""
    parameters = Fraction(stored_bits) / unit_bits
    operations = Fraction(op_bits) / unit_bits
    return Score(
        stored_bits,
        op_bits,
        parameters,
        operations,
        parameters / task.baseline.parameters,
        operations / task.baseline.operations,
    )
