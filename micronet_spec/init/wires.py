"""Who reads whom, as far as shapes say it.

A draft connects two layers only where the table leaves no choice, and lets no output be read
twice: a second reader of the same output is never proven by shapes.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from micronet_spec.graph import Shape

UNSTATED = "unstated"
_INPUT = "input"
_MOST_LOOSE = 8
"""So many unread outputs of one size are tried in all their combinations."""


@dataclass(frozen=True, slots=True)
class Wire:
    """What a layer could read: its `from`, None for the layer before, and the shapes."""

    sources: str | tuple[str, ...] | None
    shapes: tuple[Shape, ...]
    reads: tuple[str, ...] = ()
    """Layers whose output it takes."""

    @property
    def stated(self) -> bool:
        """Whether a shape is stated, not derived."""
        return self.sources == UNSTATED or UNSTATED in (self.sources or ())


class Wires:
    """The outputs written so far, and which of them nobody reads yet."""

    def __init__(self, input_shape: Shape) -> None:
        """Start from the input of the model."""
        self.input_shape = input_shape
        self.last: str | None = None
        self._shapes: dict[str, Shape] = {}
        self._loose: dict[Shape, dict[str, None]] = {}
        self._areas: dict[Shape, dict[str, None]] = {}

    @property
    def last_shape(self) -> Shape:
        """The shape of what was written last."""
        return self._shapes[self.last] if self.last else self.input_shape

    def write(self, name: str, shape: Shape, wire: Wire) -> None:
        """Note a layer, what it reads and what it writes."""
        for source in wire.reads:
            taken = self._shapes[source]
            self._loose[bare(taken)].pop(source, None)
            self._areas[bare(taken)[1:]].pop(source, None)
        self._shapes[name] = shape
        self._loose.setdefault(bare(shape), {})[name] = None
        self._areas.setdefault(bare(shape)[1:], {})[name] = None
        self.last = name

    def one(self, wanted: Shape, *, flat: bool = False) -> Iterator[Wire]:
        """Yield what a layer of one input could read, the best first."""
        shape = self.last_shape
        if bare(shape) == bare(wanted) or (flat and math.prod(shape) == math.prod(wanted)):
            yield Wire(None, (shape,), (self.last,) if self.last else ())
        elif bare(self.input_shape) == bare(wanted) == (1,):
            yield Wire(_INPUT, (self.input_shape,))
        yield Wire(UNSTATED, (wanted,))

    def equal(self, wanted: Shape, *, gate: bool = False) -> Iterator[Wire]:
        """Yield what a sum could read, or a product, whose second input may be a gate."""
        full = self._unread(wanted)
        gates = self._unread(wanted[:1]) if gate and bare(wanted) != wanted[:1] else []
        if len(full) == len(gates) == 1:
            yield self._of((*full, *gates))
        elif len(full) == 2 and not gates:  # noqa: PLR2004
            yield self._of(full)
        if self.last and bare(self.last_shape) == bare(wanted):
            shape = self.last_shape
            yield Wire((self.last, UNSTATED), (shape, shape), (self.last,))
        yield Wire((UNSTATED, UNSTATED), (wanted, wanted))

    def stacked(self, wanted: Shape) -> Iterator[Wire]:
        """Yield what a concatenation of the shape `wanted` could read."""
        if bare(self.last_shape) == bare(wanted):
            yield Wire(None, (self.last_shape,), (self.last,) if self.last else ())
        elif parts := self._only_parts(wanted):
            yield self._of(parts)
        yield Wire(UNSTATED, (wanted,))

    def _only_parts(self, wanted: Shape) -> Sequence[str] | None:
        """Return the unread outputs whose channels add up, if there is one such choice."""
        loose = list(self._areas.get(bare(wanted)[1:], ()))
        if len(loose) > _MOST_LOOSE:
            return None
        choices: list[tuple[int, tuple[str, ...]]] = [(0, ())]
        for name in loose:
            size = self._shapes[name][0]
            choices += [
                (total + size, (*chosen, name))
                for total, chosen in choices
                if total + size <= wanted[0]
            ]
        found = [chosen for total, chosen in choices if total == wanted[0]]
        return found[0] if len(found) == 1 and len(found[0]) > 1 else None

    def _unread(self, wanted: Shape) -> list[str]:
        return list(self._loose.get(bare(wanted), ()))

    def _of(self, names: Sequence[str]) -> Wire:
        shapes = tuple(self._shapes[name] for name in names)
        return Wire(tuple(names), shapes, tuple(names))


def bare(shape: Shape) -> Shape:
    """Return a shape without height and width of one, which tables write or leave out."""
    return shape[:1] if all(size == 1 for size in shape[1:]) else shape
