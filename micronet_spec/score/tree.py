"""In which channels nonzeros cost an adder tree the least, or the most, where nobody says (R3).

A channel of t terms, whose tree starts at b bits, costs (t - 1) * (b + 1) - p(t - 1) bits, where
p(n) is how many ones n has in binary. As p(m + n) <= p(m) + p(n), one channel in place of two
always costs more. So the least is in as many channels as there can be, with as many ones in all
t - 1 as there can be. No way costs more than the fewest channels with all but one term each in one
of them, even if that has less room.
"""

from itertools import pairwise

from micronet_spec.manifest.tensors import PerChannel


def cheapest(nonzeros: int, rows: int) -> PerChannel:
    """Return a way to have so many nonzeros in `rows` channels that no possible one undercuts."""
    busy = min(nonzeros, rows)
    left, ones = nonzeros - busy, list[int]()
    while left:
        most = min(rows, left)
        ones.append(most - (left - most) % 2)
        left = (left - ones[-1]) // 2
    edges = sorted({0, busy, *ones})
    pairs = [
        (1 + sum(2**place for place, channels in enumerate(ones) if channels > start), end - start)
        for start, end in pairwise(edges)
    ]
    return _of([*pairs, (0, rows - busy)])


def dearest(nonzeros: int, rows: int, columns: int) -> PerChannel:
    """Return a way to have so many nonzeros in channels of `columns` that none possible exceeds."""
    busy = -(-nonzeros // columns)
    if not busy:
        return _of([(0, rows)])
    return _of([(nonzeros - busy + 1, 1), (1, busy - 1), (0, rows - busy)])


def _of(pairs: list[tuple[int, int]]) -> PerChannel:
    return PerChannel(per_channel=tuple(pair for pair in pairs if pair[1]))
