"""Claimed figures against one another: sums, rounding, and prefixes of bytes."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from micronet_spec.causes.attribution import counted_total
from micronet_spec.digits import half_unit, written
from micronet_spec.document.scalars import LARGEST_EXPONENT
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.rules.claims import rounded
from micronet_spec.rules.registry import check

_DECIMAL = {"KB": 10**3, "MB": 10**6, "GB": 10**9}
_BINARY = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_OTHER = {**dict(zip(_DECIMAL, _BINARY, strict=True)), **dict(zip(_BINARY, _DECIMAL, strict=True))}
_BYTES = {**_DECIMAL, **_BINARY}


@check
def total_does_not_add_up(entry: Entry) -> Iterator[Finding]:
    """MN422: a score that is not the sum of its terms, however they were rounded."""
    score, terms = _score_and_terms(entry)
    if score is None or terms is None:
        return
    rounding = sum((half_unit(it) for it in terms), half_unit(score))
    if abs(Fraction(score) - Fraction(sum(terms))) > rounding:
        message = f"the terms {terms[0]} and {terms[1]} add up to {sum(terms)}, not to {score}"
        related = (entry.at("claims", "storage_term"), entry.at("claims", "ops_term"))
        yield Finding("MN422", message, entry.at("claims", "score"), related)


@check
def sum_of_rounded_terms(entry: Entry) -> Iterator[Finding]:
    """MN421: a score that is wrong in its last digits because rounded terms were added."""
    score, terms = _score_and_terms(entry)
    if score is None or terms is None or not entry.exact or sum(terms) != score:
        return
    recounts = [entry.figure(field)[0] for field in ("storage_term", "ops_term")]
    right = zip(terms, recounts, strict=True)
    exact, _ = entry.figure("score")
    if all(_rounds_to(figure, it) for it, figure in right) and not _rounds_to(exact, score):
        message = f"{score} is the sum of two rounded terms; the score is {written(exact, score)}"
        fix = rounded(entry, [("score", score, exact)])
        yield Finding("MN421", message, entry.at("claims", "score"), fix=fix)


@check
def counts_do_not_add_up(entry: Entry) -> Iterator[Finding]:
    """MN423: a claimed score that the entrant's own counts do not add up to."""
    claims, total = entry.manifest.claims, counted_total(entry)
    score = claims.score if claims else None
    if score is not None and total is not None and not _rounds_to(total, score):
        message = f"the entrant's own counts add up to {written(total, score)}, not to {score}"
        yield Finding("MN423", message, entry.at("claims", "score"))


@check
def binary_prefix(entry: Entry) -> Iterator[Finding]:
    """MN420: a size that is right in MiB where MB is written, or the other way round."""
    assert entry.score
    claims = entry.manifest.claims
    if claims is None or not entry.exact:
        return
    size = Fraction(entry.score.stored_bits) / 8
    for index, figure in enumerate(claims.figures):
        value, other = _number(figure.value), _OTHER.get(figure.unit)
        if value is None or other is None:
            continue
        if not _rounds_to(size / _BYTES[figure.unit], value) and _rounds_to(
            size / _BYTES[other], value
        ):
            message = f"the recount stores {value} {other}, not {value} {figure.unit}"
            yield Finding("MN420", message, entry.at("claims", "figures", index, "unit"))


def _score_and_terms(entry: Entry) -> tuple[Decimal | None, tuple[Decimal, Decimal] | None]:
    claims = entry.manifest.claims
    if claims is None or claims.storage_term is None or claims.ops_term is None:
        return None, None
    return claims.score, (claims.storage_term, claims.ops_term)


def _rounds_to(figure: Fraction, claim: Decimal) -> bool:
    return abs(figure - Fraction(claim)) <= half_unit(claim)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= LARGEST_EXPONENT else None
