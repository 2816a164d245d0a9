"""Pictures of a site as SVG by matplotlib, which only this module imports.

Each is drawn once, and once more with the ink of dark pages. Without pyplot no display is needed.
"""

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter

from micronet_spec.report.plot import SETTINGS
from micronet_spec.report.visible import visible
from micronet_spec.site.view import Bar, EntryView, TaskView
from micronet_spec.standings import marked

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _LIGHT_INK = "#1f2328", "#d8dee6"
_FAINT = "#888888"
_STORAGE, _MATH = "#4a86c5", "#e0883a"
_UP, _DOWN = "#2e9e5b", "#d1495b"
_BARS, _CAUSES = 18, 10
_LONGEST, _LONGEST_CAUSE = 38, 64
_OTHERS: dict[Any, Any] = {
    "font.size": 10,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _FAINT,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "legend.frameon": False,
}

Picture = tuple[str, str]
"""An SVG for light pages, and one for dark pages."""


def _svg(figure: Figure) -> Picture:
    text = io.StringIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # names in scripts of no font here
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    light = text.getvalue()
    return light, light.replace(_INK, _LIGHT_INK)


@contextmanager
def _figure(width: float, height: float) -> "Iterator[tuple[Figure, Axes]]":
    with mpl.rc_context({**SETTINGS, **_OTHERS}):
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure, figure.subplots()


def slopes(task: TaskView) -> Picture | None:
    """Draw the published ranks beside those by the recount, which may be ranges."""
    rows = [
        it for it in task.entries if it.entry.standing.published and it.entry.standing.recounted
    ]
    if not rows:
        return None
    with _figure(8.5, 1.0 + 0.27 * len(rows)) as (figure, axes):
        for row in rows:
            standing = row.entry.standing
            assert standing.published
            assert standing.recounted
            left, (best, worst) = standing.published[0], standing.recounted
            right = (best + worst) / 2
            color = _FAINT if not standing.moves else _UP if right < left else _DOWN
            axes.plot([0, 1], [left, right], color=color, linewidth=1.4)
            axes.plot([1, 1], [best, worst], color=color, linewidth=5, solid_capstyle="round")
            axes.plot([0], [left], "o", color=color, markersize=4)
            name = _short(f"{left}  {row.entry.name}")
            axes.annotate(
                name, (0, left), (-8, 0), textcoords="offset points", ha="right", va="center"
            )
        for row, at in _spread(rows):
            standing = row.entry.standing
            assert standing.recounted
            best, worst = standing.recounted
            rank = str(best) if best == worst else f"{best}-{worst}"
            note = "" if row.entry.kind in {"recounted", "bounded"} else " (published figure)"
            label = _short(f"{rank}  {row.entry.name}{note}")
            axes.annotate(label, (1, at), (10, 0), textcoords="offset points", va="center")
        axes.set_xlim(-0.75, 1.95)
        axes.set_ylim(len(rows) + 0.7, -0.4)
        axes.set_axis_off()
        for at, title, side in ((0, "published", "right"), (1, "by the recount", "left")):
            axes.annotate(title, (at, 0), ha=side, va="center", fontweight="bold")
        return _svg(figure)


def _spread(rows: list[EntryView]) -> Iterator[tuple[EntryView, float]]:
    """Yield the rows with a height for the label of each, none upon another."""

    def middle(row: EntryView) -> float:
        assert row.entry.standing.recounted
        return sum(row.entry.standing.recounted) / 2

    for place, row in enumerate(sorted(rows, key=middle), 1):
        yield row, place


def terms(task: TaskView) -> Picture | None:
    """Draw storage against math operations: recounted, bounded, and claimed where not counted."""
    known, wide, claimed = _by_terms(task)
    if not (known or wide or claimed):
        return None
    with _figure(8.5, 5.6) as (figure, axes):
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("math operations over the baseline's")
        axes.set_ylabel("storage over the baseline's")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:g}")
            axis.set_minor_formatter(NullFormatter())
        axes.grid(visible=True, which="major", color=_FAINT, alpha=0.25)
        for row, (storage, ops) in known:
            axes.plot([ops], [storage], "o", color=_STORAGE)
            _number(axes, row, ops, storage)
        for row, (storage, ops) in claimed:
            axes.plot([ops], [storage], "o", markerfacecolor="none", color=_FAINT)
            _number(axes, row, ops, storage)
        for row in wide:
            (low, left), (high, right) = _corners(row)
            xs, ys = [left, right, right, left, left], [low, low, high, high, low]
            axes.fill(xs, ys, color=_MATH, alpha=0.25)
            axes.plot(xs, ys, color=_MATH)
            _number(axes, row, right, high)
        points = [point for _, point in known] + [point for _, point in claimed]
        boxes = [corner for row in wide for corner in _corners(row)]
        _limit(axes, [*points, *boxes])
        _front(axes, points)
        _borders(axes, points, marked(len(task.entries)))
        for label, mark, color, fill in (
            ("recounted", "o", _STORAGE, _STORAGE),
            ("bounded", "s", _MATH, _MATH),
            ("claimed, not recounted", "o", _FAINT, "none"),
        ):
            axes.plot([], [], mark, color=color, markerfacecolor=fill, label=label)
        figure.legend(loc="outside lower center", ncols=5)
        return _svg(figure)


Point = tuple[float, float]
_Points = list[tuple[EntryView, Point]]


def _by_terms(task: TaskView) -> tuple[_Points, list[EntryView], _Points]:
    known, wide, claimed = [], [], []
    for row in task.entries:
        storage, ops = row.entry.storage, row.entry.math_ops
        if storage and ops and row.entry.kind == "bounded":
            wide.append(row)
        elif storage and ops:
            known.append((row, (storage.term[0], ops.term[0])))
        elif row.claimed_terms and all(row.claimed_terms):
            claimed.append((row, row.claimed_terms))
    return known, wide, claimed


def _corners(row: EntryView) -> list[Point]:
    assert row.entry.storage
    assert row.entry.math_ops
    return list(zip(row.entry.storage.term, row.entry.math_ops.term, strict=True))


def _limit(axes: "Axes", points: list[Point]) -> None:
    """Show all points with some room, also if they are one."""
    storage, ops = zip(*points, strict=True)
    axes.set_xlim(min(ops) / 2, max(ops) * 2)
    axes.set_ylim(min(storage) / 2, max(storage) * 2)


def _number(axes: "Axes", row: EntryView, x: float, y: float) -> None:
    label = str(row.entry.board.position) if row.entry.board else _short(row.entry.name)
    axes.annotate(label, (x, y), (5, 4), textcoords="offset points", fontsize=9)


def _front(axes: "Axes", points: list[Point]) -> None:
    """Draw the points that no other beats in both terms, as steps."""
    front: list[Point] = []
    for storage, ops in sorted(points, key=lambda point: (point[1], point[0])):
        if not front or storage < front[-1][0]:
            front.append((storage, ops))
    if front:
        xs, ys = [ops for _, ops in front], [storage for storage, _ in front]
        axes.step(xs, ys, where="post", color=_UP, linewidth=1.2, label="Pareto front")


def _borders(axes: "Axes", points: list[Point], most: int) -> None:
    """Draw where the terms end that earn a mark among those that are known (T3)."""
    if len(points) < most:
        return
    storage = sorted(point[0] for point in points)[most - 1]
    ops = sorted(point[1] for point in points)[most - 1]
    axes.axhline(storage, color=_DOWN, linestyle=":", linewidth=1.2, label=f"S: {most} smallest")
    axes.axvline(ops, color=_DOWN, linestyle="--", linewidth=1.2, label=f"C: {most} smallest")


def layers(entry: EntryView) -> Picture | None:
    """Draw the costliest layers as bars of storage and math, and all others as one."""
    bars = entry.bars
    if not bars:
        return None
    shown = bars[:_BARS]
    if rest := bars[_BARS:]:
        shown = [*shown, _sum(f"{len(rest):,} others", rest)]
    with _figure(8.5, 1.3 + 0.27 * len(shown)) as (figure, axes):
        rows = range(len(shown))
        storage, ops = zip(*(bar.least for bar in shown), strict=True)
        known = [sum(bar.least) for bar in shown]
        axes.barh(rows, storage, color=_STORAGE, label="storage")
        axes.barh(rows, ops, left=storage, color=_MATH, label="math")
        if entry.entry.kind == "bounded":
            more = [bar.size - least for bar, least in zip(shown, known, strict=True)]
            label = "unknown, at most"
            axes.barh(rows, more, left=known, color=_MATH, alpha=0.3, hatch="//", label=label)
        for place, bar in enumerate(shown):
            axes.annotate(
                f"{bar.size:.2g}",
                (bar.size, place),
                (4, 0),
                textcoords="offset points",
                va="center",
            )
        _finish(axes, [_tail(bar.name) for bar in shown])
        figure.legend(loc="outside lower right", ncols=3)
        return _svg(figure)


def waterfall(entry: EntryView) -> Picture | None:
    """Draw the way from the entrant's own counts to the recount, a bar for every cause."""
    shares, start, end = entry.shares, entry.entry.own_counts, entry.entry.rulebook
    if not shares or start is None or end is None:
        return None
    changes = [(share.cause, share.effect) for share in shares[:_CAUSES]]
    if rest := shares[_CAUSES:]:
        changes.append((f"{len(rest)} other causes", sum(share.effect for share in rest)))
    names = ["the team's own counts", *(name for name, _ in changes)]
    names.append("the rulebook" if entry.entry.kind == "recounted" else "the least by the rulebook")
    with _figure(8.5, 1.1 + 0.3 * len(names)) as (figure, axes):
        _level(axes, 0, start)
        at = start
        for place, (_, effect) in enumerate(changes, 1):
            axes.barh(place, effect, left=at, color=_DOWN if effect > 0 else _UP)
            at += effect
            axes.annotate(
                f"{effect:+.7f}",
                (max(at, at - effect), place),
                (4, 0),
                textcoords="offset points",
                va="center",
            )
        _level(axes, len(names) - 1, end)
        _finish(axes, [_short(name, _LONGEST_CAUSE) for name in names])
        return _svg(figure)


def _level(axes: "Axes", place: int, score: float) -> None:
    axes.barh(place, score, color=_FAINT)
    axes.annotate(f"{score:.7f}", (score, place), (4, 0), textcoords="offset points", va="center")


def _finish(axes: "Axes", names: list[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.margins(x=0.16, y=0.01)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel("score, lower is better", loc="left")


def _sum(name: str, bars: list[Bar]) -> Bar:
    def total(of: Callable[[Bar], tuple[float, float]]) -> tuple[float, float]:
        return sum(of(bar)[0] for bar in bars), sum(of(bar)[1] for bar in bars)

    return Bar(name, total(lambda bar: bar.least), total(lambda bar: bar.most))


def _short(name: str, most: int = _LONGEST) -> str:
    shown = visible(name)
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."


def _tail(name: str) -> str:
    """Return the end of a long name, which tells layers of one block apart."""
    shown = visible(name) or "(no layer)"
    return shown if len(shown) <= _LONGEST else f"...{shown[3 - _LONGEST :]}"
