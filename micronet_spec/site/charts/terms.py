"""Storage against math operations on logarithmic axes: what is known, and within which bounds."""

from typing import TYPE_CHECKING, NamedTuple

from matplotlib.ticker import LogLocator, NullFormatter

from micronet_spec.audit.standings import MARKS, marked
from micronet_spec.site.charts.drawing import (
    FAINT,
    INK,
    LESS,
    MATH,
    MORE,
    STORAGE,
    drawing,
    short,
    svg,
)
from micronet_spec.site.charts.labels import Label, place
from micronet_spec.site.entry import EntryView
from micronet_spec.site.view import TaskView

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LONGEST = 22
_HATCHES = {"S": "....", "C": "////"}
_LINE = 0.155
"""Inches of a line of the key."""


class Point(NamedTuple):
    """Two terms."""

    storage: float
    math: float


class Box(NamedTuple):
    """An entry, and the least and the most that its terms can be."""

    row: EntryView
    low: Point
    high: Point

    @property
    def known(self) -> bool:
        """Whether it is a point."""
        return self.low == self.high


def terms(task: TaskView) -> str | None:
    """Draw every entry whose terms are recounted, bounded, or at least claimed."""
    boxes = [box for row in task.entries if (box := _box(row))]
    if len(boxes) < 2:  # noqa: PLR2004 - one is compared with nothing
        return None
    with drawing(max(5.4, 1.6 + _LINE * len(boxes))) as figure:
        axes = figure.subplots()
        _axes(axes, boxes)
        for box in boxes:
            _draw(axes, box)
        _fronts(axes, boxes)
        _borders(axes, boxes, marked(len(task.entries)))
        _legend(figure, axes, boxes)
        _numbers(figure, axes, boxes)
        return svg(figure)


def _box(row: EntryView) -> Box | None:
    storage, ops = row.entry.storage, row.entry.math_ops
    if storage and ops:
        low, high = zip(storage.term, ops.term, strict=True)
        return Box(row, Point(*low), Point(*high)) if all(low) else None
    if row.claimed_terms and all(row.claimed_terms):
        return Box(row, Point(*row.claimed_terms), Point(*row.claimed_terms))
    return None


def _axes(axes: "Axes", boxes: list[Box]) -> None:
    """Show all with some room, also if it is one."""
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("math operations over the baseline's")
    axes.set_ylabel("storage over the baseline's")
    axes.set_xlim(min(box.low.math for box in boxes) / 2, max(box.high.math for box in boxes) * 2)
    axes.set_ylim(
        min(box.low.storage for box in boxes) / 2, max(box.high.storage for box in boxes) * 2
    )
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=20))
        axis.set_major_formatter(lambda value, _: f"{value:g}")
        axis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True, which="major", color=FAINT, alpha=0.25)


def _draw(axes: "Axes", box: Box) -> None:
    (low, left), (high, right) = box.low, box.high
    if box.known:
        claimed = not box.row.counted
        fill, edge = ("none", FAINT) if claimed else (STORAGE, STORAGE)
        axes.plot([left], [low], "o", markerfacecolor=fill, color=edge)
    else:
        xs, ys = [left, right, right, left, left], [low, low, high, high, low]
        axes.fill(xs, ys, color=MATH, alpha=0.12)
        axes.plot(xs, ys, color=MATH, linewidth=1.2)


def _fronts(axes: "Axes", boxes: list[Box]) -> None:
    """Draw what no entry beats in both terms, as steps: at most, and at least."""
    most, least = ([box.high for box in boxes], [box.low for box in boxes])
    _front(axes, most, "-", "Pareto front")
    if most != least:
        _front(axes, least, ":", "Pareto front at best")


def _front(axes: "Axes", points: list[Point], line: str, label: str) -> None:
    front: list[Point] = []
    for point in sorted(points, key=lambda point: (point.math, point.storage)):
        if not front or point.storage < front[-1].storage:
            front.append(point)
    xs, ys = [point.math for point in front], [point.storage for point in front]
    # Left of the first point and below the last there is nothing.
    xs, ys = [xs[0], *xs, axes.get_xlim()[1]], [axes.get_ylim()[1], *ys, ys[-1]]
    axes.step(xs, ys, where="post", color=LESS, linewidth=1.2, linestyle=line, label=label)


def _borders(axes: "Axes", boxes: list[Box], most: int) -> None:
    """Shade where the smallest terms end that earn a mark, among those that are shown (T3)."""
    if len(boxes) < most:
        return
    for index, mark in enumerate(MARKS):
        low, high = (
            sorted(end[index] for end in ends)[most - 1]
            for ends in ([box.low for box in boxes], [box.high for box in boxes])
        )
        if mark == "S":
            band = axes.axhspan(low, high, facecolor="none", edgecolor=MORE, alpha=0.5)
        else:
            band = axes.axvspan(low, high, facecolor="none", edgecolor=MORE, alpha=0.5)
        band.set(hatch=_HATCHES[mark], label=f"border of {mark}: {most} smallest")


def _legend(figure: "Figure", axes: "Axes", boxes: list[Box]) -> None:
    bounded = any(not box.known for box in boxes)
    claimed = any(not box.row.counted for box in boxes)
    for label, mark, color, fill, shown in (
        ("recounted", "o", STORAGE, STORAGE, True),
        ("bounded", "s", MATH, MATH, bounded),
        ("claimed, not recounted", "o", FAINT, "none", claimed),
    ):
        if shown:
            axes.plot([], [], mark, color=color, markerfacecolor=fill, label=label)
    figure.legend(loc="outside lower center", ncols=3)


def _numbers(figure: "Figure", axes: "Axes", boxes: list[Box]) -> None:
    """Write a number at every entry, none upon another, and beside the axes whose it is."""
    ordered = sorted(boxes, key=lambda box: (_position(box), box.row.file))
    numbers = [str(_position(box) or place) for place, box in enumerate(ordered, 1)]
    key = "\n".join(
        f"{number:>2}  {short(box.row.entry.name, _LONGEST)}"
        for number, box in zip(numbers, ordered, strict=True)
    )
    axes.annotate(key, (1.02, 1), xycoords="axes fraction", va="top", fontsize=8.5, linespacing=1.2)
    figure.draw_without_rendering()  # now it is known where everything is

    def at(point: Point) -> tuple[float, float]:
        x, y = axes.transData.transform((point.math, point.storage))
        return float(x) * 72 / figure.dpi, float(y) * 72 / figure.dpi

    labels = [Label(number, at(box.high)) for number, box in zip(numbers, ordered, strict=True)]
    points = [at(box.low) for box in ordered if box.known]
    for box, label, offset in zip(ordered, labels, place(labels, points), strict=True):
        far = {"arrowstyle": "-", "color": FAINT, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 1}
        axes.annotate(
            label.text,
            (box.high.math, box.high.storage),
            offset,
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=9,
            color=INK,
            arrowprops=far if max(map(abs, offset)) > label.near else None,
        )


def _position(box: Box) -> int:
    return box.row.entry.board.position if box.row.entry.board else 0
