"""The way from the claimed to the measured score as a picture."""

import warnings
from pathlib import Path

from micronet_spec.report.plot import SETTINGS, check_plot, save
from micronet_spec.report.text import decimal, signed
from micronet_spec.verify.attribution import Change, waterfall
from micronet_spec.verify.compare import Comparison
from micronet_spec.visible import visible

_LEVEL, _MORE, _LESS = "#777777", "#cc3311", "#228833"
_LONGEST = 64
_MOST = 20
"""Changes that are drawn; the others are one bar."""


def draw_waterfall(path: Path, comparison: Comparison) -> None:
    """Draw levels and the changes between them. Raises `PlotError` if that cannot be written."""
    check_plot(path)
    import matplotlib as mpl  # noqa: PLC0415 - a second, and an extra
    from matplotlib.figure import Figure  # noqa: PLC0415

    bars = _largest(waterfall(comparison))
    with mpl.rc_context(SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # names in scripts of no font here
        figure = Figure(figsize=(9, 1.4 + 0.28 * len(bars)), layout="constrained")
        axes = figure.subplots()
        entry = comparison.entry
        axes.set_title(visible(f"{entry.name} ({entry.id})"), loc="left", fontsize=10)
        axes.set_xlabel("score, lower is better", loc="left")
        at = 0.0
        for place, bar in enumerate(bars):
            size = float(bar.score)
            color = _LEVEL if bar.level else _MORE if size > 0 else _LESS
            start = 0.0 if bar.level else at
            axes.barh(place, size, left=start, color=color)
            at = start + size
            shown = decimal(bar.score) if bar.level else signed(bar.score)
            end = max(start, at)
            axes.annotate(shown, (end, place), (4, 0), textcoords="offset points", va="center")
        names = [visible(bar.what) for bar in bars]
        axes.set_yticks(range(len(bars)), [_short(name) for name in names])
        axes.invert_yaxis()
        axes.margins(x=0.15, y=0.01)
        save(figure, path)


def _largest(changes: list[Change]) -> list[Change]:
    """Return levels and the largest changes in their order; the others of a stretch are one."""
    sizes = sorted((abs(it.score) for it in changes if not it.level), reverse=True)
    least = sizes[_MOST - 1] if len(sizes) > _MOST else 0
    bars: list[Change] = []
    rest: list[Change] = []
    for change in changes:
        if not change.level and abs(change.score) < least:
            rest.append(change)
            continue
        if change.level and rest:
            bars.append(
                Change(f"{len(rest)} others", sum(it.score for it in rest[1:]) + rest[0].score)
            )
            rest = []
        bars.append(change)
    return bars


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 3]}..."
