"""A published score against what the entry states and counts."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import product

from micronet_spec.causes.rounding import figures, written
from micronet_spec.digits import half_unit
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Effect, Finding
from micronet_spec.manifest.entry import Claims
from micronet_spec.rules.registry import check

_MASK = "mask"
_Amounts = Iterator[tuple[str, Fraction]]


@check
def published_at_full_width(entry: Entry) -> Iterator[Finding]:
    """MN405: a published score that is made of counts without the entry's own widths."""
    published, claims = entry.published, entry.manifest.claims
    assert entry.challenge
    assert entry.task
    if published is None or claims is None or claims.score is None:
        return
    if any(_gives(score, published) for score in _own(entry, claims)):
        return
    baseline, unit = entry.task.baseline, entry.challenge.unit_bits
    found = product(_parameters(entry, claims), _operations(entry))
    for (values, parameters), (work, operations) in found:
        score = parameters / baseline.parameters + operations / baseline.operations
        if _gives(score, published):
            message = f"the published {published} is {values} and {work}, all at {unit} bits and "
            message += f"without masks: the entry claims {claims.score}"
            label = entry.at("claims", "score", text=f"published as {published}")
            yield Finding(
                "MN405", message, label, effect=Effect(Fraction(published), Fraction(claims.score))
            )
            return


def _gives(score: Fraction, published: Decimal) -> bool:
    return abs(score - Fraction(published)) <= half_unit(published)


def _own(entry: Entry, claims: Claims) -> Iterator[Fraction]:
    """Yield the scores that the entry has by its own widths; of an interval, the nearest."""
    assert entry.published is not None
    if claims.score is not None:
        yield Fraction(claims.score)
    if entry.claims_file and not entry.claims_file.findings:
        yield entry.total(entry.claims_file).score
    if entry.interval:
        low, high = entry.interval
        yield min(max(Fraction(entry.published), low), high)


def _parameters(entry: Entry, claims: Claims) -> _Amounts:
    """Yield numbers of values: figures of the claims, then the recount."""
    assert entry.challenge
    for figure, bits in figures(claims, "storage"):
        yield written(figure), bits / entry.challenge.unit_bits
    if entry.cost and entry.exact:
        stored = [item for layer in entry.cost.layers for item in layer.stored]
        values = sum(Fraction(item.count) for item in stored if _MASK not in item.what)
        yield f"{float(values):,.0f} stored values", Fraction(values)


def _operations(entry: Entry) -> _Amounts:
    """Yield numbers of operations that widths make less of: by the entrant, then by the recount."""
    assert entry.challenge
    unit = entry.challenge.unit_bits
    if entry.claims_file and not entry.claims_file.findings:
        rows = entry.claims_file.rows
        counted = sum((row.multiplies + row.adds for row in rows), Fraction())
        if entry.claims_file.op_bits < counted * unit:
            yield f"{float(counted):,.0f} operations", counted
    if entry.cost and entry.exact:
        items = [item for layer in entry.cost.layers for item in layer.arithmetic]
        recounted = sum((Fraction(item.count) for item in items), Fraction())
        if sum(item.total for item in items) < recounted * unit:
            yield f"{float(recounted):,.0f} operations", recounted
