"""Counts that are stated for no layer."""

from collections.abc import Iterable
from fractions import Fraction

from micronet_spec.causes.cause import width
from micronet_spec.claims import Part, Row

IN_TOTAL = "counted in one total for all layers"
ROUNDED = "the total rounded up"


def cause_of_total(part: Part, rows: Iterable[Row]) -> str | None:
    """Return what the rows without a layer say of `part`, if there are any that say something.

    A part that is only counted in such rows was never counted layer by layer (`IN_TOTAL`, of all
    layers). Beside counts by layer, such rows may be what rounds their total up (`ROUNDED`, of
    these rows).
    """
    counted = [row for row in rows if row.bits(part)]
    alone = [row for row in counted if not row.layer]
    if alone and len(alone) == len(counted):
        return IN_TOTAL
    if not alone:
        return None
    widths = {Fraction(1) if part is Part.STORAGE else width(row, part) for row in counted}
    if len(widths) > 1:
        return None
    [only] = widths
    total, added = (sum(row.bits(part) for row in some) / only for some in (counted, alone))
    unit = 1
    while (total / (unit * 10)).denominator == 1:
        unit *= 10
    return ROUNDED if added < unit else None
