"""What the pictures share: inks for light and dark pages in one SVG, and names that fit.

Without pyplot no display is needed.
"""

import io
import warnings
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from micronet_spec.report.plot import SETTINGS
from micronet_spec.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

INK, DARK_INK = "#1f2328", "#d8dee6"
FAINT = "#888888"
STORAGE, MATH = "#4a86c5", "#e0883a"
LESS, MORE = "#2e9e5b", "#d1495b"
WIDTH = 8.5
"""Inches; at 72 dots each a picture is as wide as its pages show it."""
LONGEST = 38
_LEFT = f"""<style>@media (prefers-color-scheme: dark) {{
[style*="fill: {INK}"] {{ fill: {DARK_INK} !important }}
[style*="stroke: {INK}"] {{ stroke: {DARK_INK} !important }}
}}</style>
</svg>"""
"""Matplotlib writes inks as styles of elements; on dark pages this rule is stronger."""
_SETTINGS: dict[Any, Any] = {
    **SETTINGS,
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
}


@contextmanager
def drawing(height: float) -> "Iterator[Figure]":
    """Give a figure of `height` inches."""
    with mpl.rc_context(_SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # names in scripts of no font here
        warnings.filterwarnings("ignore", "constrained_layout")  # figures that no board has
        yield Figure(figsize=(WIDTH, height), layout="constrained")


def svg(figure: Figure) -> str:
    """Return a figure as SVG that follows the page's color scheme."""
    text = io.StringIO()
    figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    return text.getvalue().replace("</svg>", _LEFT)


def hatched(axes: "Axes", place: int, start: float, size: float, label: str = "") -> None:
    """Draw what nobody published as a hatched bar."""
    bar = axes.barh(place, size, left=start, color="none", edgecolor=MATH, hatch="////", lw=0.8)
    bar.set_label(label or "_")


def beside(axes: "Axes", text: str, x: float, y: float) -> None:
    """Write `text` right of a place."""
    axes.annotate(text, (x, y), (4, 0), textcoords="offset points", va="center")


def finish(axes: "Axes", names: list[str], label: str) -> None:
    """Name the bars of a chart of scores, the first on top, and its axis."""
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.margins(y=0.01)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(lambda value, _: figure_of(value, 4))
    axes.set_xlabel(label, loc="left")


def figure_of(number: float, digits: int = 2) -> str:
    """Return a number with so many digits that count, and without an exponent."""
    return f"{Decimal(f'{number:.{digits}g}'):f}"


def short(name: str, most: int = LONGEST) -> str:
    """Return a name that fits."""
    shown = visible(name)
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."


def tail(name: str) -> str:
    """Return the end of a long name, which tells layers of one block apart."""
    shown = visible(name) or "(no layer)"
    return shown if len(shown) <= LONGEST else f"...{shown[3 - LONGEST :]}"
