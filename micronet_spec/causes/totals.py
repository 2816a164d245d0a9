"""Counts that are stated for no layer."""

from collections.abc import Collection, Iterable
from fractions import Fraction

from micronet_spec.causes.cause import width
from micronet_spec.claims import Part, Row

IN_TOTAL = "counted in one total for all layers"
IN_SHARED_TOTAL = "counted in one total for several layers"
ROUNDED = "the total rounded up"
_OPERATIONS = (Part.MULTIPLIES, Part.ADDS)


def cause_of_total(part: Part, rows: Collection[Row], layers: Iterable[str]) -> str | None:
    """Return what the rows without a layer say of `part`, if there are any that say something.

    A part that is only counted in such rows was never counted layer by layer (`IN_TOTAL`, of all
    layers). Beside counts by layer, such rows may be what rounds their total up (`ROUNDED`, of
    these rows), or the total of those of `layers` that have no row at all (`IN_SHARED_TOTAL`, of
    them and of these rows; one total may be of all operations).
    """
    if _rounds_up(part, rows):
        return ROUNDED
    counted = [row for row in rows if row.bits(part)]
    alone = [row for row in counted if not row.layer]
    if alone and len(alone) == len(counted):
        return IN_TOTAL
    parts = _OPERATIONS if part in _OPERATIONS else (part,)
    shared = any(row.bits(each) for row in rows if not row.layer for each in parts)
    return IN_SHARED_TOTAL if shared and set(layers) - {row.layer for row in rows} else None


def _rounds_up(part: Part, rows: Iterable[Row]) -> bool:
    counted = [row for row in rows if row.bits(part)]
    alone = [row for row in counted if not row.layer]
    widths = {Fraction(1) if part is Part.STORAGE else width(row, part) for row in counted}
    if not alone or len(alone) == len(counted) or len(widths) > 1:
        return False
    [only] = widths
    total, added = (sum(row.bits(part) for row in some) / only for some in (counted, alone))
    unit = 1
    while (total / (unit * 10)).denominator == 1:
        unit *= 10
    return bool(added < unit)
