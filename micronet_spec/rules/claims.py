"""The entrant's own figures against the recount."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from micronet_spec.digits import half_unit, written
from micronet_spec.document.rewrite import put
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Effect, Finding, Fix
from micronet_spec.rules.registry import check


@check
def claim_differs(entry: Entry) -> Iterator[Finding]:
    """MN401: a claim that no recount rounds to, in the digits it is written with."""
    claims = entry.manifest.claims
    if claims is None:
        return
    wrong: list[tuple[str, Decimal, Fraction]] = []
    said: list[str] = []
    for field in ("score", "storage_term", "ops_term"):
        claim = getattr(claims, field)
        if claim is None:
            continue
        least, most = entry.figure(field)
        nearest = min(max(Fraction(claim), least), most)
        if abs(Fraction(claim) - nearest) > half_unit(claim):
            wrong.append((field, claim, nearest))
            said.append(recounted(least, most, claim))
    if not wrong:
        return
    fields = [field for field, _, _ in wrong]
    labels = [
        entry.at("claims", field, text=text) for field, text in zip(fields, said, strict=True)
    ]
    field, claim, recount = wrong[0]
    message = f"claimed {field.replace('_', ' ')} {claim}, {said[0]}"
    effect = Effect(Fraction(claim), recount) if field == "score" else None
    fix = rounded(entry, wrong) if entry.exact else None
    yield Finding("MN401", message, labels[0], tuple(labels[1:]), effect, fix=fix)


def rounded(entry: Entry, wrong: list[tuple[str, Decimal, Fraction]]) -> Fix | None:
    """Return what writes recounts in place of claims, with as many decimals.

    It is safe where the claims are only rounded wrongly: by less than a unit of the last digit.
    """
    changes = []
    for field, claim, recount in wrong:
        decimals = -int(claim.as_tuple().exponent)
        units = round(recount * 10**decimals) if decimals > 0 else 0
        place = entry.reading.original(("claims", field))
        if not units or place not in entry.document.nodes:
            return None
        changes.append(put(entry.document, place, f"{Decimal(units).scaleb(-decimals):f}"))
    safe = all(abs(Fraction(claim) - recount) < 2 * half_unit(claim) for _, claim, recount in wrong)
    return Fix(tuple(changes), safe=safe)


def recounted(least: Fraction, most: Fraction, claim: Decimal) -> str:
    """Return what the recount says in place of `claim`, both ends of it where counts are open."""
    if least == most:
        return f"recounted {written(least, claim)}"
    return f"recounted between {written(least, claim)} and {written(most, claim)}"
