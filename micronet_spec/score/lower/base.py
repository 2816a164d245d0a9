"""What lowering a layer knows: its node, the widths it reads at, the rules it is counted by."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch

from micronet_spec.challenge.challenge import Costs, ElementCost
from micronet_spec.graph import Node
from micronet_spec.manifest.layers import Layer
from micronet_spec.score.items import Arithmetic, Factor, Kind, Number, Stored
from micronet_spec.score.precision import Precision, Precisions

Items = tuple[list[Stored], list[Arithmetic]]


class CannotCountError(Exception):
    """A layer says too little to be counted exactly; `field` is where it would say it."""

    def __init__(self, code: str, message: str, field: tuple[str, ...]) -> None:
        super().__init__(message)
        self.code = code
        self.field = field


@dataclass(frozen=True, slots=True)
class Site:
    """Where a layer stands, and the rules it is counted by."""

    node: Node
    reads: Precision
    precisions: Precisions
    costs: Costs

    @property
    def elements(self) -> int:
        """Elements of the output."""
        return math.prod(self.node.shape)

    @property
    def channels(self) -> int:
        """Channels of the output."""
        return self.node.shape[0]

    @property
    def positions(self) -> int:
        """Positions of every output channel."""
        return math.prod(self.node.shape[1:])

    def addition(self, declared: Number | None) -> Number:
        """Return the width of an addition outside dot products (R3)."""
        width = self.precisions.addition(declared)
        assert width != "tree"
        return width


@singledispatch
def lower(layer: Layer, site: Site) -> Items:
    """Return what `layer` stores and computes per example.

    Every function reads only its own layer and its site, so that the count of a network is the
    sum of the counts of its layers. Raises `CannotCountError`.
    """
    raise NotImplementedError(f"no count for {type(layer).__name__} at {site.node.index}")


def elementwise(
    what: str, cost: ElementCost, site: Site, width: Number | None, *factors: Factor
) -> list[Arithmetic]:
    """Return the operations of `cost` for each of `factors`; additions at `width` bits."""
    read, added = site.reads.bits, site.addition(width)
    counts: tuple[tuple[Kind, int, Number, tuple[str, ...]], ...] = (
        (Kind.MULTIPLY, cost.multiply, read, ("M11", "R4", "M3")),
        (Kind.ADD, cost.add, added, ("M11", "R4", "R3")),
        (Kind.COMPARE, cost.compare, read, ("M11", "R4", "R5")),
        (Kind.TRANSCENDENTAL, cost.transcendental, read, ("M1", "R4", "R5")),
    )
    return [
        Arithmetic(kind, what, (*factors, *each(count)), bits, clauses)
        for kind, count, bits, clauses in counts
        if count
    ]


def table_cost(table: Mapping[str, ElementCost], op: str) -> ElementCost:
    """Return what the challenge's table states for `op`. Raises `CannotCountError`."""
    if op not in table:
        raise CannotCountError("MN213", f"the challenge states no cost for `{op}`", ("op",))
    return table[op]


def each(count: int) -> tuple[Factor, ...]:
    """Return the factor of so many operations each; none for one."""
    return () if count == 1 else ((count, "each"),)
