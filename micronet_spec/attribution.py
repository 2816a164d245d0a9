"""Where a recount leaves the entrant's own counts, and why, in score units."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from micronet_spec.causes import (
    IN_SHARED_TOTAL,
    IN_TOTAL,
    UNEXPLAINED,
    Layer,
    Network,
    cause,
    cause_of_total,
)
from micronet_spec.claims import Difference, Part, bits_of
from micronet_spec.entry import Entry

WITHIN = "within what is not known"
"""The cause where the counts of a layer are bounds, and the claim is between them."""


@dataclass(frozen=True)
class Departure:
    """Where one part of one layer leaves the entrant's own count, and why."""

    difference: Difference
    cause: str
    score: Fraction
    """What the recount adds, in score units."""


@dataclass(frozen=True)
class Share:
    """What one part of all layers of one op adds for one cause, in score units."""

    op: str
    part: Part
    cause: str
    score: Fraction


def counted_total(entry: Entry) -> Fraction | None:
    """Return the score that the entrant's own counts add up to."""
    counts = entry.claims_file
    if counts is None or counts.findings or not (entry.task and entry.challenge):
        return None
    return entry.total(counts).score


@lru_cache(maxsize=1)
def departures(entry: Entry) -> tuple[Departure, ...]:
    """Return where the recount leaves the entrant's own counts; their scores sum exactly.

    Those of the last entry are remembered: a rule asks for them, then its row.
    """
    return tuple(_departures(entry))


def _departures(entry: Entry) -> Iterator[Departure]:
    counts = entry.claims_file
    if counted_total(entry) is None or counts is None or not (entry.cost and entry.score):
        return
    assert entry.task
    assert entry.challenge
    assert entry.graph
    baseline, unit = entry.task.baseline, entry.challenge.unit_bits
    model, examples = entry.manifest.network, entry.task.test_examples
    network = Network(entry.challenge, entry.graph, entry.cost, counts, model, examples)
    nodes = {node.layer.name: node for node in entry.graph.nodes}
    names = [node.layer.name for node in entry.graph.nodes]
    totals = {part: cause_of_total(part, counts.rows, names) for part in Part}
    most = {layer.name: layer for layer in (entry.high_cost or entry.cost).layers}
    for difference in counts.against(entry.cost.layers):
        of = baseline.parameters if difference.part is Part.STORAGE else baseline.operations
        name = difference.layer
        why = totals[difference.part] or UNEXPLAINED
        rows = counts.rows_of(name)
        in_total = why == IN_TOTAL or (why == IN_SHARED_TOTAL and not rows)
        if name in nodes and not in_total:
            layer = Layer(network.costs[name], nodes[name], rows, network)
            within = not entry.exact and _is_within(
                difference, bits_of(most[name], difference.part)
            )
            why = WITHIN if within else cause(difference, layer)
        yield Departure(difference, why, difference.bits / (unit * of))


def _is_within(difference: Difference, most: Fraction) -> bool:
    """Tell whether a claim is between the recounts of the two completions, which differ."""
    return most != difference.recounted and (
        min(most, difference.recounted) <= difference.claimed <= max(most, difference.recounted)
    )


def shares(departures: Iterable[Departure]) -> list[Share]:
    """Return departures by op, part and cause, largest first; they sum exactly."""
    sums: dict[tuple[str, Part, str], Fraction] = {}
    for departure in departures:
        key = (departure.difference.op, departure.difference.part, departure.cause)
        sums[key] = sums.get(key, Fraction()) + departure.score
    largest = sorted(sums.items(), key=lambda item: -abs(item[1]))
    return [Share(*key, score) for key, score in largest if score]
