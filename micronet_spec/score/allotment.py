"""A published total of nonzeros over several layers, given to them the cheapest or dearest way.

What so many nonzeros cost a layer is linear between a few counts, but for steps of one addition per
channel that is begun. Where the chords between these counts bound the cost, the best way to give a
total to all layers is to take the chords in the order of their slopes; only the last is taken in
part. There the count moves to the next one that costs no more (no less) than the chord: so the cost
is a bound, tight to what a few nonzeros cost, and exact where they are spread out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from micronet_spec.manifest.entry import NonzeroTotal
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


@dataclass(frozen=True, slots=True)
class _Chord:
    """A step from one count of a share to another."""

    share: int
    start: int
    length: int
    cost: Number
    """Cost at the start."""
    slope: Fraction


def allot(total: int, shares: Sequence[Share], *, most: bool) -> list[int]:
    """Return how many nonzeros of `total` each share gets, to cost the least or the `most`.

    A total beyond the bounds of the shares is met as far as they go.
    """
    numbers = [share.bounds[0] for share in shares]
    left = max(0, total - sum(numbers))
    chords = [chord for n, share in enumerate(shares) for chord in _chords(n, share, most=most)]
    for chord in sorted(chords, key=lambda it: it.slope, reverse=most):
        taken = min(left, chord.length)
        left -= taken
        if taken:
            end = chord.start + taken
            numbers[chord.share] = (
                end if taken == chord.length else _moved(chord, end, shares, most=most)
            )
    return numbers


def disjoint(totals: Iterable[NonzeroTotal]) -> Iterator[tuple[frozenset[str], Bounds]]:
    """Yield totals of layers that no two share: of nested ones, what the outer adds to the inner.

    A total is the least and the most that it can be.

    A total that crosses another is left out, which can only make a bound less tight.
    """
    parts: list[tuple[frozenset[str], Bounds]] = []
    for total in sorted(totals, key=lambda it: len(set(it.layers))):
        members = frozenset(total.layers)
        inner = [part for part in parts if part[0] & members]
        if all(inside <= members for inside, _ in inner):
            rest = members.difference(*(inside for inside, _ in inner))
            least, most = total.bounds
            least -= sum(high for _, (_, high) in inner)
            parts.append((rest, (least, most - sum(low for _, (low, _) in inner))))
    return iter(parts)


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
    return _Chord(index, start, end - start, cost, slope)


def _moved(chord: _Chord, end: int, shares: Sequence[Share], *, most: bool) -> int:
    """Return the count nearest to `end` that is no worse than the chord says of `end`."""
    cost = shares[chord.share].cost
    bound: Number = chord.cost + chord.slope * (end - chord.start)
    if most:
        return end + bisect_left(range(end, chord.start + chord.length), bound, key=cost)
    return chord.start + bisect_right(range(chord.start, end + 1), bound, key=cost) - 1
