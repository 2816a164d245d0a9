"""The two kinds of item that every score is made of."""

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

Number = int | Fraction
Factor = tuple[Number, str]
"""A number and what it counts; the product of an item's factors is its count."""


class Kind(StrEnum):
    """Kinds of operation. A division is a multiply; a comparison is no addition (R5)."""

    MULTIPLY = "multiply"
    ADD = "add"
    COMPARE = "compare"
    TRANSCENDENTAL = "transcendental"
    BITWISE = "bitwise"


@dataclass(frozen=True, slots=True)
class Stored:
    """Values that inference needs, each of `bits` bits (S1)."""

    what: str
    factors: tuple[Factor, ...]
    bits: Number
    clauses: tuple[str, ...]

    @property
    def count(self) -> Number:
        """How many values."""
        return math.prod(number for number, _ in self.factors)

    @property
    def total(self) -> Number:
        """Bits of all of them."""
        return self.count * self.bits


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Operations per example, each on inputs of at most `bits` bits (M1, M3)."""

    kind: Kind
    what: str
    factors: tuple[Factor, ...]
    bits: Number
    clauses: tuple[str, ...]

    @property
    def count(self) -> Number:
        """How many operations."""
        return math.prod(number for number, _ in self.factors)

    @property
    def total(self) -> Number:
        """Operations times their width: op bits."""
        return self.count * self.bits
