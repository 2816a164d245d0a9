"""Whether values are whole multiples of a step, for a tensor or for every output channel."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from micronet_spec.measure.facts import Grid
from micronet_spec.measure.formats import Format

MOST_LEVEL = (1 << 16) - 1
"""Levels are sought up to this: codes of 16 bits."""
MOST_DIVISOR = 256
"""The nonzero value nearest to zero is taken to be one of the levels up to this. So every grid of
integers of 8 bits is found, and any other that has a level so small."""

_GUARD = 4
"""Bits of mantissa that must be left below a level, lest every value lies on a grid."""
_FIRST = 16
"""Values that are tried first."""

Rows = NDArray[np.float64]
Column = NDArray[np.float64]


def grid_of(groups: Iterable[Rows], form: Format, axis: int | None = None) -> Grid | None:
    """Return the grid of rows of finite values; None if a row has none.

    One row is a tensor; with `axis` 0 every row is an output channel. A value v lies on the grid of
    a step s if round(v / s) * s, rounded to the tensor's format, is v (exact), or is within two
    units in the last place of v.
    """
    steps: list[float] = []
    extremes: list[int] = []
    exact = True
    for rows in groups:
        with np.errstate(all="ignore"):  # no multiple of what underflows is near any value
            step = _steps(rows, form)
        if step is None:
            return None
        levels = np.rint(rows / np.where(step > 0, step, 1)[:, None])
        extremes += [int(levels.min()), int(levels.max())]
        exact &= bool((abs(levels * step[:, None] - rows) <= _half_unit(rows, form)).all())
        steps += step.tolist()
    return Grid(steps=tuple(steps), least=min(extremes), most=max(extremes), axis=axis, exact=exact)


def _steps(rows: Rows, form: Format) -> Column | None:
    """Return the step of every row, 0 for a row of zeros; None if a row has none."""
    values = np.sort(abs(rows), axis=1)[:, ::-1]
    alive = np.flatnonzero(values[:, 0] > 0)
    steps = np.zeros(len(rows))
    values = values[alive]
    nearest = np.where(values > 0, values, np.inf).min(axis=1, initial=np.inf)
    divisors = np.arange(1, MOST_DIVISOR + 1)
    few = values[:, :_FIRST]
    finest = nearest[:, None] / divisors
    left = np.all(_on_grid(few[:, None, :], finest[:, :, None], form), axis=2)
    found = np.zeros(len(values))
    todo = np.arange(len(values))
    while len(todo):
        if not left[todo].any(axis=1).all():
            return None
        choice = left[todo].argmax(axis=1)
        step = _narrowed(values[todo], finest[todo, choice], form)
        found[todo] = step
        left[todo, choice] = False
        todo = todo[step == 0]
    steps[alive] = found
    return steps


def _on_grid(values: Rows, steps: Rows, form: Format) -> NDArray[np.bool_]:
    """Tell which values are near a level of the grid of a step that is right to rounding."""
    levels = np.rint(values / steps)
    error = abs(values - levels * steps)
    near = error <= 4 * np.ldexp(values, -form.mantissa)
    small = (levels <= MOST_LEVEL) & ((levels < _guarded(form)) | (error == 0))
    on_grid: NDArray[np.bool_] = near & small
    return on_grid


def _narrowed(values: Rows, steps: Column, form: Format) -> Column:
    """Return, for every row, the step that rounding leaves, as simple as it can be; 0 for none."""
    levels = np.rint(values / steps[:, None])
    kept = levels > 0
    levels = np.where(kept, levels, 1)
    half = _half_unit(values, form)
    result = np.zeros(len(values))
    for slack in (half, 4 * half):
        low = np.where(kept, (values - slack) / levels, 0).max(axis=1)
        high = np.where(kept, (values + slack) / levels, np.inf).min(axis=1)
        chosen = np.where(low <= high, _simplest(low, high, form), 0)
        result = np.where(result > 0, result, chosen)
    fits = _on_grid(values, np.where(result > 0, result, 1)[:, None], form).all(axis=1)
    return np.where(fits, result, 0)


def _simplest(low: Column, high: Column, form: Format) -> Column:
    """Return a power of two between two bounds, else a value of the format, else the middle."""
    power = np.ldexp(1.0, np.frexp(high)[1] - 1)
    middle = (low + high) / 2
    native = np.float32 if form.bits <= 32 else np.float64  # noqa: PLR2004 - scales are float32
    rounded = middle.astype(native).astype(np.float64)
    simple = np.where((low <= rounded) & (rounded <= high), rounded, middle)
    return np.where(low <= power, power, simple)


def _half_unit(values: Rows, form: Format) -> Rows:
    """Return half a unit in the last place of values of a format."""
    _, exponent = np.frexp(values)
    least = 1 - form.bias
    half: Rows = np.ldexp(0.5, np.maximum(exponent - 1, least) - form.mantissa)
    return half


def _guarded(form: Format) -> int:
    return 1 << max(0, form.mantissa + 1 - _GUARD)
