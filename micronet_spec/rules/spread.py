"""Counts of whole tensors, which do not say in which channels the nonzeros are."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from micronet_spec.effect import Effect, Terms
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.graph import Node
from micronet_spec.rules.places import together
from micronet_spec.rules.registry import check
from micronet_spec.score import Counter
from micronet_spec.score.bounds import is_crowded, open_bounds
from micronet_spec.score.placement import placements
from micronet_spec.score.sparse import weight_counts
from micronet_spec.score.total import score_bits


@check
def channels_not_stated(entry: Entry) -> Iterator[Finding]:
    """MN217: known counts whose nonzeros could be in fewer channels, or in others."""
    assert entry.graph
    assert entry.cost
    counter, counted = entry.counter, {it.index: it.op_bits for it in entry.cost.layers}
    found = {
        node.index: [Fraction(bits - counted[node.index]) for bits in ends]
        for node in entry.graph.nodes
        if (ends := _op_bits(counter, node))
    }
    changed = {index: ends for index, ends in found.items() if any(ends)}
    if not changed:
        return
    less, more = (
        _in_score(entry, sum(ends, Fraction())) for ends in zip(*changed.values(), strict=True)
    )
    assert entry.interval
    places = sorted(changed, key=lambda index: changed[index], reverse=True)
    labels = (entry.layer(index, "weight") for index in places)
    layers = f"{len(changed):,} layers" if len(changed) > 1 else "one layer"
    amounts = [
        f"{abs(float(end)):.2g} {word}" for end, word in ((more, "more"), (less, "less")) if end
    ]
    message = f"nobody says which channels of {layers} have nonzeros: counted as spread evenly, "
    message += f"the score can be {' or '.join(amounts)}"
    most = entry.interval[1]
    effect = Effect(most, most + more, Terms(ops=more))
    yield together("MN217", message, labels, effect)


def _op_bits(counter: Counter, node: Node) -> tuple[Fraction, ...]:
    """Return the least and the most op bits of a layer whose counts are known, not its channels."""
    counts = weight_counts(node)
    numbers = {it.field: it.amount for it in counts if isinstance(it.amount, int)}
    if not numbers or open_bounds(node) or is_crowded(node) or counter.adds_in_a_tree(node):
        return ()
    # Further values are stored, no operations; how many there are may be unknown.
    node = replace(node, layer=node.layer.model_copy(update={"stored": ()}))
    ends = (
        extreme(counter.layer(it).op_bits for it in placements(node, numbers, most=most))
        for extreme, most in ((min, False), (max, True))
    )
    return tuple(map(Fraction, ends))


def _in_score(entry: Entry, op_bits: Fraction) -> Fraction:
    assert entry.challenge
    assert entry.task
    return score_bits(entry.task, entry.challenge.unit_bits, 0, op_bits).score
