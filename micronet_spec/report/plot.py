"""Bars of storage and math in a picture, by matplotlib, which only this module imports."""

import textwrap
import warnings
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from micronet_spec.entry.entry import Entry
from micronet_spec.report.chart import MOST
from micronet_spec.report.groups import Group, largest
from micronet_spec.report.text import decimal
from micronet_spec.visible import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_METADATA: dict[str, dict[str, Any]] = {".png": {"Software": None}, ".svg": {"Date": None}}
"""What is written into a picture of each suffix: nothing that differs from run to run."""

_STORAGE, _MATH = "#4477aa", "#ee9944"
_LONGEST_NAME, _LINE = 40, 110
SETTINGS: dict[Any, Any] = {
    "text.parse_math": False,  # a `$` in a stranger's name is a dollar
    "svg.hashsalt": "micronet",
    "svg.fonttype": "none",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


class PlotError(Exception):
    """A picture that cannot be drawn."""


def check_plot(path: Path) -> None:
    """Raise `PlotError` if no picture can be drawn at `path`, before anything is counted."""
    if path.suffix.lower() not in _METADATA:
        raise PlotError(f"{path}: the name of a picture ends with {' or '.join(_METADATA)}")
    if find_spec("matplotlib") is None:
        raise PlotError("drawing needs matplotlib: install micronet-spec[plot]")


def draw(path: Path, entry: Entry, by: str, remarks: tuple[str, ...] = ()) -> None:
    """Draw the costliest groups of a counted entry; `remarks` are what was set for it.

    Raises `PlotError` if the file cannot be written.
    """
    check_plot(path)
    import matplotlib as mpl  # noqa: PLC0415 - a second, and an extra
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context(SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # names in scripts of no font here
        groups, others = largest(entry, by, MOST)
        shown = [*groups, others] if others else groups
        title = _title(entry, remarks)
        height = 1.6 + 0.24 * len(shown) + 0.18 * title.count("\n")
        figure = Figure(figsize=(9, height), layout="constrained")
        axes = figure.subplots()
        axes.set_title(title, loc="left", fontsize=10)
        axes.set_xlabel(f"score by {by}, lower is better", loc="left")
        _bars(axes, entry, shown)
        figure.legend(loc="outside lower right", ncols=2, frameon=False)
        save(figure, path)


def save(figure: "Figure", path: Path) -> None:
    """Write a figure in the form that the suffix says. Raises `PlotError`."""
    try:
        # Without pyplot a figure chooses Agg or SVG by the suffix, and needs no display.
        figure.savefig(path, dpi=150, metadata=_METADATA[path.suffix.lower()])
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise PlotError(f"{path}: cannot be written: {reason}") from None


def _title(entry: Entry, remarks: tuple[str, ...]) -> str:
    assert entry.score
    name = textwrap.shorten(visible(entry.name), 2 * _LONGEST_NAME)
    title = f"{name} ({visible(entry.id)}): score {decimal(entry.score.score)}"
    what_if = f"what if {', '.join(visible(remark) for remark in remarks)}"
    lines = textwrap.wrap(what_if, _LINE, max_lines=3) if remarks else []
    return "\n".join([title, *lines])


def _bars(axes: "Axes", entry: Entry, groups: list[Group]) -> None:
    """Draw a bar for every group to the scale of the largest but the others, largest on top.

    The bar of all others is cut if it is longer.
    """
    assert entry.score
    score, scale = entry.score, groups[0].score.score if groups else Fraction(1)
    shrunk = [min(Fraction(1), scale / group.score.score) for group in groups]
    storage = [float(g.score.storage_term * by) for g, by in zip(groups, shrunk, strict=True)]
    math = [float(g.score.ops_term * by) for g, by in zip(groups, shrunk, strict=True)]
    places = range(len(groups))
    label = f"storage {decimal(score.storage_term)}"
    axes.barh(places, storage, color=_STORAGE, label=label)
    axes.barh(places, math, left=storage, color=_MATH, label=f"math {decimal(score.ops_term)}")
    for place, group in enumerate(groups):
        end = storage[place] + math[place]
        if shrunk[place] < 1:
            _cut(axes, place, end)
        figures = f"{decimal(group.score.score)}   {float(group.score.score / score.score):.1%}"
        axes.annotate(figures, (end, place), (4, 0), textcoords="offset points", va="center")
    axes.set_yticks(places, [_short(visible(group.name)) for group in groups])
    axes.invert_yaxis()
    axes.margins(y=0.01)
    axes.set_xlim(0, float(scale) * 1.25)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")


def _cut(axes: "Axes", place: int, end: float) -> None:
    """Mark that a bar goes on."""
    for back in (0.04, 0.05):
        at = end * (1 - back)
        axes.plot([at, at + end * 0.01], [place + 0.45, place - 0.45], color="white", linewidth=2)


def _short(name: str) -> str:
    """Return the end of a long name, which tells layers of one block apart."""
    return name if len(name) <= _LONGEST_NAME else f"...{name[3 - _LONGEST_NAME :]}"
