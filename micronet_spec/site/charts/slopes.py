"""Published ranks beside those by the recount: a line for every entry, ranges as bars."""

from typing import TYPE_CHECKING

from micronet_spec.site.charts.drawing import FAINT, INK, LESS, MORE, drawing, short, svg
from micronet_spec.site.entry import EntryView
from micronet_spec.site.view import TaskView

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LONGEST, _STEP, _HALF = 27, 5, 0.2


def slopes(task: TaskView) -> str | None:
    """Draw every ranked entry: its published rank, its place by the recount, and its ranks there.

    Entries have lines of their own on both sides, so that nothing lies upon another.
    """
    rows = task.ranked
    if not rows:
        return None
    left = {row.file: place for place, row in enumerate(sorted(rows, key=_published), 1)}
    with drawing(0.9 + 0.25 * len(rows)) as figure:
        lines, ranges = figure.subplots(1, 2, sharey=True, width_ratios=(2.4, 1))
        for place, row in enumerate(sorted(rows, key=_recounted), 1):
            _line(lines, row, left[row.file], place)
            _range(ranges, row, place)
        lines.set_xlim(-0.75, 1.75)
        lines.set_ylim(len(rows) + 0.7, -0.3)
        lines.set_axis_off()
        for at, title, side in ((0, "published rank", "right"), (1, "by the recount", "left")):
            lines.annotate(title, (at, 0), ha=side, va="center", fontweight="bold")
        ranges.set_xlim(0.5, len(rows) + 0.5)
        ranges.set_xticks([1, *range(_STEP, len(rows) + 1, _STEP)])
        ranges.xaxis.tick_top()
        ranges.set_title("possible ranks", fontsize=10, fontweight="bold")
        ranges.tick_params(left=False, labelleft=False)
        ranges.spines[["left", "bottom"]].set_visible(False)
        ranges.grid(visible=True, axis="x", color=FAINT, alpha=0.25)
        return svg(figure)


def _published(row: EntryView) -> tuple[int, str]:
    assert row.entry.standing.published
    return row.entry.standing.published[0], row.file


def _recounted(row: EntryView) -> tuple[float, int, str]:
    assert row.entry.standing.recounted
    return (sum(row.entry.standing.recounted) / 2, *_published(row))


def _line(axes: "Axes", row: EntryView, left: int, right: int) -> None:
    """Draw the line of an entry and its name at both ends."""
    color = _color(row)
    axes.plot([0, 1], [left, right], "o-", color=color, linewidth=1.4, markersize=3.5)
    before = short(f"{_published(row)[0]}  {row.entry.name}", _LONGEST)
    own = "" if row.counted else " *"
    after = short(f"{row.possible_ranks}  {row.entry.name}", _LONGEST) + own
    for x, y, text, side, gap in ((0, left, before, "right", -8), (1, right, after, "left", 8)):
        axes.annotate(text, (x, y), (gap, 0), textcoords="offset points", ha=side, va="center")


def _range(axes: "Axes", row: EntryView, place: int) -> None:
    """Draw the ranks that an entry can have, and the one that was published."""
    assert row.entry.standing.recounted
    best, worst = row.entry.standing.recounted
    width = (best - _HALF, worst + _HALF)  # one rank is seen too
    axes.plot(width, [place, place], color=_color(row), linewidth=5, solid_capstyle="butt")
    axes.plot([_published(row)[0]], [place], "|", color=INK, markersize=11, markeredgewidth=1.6)


def _color(row: EntryView) -> str:
    if not row.entry.standing.moves:
        return FAINT
    return LESS if row.better else MORE
