"""The costliest layers of an entry as bars of storage and math."""

from micronet_spec.site.charts.drawing import (
    MATH,
    STORAGE,
    beside,
    drawing,
    figure_of,
    finish,
    hatched,
    svg,
    tail,
)
from micronet_spec.site.entry import EntryView


def layers(entry: EntryView) -> str | None:
    """Draw the costliest layers; what a bounded entry may have more is hatched."""
    bars = entry.costliest
    if not bars:
        return None
    with drawing(1.2 + 0.25 * len(bars)) as figure:
        axes = figure.subplots()
        rows = range(len(bars))
        storage, ops = zip(*(bar.least for bar in bars), strict=True)
        axes.barh(rows, storage, color=STORAGE, label="storage")
        axes.barh(rows, ops, left=storage, color=MATH, label="math")
        if entry.entry.kind == "bounded":
            for place, bar in enumerate(bars):
                known = sum(bar.least)
                label = "" if place else "not published, up to"
                hatched(axes, place, known, bar.size - known, label)
        for place, bar in enumerate(bars):
            least, most = (figure_of(sum(terms)) for terms in (bar.least, bar.most))
            beside(axes, least if least == most else f"{least} to {most}", bar.size, place)
        finish(axes, [tail(bar.name) for bar in bars], "adds to the score")
        axes.set_xlim(0, max(bar.size for bar in bars) * 1.2)
        figure.legend(loc="outside lower right", ncols=3)
        return svg(figure)
