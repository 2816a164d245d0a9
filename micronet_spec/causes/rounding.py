"""How a published score comes from the numbers behind it: rounded, cut off, or from rounded parts.

Only what the entry itself states is tried, so that an auditor sees which inputs were rounded.
"""

import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from micronet_spec import data
from micronet_spec.digits import last_digit
from micronet_spec.document import load
from micronet_spec.entry.entry import Entry
from micronet_spec.manifest.entry import Claims, Figure

_LONGEST = 40
"""Characters of a figure that is read as a number."""


def explanation(entry: Entry, published: Decimal, total: Fraction | None) -> str | None:
    """Say how `published` comes from what the entry states; None if nothing gives it.

    `total` is the score that the entrant's own counts add up to, if they are known.
    """
    claims = entry.manifest.claims if entry.has("claims") else None
    stated: list[tuple[str, Fraction]] = [
        *_totals(total),
        *(_claimed(entry, claims) if claims else ()),
    ]
    for what, score in stated:
        unit = last_digit(published)
        scaled, digits = score / unit, Fraction(published) / unit
        if math.floor(scaled + Fraction(1, 2)) == digits:
            return what
        if math.floor(scaled) == digits:
            return f"{what}, cut off, not rounded"
    return None


def _totals(total: Fraction | None) -> Iterator[tuple[str, Fraction]]:
    if total is not None:
        yield "the team's own counts", total


def _claimed(entry: Entry, claims: Claims) -> Iterator[tuple[str, Fraction]]:
    """Yield every score that the claims make, and what of."""
    if claims.storage_term is not None and claims.ops_term is not None:
        terms = Fraction(claims.storage_term) + Fraction(claims.ops_term)
        yield f"the claimed terms {claims.storage_term} + {claims.ops_term}", terms
    if not (entry.task and entry.challenge):
        return
    baseline, unit = entry.task.baseline, entry.challenge.unit_bits
    for storage, bits in figures(claims, "storage"):
        for work, operations in figures(claims, "operations"):
            score = bits / (unit * baseline.parameters) + operations / baseline.operations
            yield f"{written(storage)} and {written(work)}, as they were written", score
    if claims.score is not None:
        yield f"the claimed {claims.score}", Fraction(claims.score)


def figures(claims: Claims, kind: str) -> Iterator[tuple[Figure, Fraction]]:
    """Yield the figures in units of `storage` or `operations`, in bits or operations."""
    for figure in claims.figures:
        amount = _amount(figure, kind)
        if amount is not None:
            yield figure, amount


def _amount(figure: Figure, kind: str) -> Fraction | None:
    """Return a figure in bits or operations, if its number and its unit say so."""
    *prefix, noun = figure.unit.split() or [""]
    unit, factor = _units()[kind].get(noun), 1
    if len(prefix) > 1 or unit is None or not _is_number(figure.value):
        return None
    if prefix:
        factor = _units()["prefixes"].get(prefix[0], 0)
    return Fraction(figure.value) * unit * factor if factor else None


def _is_number(text: str) -> bool:
    return len(text) <= _LONGEST and text.replace(".", "", 1).isdecimal() and text.isascii()


def written(figure: Figure) -> str:
    """Return a figure with its unit, as it was published."""
    return f"{figure.value} {figure.unit}"


@cache
def _units() -> dict[str, Any]:
    units: dict[str, Any] = load(data.folder("spec") / "units.yaml").values
    return units
