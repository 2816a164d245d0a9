"""Where a recount leaves the entrant's own counts, and why, in score units."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from micronet_spec.causes import ANOTHER_WIDTH, UNEXPLAINED, Layer, Network, cause, cause_of_total
from micronet_spec.causes.differences import Difference, differences
from micronet_spec.entry.claims import Part, Row
from micronet_spec.entry.entry import Entry
from micronet_spec.graph import Node
from micronet_spec.score.bits import Weights

WITHIN = "within what is not known"
"""The cause where the recount is between bounds, and the claim is too."""
_BITS = {
    Part.STORAGE: Weights(stored=1),
    Part.MULTIPLIES: Weights(multiplies=1),
    Part.ADDS: Weights(adds=1),
    Part.OPERATIONS: Weights(multiplies=1, adds=1),
}


@dataclass(frozen=True)
class Departure:
    """Where one part of one layer, or of a total, leaves the entrant's own count, and why."""

    difference: Difference
    cause: str
    score: Fraction
    """What the recount adds in score units; where counts are unknown, at the least of the score."""
    most: Fraction
    """What it adds at the most of the score."""


@dataclass(frozen=True)
class Share:
    """What one part of all layers of one op, or of a total, adds for one cause, in score units."""

    op: str
    part: Part
    what: str
    """Both, for people."""
    cause: str
    score: Fraction
    most: Fraction

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """The least and the most that it adds."""
        return min(self.score, self.most), max(self.score, self.most)

    @property
    def size(self) -> Fraction:
        """How far the recount may be from the entrant's count."""
        return max(map(abs, self.ends))


def counted_total(entry: Entry) -> Fraction | None:
    """Return the score that the entrant's own counts add up to."""
    counts = entry.claims_file
    if counts is None or counts.findings or not (entry.task and entry.challenge):
        return None
    return entry.total(counts).score


@lru_cache(maxsize=1)
def departures(entry: Entry) -> tuple[Departure, ...]:
    """Return where the recount leaves the entrant's own counts.

    Their scores sum exactly to what the score is more than these, at its least and at its most.
    Those of the last entry are remembered: a rule asks for them, then its row.
    """
    return tuple(_departures(entry))


def _departures(entry: Entry) -> Iterator[Departure]:
    counts = entry.claims_file
    if counted_total(entry) is None or counts is None or not (entry.cost and entry.high_cost):
        return
    assert entry.task
    assert entry.challenge
    assert entry.graph
    baseline, unit = entry.task.baseline, entry.challenge.unit_bits
    model, examples = entry.manifest.network, entry.task.test_examples
    networks = [
        Network(entry.challenge, entry.graph, cost, counts, model, examples)
        for cost in ((entry.cost,) if entry.exact else (entry.cost, entry.high_cost))
    ]
    nodes = {node.layer.name: node for node in entry.graph.nodes}
    for it in differences(counts, entry.cost.layers, entry.high_cost.layers):
        of = baseline.parameters if it.part is Part.STORAGE else baseline.operations
        if it.layer in nodes:
            why = _cause(it, nodes[it.layer], counts.rows_of(it.layer), networks)
        else:
            why = cause_of_total(it, networks[0], networks[-1])
        if why == UNEXPLAINED and _may_be_right(entry, it):
            why = WITHIN
        scale = unit * of
        yield Departure(it, why, it.bits / scale, (it.most - it.claimed) / scale)


def _cause(difference: Difference, node: Node, rows: tuple[Row, ...], ends: list[Network]) -> str:
    """Return what explains the count of a layer, be the unknown counts the least or the most."""
    found: list[str] = []
    for it, network in zip((difference, difference.at_most), ends, strict=False):
        found.append(cause(it, Layer(network.costs[it.layer], node, rows, network)))
        if found[0] == UNEXPLAINED:
            return UNEXPLAINED
    # Where there are no products, the width is none.
    one = len({it.removesuffix(f", {ANOTHER_WIDTH}") for it in found}) == 1
    return min(found, key=len) if one else UNEXPLAINED


def shares(departures: Iterable[Departure]) -> list[Share]:
    """Return departures by op, part and cause, largest first; they sum exactly."""
    found: dict[tuple[str, Part, str, str], list[Departure]] = {}
    for it in departures:
        key = it.difference.op, it.difference.part, it.difference.what, it.cause
        found.setdefault(key, []).append(it)
    sums = [
        Share(*key, _sum(each.score for each in some), _sum(each.most for each in some))
        for key, some in found.items()
    ]
    return sorted((share for share in sums if share.size), key=lambda share: -share.size)


def _may_be_right(entry: Entry, difference: Difference) -> bool:
    """Tell whether the recount is not known, and the entrant's count is between its bounds."""
    ends = entry.ends(_BITS[difference.part], set(difference.layers or (difference.layer,)))
    return ends is not None and ends[0] != ends[1] and ends[0] <= difference.claimed <= ends[1]


def _sum(numbers: Iterable[Fraction]) -> Fraction:
    return sum(numbers, Fraction())
