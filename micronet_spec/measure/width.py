"""The fewest bits that represent every value of a tensor exactly, and how.

In order of preference where two take the same number of bits:

zero                    nothing but zeros, 0 bits
constant                one value, 0 bits and the value
mask                    zero and one other value up to the grid's step, 1 bit
binary                  -1 and 1 times the step, 1 bit
ternary                 -1, 0 and 1 times the step, 2 bits: mask and sign (M5)
unsigned integer        levels 0 .. 2^n - 1 times the step, n bits
signed integer          levels -2^(n-1) .. 2^(n-1) - 1 times the step, n bits: two's complement
integer and zero point  levels that span at most 2^n, n bits
codebook                k values, ceil(log2 k) bits (R13)
float8_e4m3fn, float8_e5m2, float16, bfloat16, float32
                        every value is one of that format
or the tensor's own format.

A step that is not a power of two, a step per channel and a codebook have to be stored too: such a
representation is only taken if these and the codes of the nonzeros together are less than the
nonzeros as they are. So a pruned tensor whose nonzeros all differ is not taken for a codebook.
"""

from collections.abc import Iterator

import numpy as np

from micronet_spec.measure.facts import Grid
from micronet_spec.measure.formats import FORMATS, Array, Format
from micronet_spec.measure.levels import Levels

STEP_BITS = FORMATS["float32"].bits
"""Width at which a step is stored."""
NARROW = ("float8_e4m3fn", "float8_e5m2", "float16", "bfloat16", "float32")


def fewest(
    form: Format, size: int, nonzeros: int, levels: Levels | None, grid: Grid | None
) -> tuple[int, str]:
    """Return bits per value and the name of the representation.

    `size` is the number of elements; a grid is taken as representing every value.
    """
    found: list[tuple[int, str]] = []
    if levels is not None and len(levels.values) == 1:
        found += _single(nonzeros)
    if grid is not None:
        found += _integers(grid, zeros=nonzeros < size)
    if levels is not None:
        found += _codes(form, nonzeros, levels)
    return min([*found, (form.bits, form.name)], key=lambda pair: pair[0])


def saves(grid: Grid, form: Format, nonzeros: int) -> bool:
    """Tell whether levels and steps together are less than the nonzeros as they are."""
    steps = 0 if grid.power_of_two and grid.axis is None else STEP_BITS * len(grid.steps)
    return steps + nonzeros * grid.bits < nonzeros * form.bits or not nonzeros


def is_exactly(values: Array, form: Format) -> bool:
    """Tell whether every one of some values is a value of a float format."""
    if not form.is_wide:
        return bool(np.isin(values, form.table).all())
    with np.errstate(over="ignore"):
        narrow = values.astype("float32" if form.name == "bfloat16" else form.name)
    if form.name == "bfloat16":
        narrow = (narrow.view(np.uint32) >> 16 << 16).view(np.float32)
    return bool((narrow == values).all())


def _single(nonzeros: int) -> Iterator[tuple[int, str]]:
    if not nonzeros:
        yield 0, "zero"
    elif nonzeros > 1:
        yield 0, "constant"


def _codes(form: Format, nonzeros: int, levels: Levels) -> Iterator[tuple[int, str]]:
    entries = len(levels.values)
    index = (entries - 1).bit_length()
    if entries * form.bits + nonzeros * index < nonzeros * form.bits:
        yield index, "codebook"
    if form.is_float:
        known = levels.values[~np.isnan(levels.values)]
        for name in NARROW:
            if FORMATS[name].bits < form.bits and is_exactly(known, FORMATS[name]):
                yield FORMATS[name].bits, name


def _integers(grid: Grid, *, zeros: bool) -> Iterator[tuple[int, str]]:
    least, most = grid.least, grid.most
    if (least, most) in {(-1, 0), (0, 1)}:
        yield 1, "mask"
    if (least, most) == (-1, 1):
        yield (2, "ternary") if zeros else (1, "binary")
    yield grid.bits, "signed integer" if least < 0 else "unsigned integer"
    if least < most:
        yield (most - least).bit_length(), "integer and zero point"
