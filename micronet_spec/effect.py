"""What settling a finding does: to the score exactly, to its two terms, and to the rank."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Terms:
    """The two terms of a score (T2), or what is added to them."""

    storage: Fraction = Fraction()
    ops: Fraction = Fraction()

    @property
    def score(self) -> Fraction:
        """Both together."""
        return self.storage + self.ops

    def __add__(self, other: "Terms") -> "Terms":
        """Return the sums, term by term."""
        return Terms(self.storage + other.storage, self.ops + other.ops)

    def __sub__(self, other: "Terms") -> "Terms":
        """Return what is to be added to `other`."""
        return Terms(self.storage - other.storage, self.ops - other.ops)


@dataclass(frozen=True, slots=True)
class Ranks:
    """The ranks of two scores among the entries of a published board."""

    before: int
    after: int
    of: int
    """Ranked entries of the task, this one counted."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What settling a finding does to the score."""

    before: Fraction
    after: Fraction
    terms: Terms | None = None
    """What is added to each term; None where only the scores are known."""
    ranks: Ranks | None = None
    """None where no board is known, or the entry has no rank on it."""

    @property
    def change(self) -> Fraction:
        """What is added to the score."""
        return self.after - self.before

    @classmethod
    def between(cls, before: Terms, after: Terms) -> "Effect":
        """Return the effect of `after` instead of `before`."""
        return cls(before.score, after.score, after - before)
