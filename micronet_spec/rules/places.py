"""Findings about many places, of which only the first few are pointed at."""

from collections.abc import Iterable
from itertools import islice

from micronet_spec.effect import Effect
from micronet_spec.finding import Finding, Label

MOST_PLACES = 5


def together(
    code: str,
    message: str,
    labels: Iterable[Label],
    effect: Effect | None = None,
    advice: str = "",
) -> Finding:
    """Return one finding at the first of `labels`, which is not empty; `advice` is its help."""
    primary, *others = islice(labels, MOST_PLACES)
    return Finding(code, message, primary, tuple(others), effect, help=advice)
