"""A published total over several layers, given to them the cheapest or dearest way.

What so many nonzeros cost a layer is linear between a few counts, but for steps of one addition per
channel that is begun. Where the chords between these counts bound the cost, the best way to give a
total to all layers is to take the chords in the order of their slopes; only the last is taken in
part. There the count moves to the next one that costs no more (no less) than the chord: so the cost
is a bound, tight to what a few nonzeros cost, and exact where they are spread out.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from micronet_spec.score.items import Number
from micronet_spec.score.sparse import Bounds

Cost = Callable[[int], Number]
"""What so many nonzeros cost a layer; more never cost less."""


@dataclass(frozen=True, slots=True)
class Share:
    """A layer's part of a total: its bounds, its shape, and what it costs at least (most)."""

    bounds: Bounds
    rows: int
    columns: int
    signs: int
    """Signs that have sums of their own in a channel."""
    cost: Cost
    each: Number = 1
    """What a nonzero adds to the total; more than nothing."""


@dataclass(frozen=True, slots=True)
class _Chord:
    """A step from one count of a share to another."""

    share: int
    start: int
    length: int
    cost: Number
    """Cost at the start."""
    slope: Fraction
    """Cost of a nonzero."""
    each: Number

    @property
    def price(self) -> Fraction:
        """Cost of what adds one to the total."""
        return self.slope / self.each


def allot(total: Number, shares: Sequence[Share], *, most: bool) -> list[int]:
    """Return how many nonzeros each share gets to make `total`, to cost the least or the `most`.

    A total beyond the bounds of the shares is met as far as they go.
    """
    numbers = [share.bounds[0] for share in shares]
    given = sum(share.each * number for share, number in zip(shares, numbers, strict=True))
    left = max(Fraction(), Fraction(total - given))
    chords = [chord for n, share in enumerate(shares) for chord in _chords(n, share, most=most)]
    for chord in sorted(chords, key=lambda it: it.price, reverse=most):
        taken = min(left / chord.each, Fraction(chord.length))
        left -= taken * chord.each
        if taken:
            numbers[chord.share] = (
                chord.start + chord.length
                if taken == chord.length
                else _moved(chord, taken, shares, most=most)
            )
    return numbers


def _chords(index: int, share: Share, *, most: bool) -> list[_Chord]:
    """Return the convex (concave) hull of a share's cost, as chords."""
    low, high = share.bounds
    full = {share.columns * (-(-low // share.columns)), share.columns * (high // share.columns)}
    begun = {share.rows, share.rows * share.signs}
    corners = sorted(n for n in {low, *begun, *full, high} if low <= n <= high)
    hull: list[_Chord] = []
    for start, end in pairwise(corners):
        chord = _chord(index, share, start, end)
        while hull and (chord.slope >= hull[-1].slope if most else chord.slope <= hull[-1].slope):
            chord = _chord(index, share, hull.pop().start, end)
        hull.append(chord)
    return hull


def _chord(index: int, share: Share, start: int, end: int) -> _Chord:
    cost = share.cost(start)
    slope = Fraction(share.cost(end) - cost) / (end - start)
    return _Chord(index, start, end - start, cost, slope, share.each)


def _moved(chord: _Chord, taken: Fraction, shares: Sequence[Share], *, most: bool) -> int:
    """Return the count nearest to `taken` of a chord that is no worse than the chord there."""
    cost, end = shares[chord.share].cost, chord.start + taken
    bound: Number = chord.cost + chord.slope * taken
    if most:
        first = math.ceil(end)
        return first + bisect_left(range(first, chord.start + chord.length), bound, key=cost)
    return chord.start + bisect_right(range(chord.start, math.floor(end) + 1), bound, key=cost) - 1
