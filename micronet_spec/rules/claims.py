"""The entrant's own figures against the recount."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from micronet_spec.entry import Entry
from micronet_spec.finding import Effect, Finding
from micronet_spec.rules.registry import check


@check
def claim_differs(entry: Entry) -> Iterator[Finding]:
    """MN401: a claim that no recount rounds to, in the digits it is written with."""
    claims = entry.manifest.claims
    if claims is None:
        return
    wrong: list[tuple[str, Decimal, Fraction]] = []
    for field in ("score", "storage_term", "ops_term"):
        claim = getattr(claims, field)
        if claim is None:
            continue
        least, most = entry.figure(field)
        nearest = min(max(Fraction(claim), least), most)
        if abs(Fraction(claim) - nearest) > half_unit(claim):
            wrong.append((field, claim, nearest))
    if not wrong:
        return
    labels = [
        entry.at("claims", field, text=f"recounted {written(recount, claim)}")
        for field, claim, recount in wrong
    ]
    field, claim, recount = wrong[0]
    message = f"claimed {field.replace('_', ' ')} {claim}, recounted {written(recount, claim)}"
    effect = Effect(Fraction(claim), recount) if field == "score" else None
    yield Finding("MN401", message, labels[0], tuple(labels[1:]), effect)


def half_unit(number: Decimal) -> Fraction:
    """Return half a unit of the last digit that `number` is written with."""
    return Fraction(10) ** int(number.as_tuple().exponent) / 2


def written(number: Fraction, like: Decimal) -> str:
    """Return `number` with as many decimals as `like`, and at least seven."""
    decimals = max(7, -int(like.as_tuple().exponent))
    return f"{float(number):.{decimals}f}"
