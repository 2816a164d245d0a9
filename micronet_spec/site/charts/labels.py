"""Where short labels of points go, so that none lies upon another or upon a point."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

_DIGIT, _HEIGHT = 6.0, 10.0
"""Points (1/72 inch) of a digit in the size of labels."""
_MARKER = 3.5
"""Points from the middle of a marker to its edge."""
_RINGS = 6
_DIRECTIONS = ((1, 1), (-1, 1), (1, -1), (-1, -1), (0, 1), (1, 0), (0, -1), (-1, 0))

Offset = tuple[float, float]
_Area = tuple[float, float, float, float]
"""Left, bottom, right, top."""


class Label(NamedTuple):
    """A text, and the place in points that it belongs to."""

    text: str
    at: tuple[float, float]

    @property
    def near(self) -> float:
        """How far from its place it is said without a line between them."""
        return self.width / 2 + _HEIGHT

    @property
    def width(self) -> float:
        """Its width in points."""
        return _DIGIT * len(self.text)

    def area(self, offset: Offset) -> _Area:
        """Return where it lies with its middle at `offset` from its place."""
        x, y = self.at[0] + offset[0], self.at[1] + offset[1]
        return (x - self.width / 2, y - _HEIGHT / 2, x + self.width / 2, y + _HEIGHT / 2)

    def offsets(self) -> Iterator[Offset]:
        """Yield where it may go, the nearest first."""
        for ring, (x, y) in product(range(_RINGS), _DIRECTIONS):
            away = _MARKER + 1 + 9 * ring
            yield x * (away + self.width / 2), y * (away + _HEIGHT / 2 - 1)


def place(labels: Sequence[Label], points: Sequence[tuple[float, float]]) -> list[Offset]:
    """Return an offset for each label: the nearest that is free, or the nearest where none is."""
    taken: list[_Area] = [(x - _MARKER, y - _MARKER, x + _MARKER, y + _MARKER) for x, y in points]
    offsets: list[Offset] = []
    for label in labels:
        free = (it for it in label.offsets() if not _meets(label.area(it), taken))
        offset = next(free, next(label.offsets()))
        offsets.append(offset)
        taken.append(label.area(offset))
    return offsets


def _meets(area: _Area, taken: list[_Area]) -> bool:
    left, bottom, right, top = area
    return any(
        left < other[2] and other[0] < right and bottom < other[3] and other[1] < top
        for other in taken
    )
