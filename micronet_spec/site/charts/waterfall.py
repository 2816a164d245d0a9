"""The way from the claimed score to the recount, a bar for every cause."""

from typing import TYPE_CHECKING

from micronet_spec.site.charts.drawing import (
    FAINT,
    INK,
    LESS,
    MORE,
    beside,
    drawing,
    finish,
    hatched,
    short,
    svg,
)
from micronet_spec.site.entry import EntryView, Step

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LONGEST = 60
_FROM_ZERO = 0.5
"""Where all levels are in the upper part of the axis, it does not begin at zero."""


def waterfall(entry: EntryView) -> str | None:
    """Draw levels as bars from the left, and between them what each cause adds."""
    steps = entry.steps
    if len(steps) < 2:  # noqa: PLR2004 - from one level no way leads anywhere
        return None
    ends = [end for step in steps for end in (step.start, step.end) if end]
    ends += [float(entry.published.score)] if entry.published else []
    low, high = min(ends), max(ends)
    room = (high - low) or high
    left = low - room * 0.6 if low > high * _FROM_ZERO else 0.0
    with drawing(1.0 + 0.28 * len(steps)) as figure:
        axes = figure.subplots()
        for place, step in enumerate(steps):
            _bar(axes, place, step, left)
        label = "score, lower is better" + ("; the axis does not begin at 0" if left else "")
        finish(axes, [short(step.name, _LONGEST) for step in steps], label)
        axes.set_xlim(left, high + (high - left) * 0.24)
        if entry.published:
            score, foot = float(entry.published.score), axes.get_xaxis_transform()
            axes.plot(
                [score], [0], "^", transform=foot, clip_on=False, color=INK, label="published"
            )
            figure.legend(loc="outside lower right")
        return svg(figure)


def _bar(axes: "Axes", place: int, step: Step, left: float) -> None:
    end = max(step.start or 0, step.end)
    if step.start is None:
        axes.barh(place, step.end - left, left=left, color=FAINT)
        beside(axes, f"{step.end:.7f}", end, place)
        return
    effect = step.end - step.start
    if step.open:
        hatched(axes, place, step.start, effect)
    else:
        axes.barh(place, effect, left=step.start, color=MORE if effect > 0 else LESS)
    beside(axes, f"{effect:+.7f}", end, place)
