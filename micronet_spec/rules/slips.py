"""Slips of counting that the entrant's own counts show: one finding a kind of slip and entry.

A slip is a cause (`causes/`) that gives the entrant's number exactly.
"""

from collections import defaultdict
from collections.abc import Iterator

from micronet_spec.causes import UNEXPLAINED
from micronet_spec.causes.attribution import WITHIN, Departure, counted_total, departures
from micronet_spec.effect import Effect, Terms
from micronet_spec.entry.claims import ClaimsFile, Part
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding, Label
from micronet_spec.rules.places import together
from micronet_spec.rules.registry import check

_ANY, _OWN_WIDTH, _NOT_COUNTED = "MN410", "MN416", "MN418"
_CODES = {
    "one average density for all layers": "MN411",
    "mask not counted": "MN412",
    "mask counted per nonzero": "MN413",
    "expanded channels": "MN414",
    "k - 1 additions of a window of k x k": "MN415",
    "one multiply-accumulate counted as one operation": "MN417",
    "a multiply-accumulate for every operation": "MN417",
    "one value per layer instead of per channel": "MN419",
    "scales and other further values not stored": "MN424",
}
"""Slips that have a rule of their own, by what the closed list of causes calls them."""
_NO_SLIPS = {
    UNEXPLAINED,
    WITHIN,
    "decimals of the claim",
    "the total rounded up",
    "the total rounded",
}
_ABSENT = "not counted"
_OF_A_WIDTH = {"at another width", "values at another width"}
_COLUMNS = {
    Part.STORAGE: "stored_bits",
    Part.MULTIPLIES: "multiplies",
    Part.ADDS: "adds",
    Part.OPERATIONS: "multiplies",
}
_WIDTHS = {Part.MULTIPLIES: "multiply_bits", Part.ADDS: "add_bits"}
_WIDTH = "another width"


@check
def counting_slip(entry: Entry) -> Iterator[Finding]:
    """MN410 to MN419, MN424: numbers of the claims file that a known slip gives exactly."""
    claims = entry.claims_file
    if claims is None or counted_total(entry) is None:
        return
    slips: dict[tuple[str, str], list[Departure]] = defaultdict(list)
    for departure in departures(entry):
        code = _code(departure, claims, freebie=bool(entry.manifest.numerics.freebie))
        if code:
            slips[code, departure.cause].append(departure)
    for (code, cause), found in sorted(slips.items()):
        yield _finding(entry, claims, code, cause, found)


def _code(departure: Departure, claims: ClaimsFile, *, freebie: bool) -> str | None:
    """Return the rule that a departure breaks, if it is a slip.

    What is said of the widths of an entry with the freebie is said by the rule of its halves.
    """
    difference = departure.difference
    if departure.cause == _ABSENT:
        return _NOT_COUNTED if difference.op == "batch_norm" else None
    if departure.cause in _NO_SLIPS or (freebie and departure.cause in _OF_A_WIDTH):
        return None
    if departure.cause == "at another width" and difference.part is Part.ADDS:
        rows = claims.rows_of(difference.layer)
        if all(row.add_bits == row.multiply_bits for row in rows if row.adds):
            return _OWN_WIDTH
    return next((code for slip, code in _CODES.items() if slip in departure.cause), _ANY)


def _finding(
    entry: Entry, claims: ClaimsFile, code: str, cause: str, found: list[Departure]
) -> Finding:
    found.sort(key=lambda it: -abs(it.score))
    labels = (_label(entry, claims, it) for it in found)
    layers = "one layer" if len(found) == 1 else f"{len(found):,} places"
    message = f"the entrant's own counts: {cause}, in {layers}"
    total = entry.total(claims)
    known = all(it.score == it.most for it in found)
    effect = Effect.between(total, total + sum(map(_added, found), Terms())) if known else None
    return together(code, message, labels, effect)


def _added(departure: Departure) -> Terms:
    is_storage = departure.difference.part is Part.STORAGE
    return Terms(storage=departure.score) if is_storage else Terms(ops=departure.score)


def _label(entry: Entry, claims: ClaimsFile, departure: Departure) -> Label:
    """Point at the entrant's number; at the layer if there is none."""
    difference = departure.difference
    least, most = (f"{float(it):+.7f}" for it in sorted((departure.score, departure.most)))
    text = f"{difference.part}: score {least}{'' if least == most else f' to {most}'}"
    column = _COLUMNS[difference.part]
    if departure.cause.startswith(f"at {_WIDTH}"):
        column = _WIDTHS.get(difference.part, column)
    of = (difference.layers, ()) if difference.layers else ((difference.layer,),)
    rows = [row for row in claims.rows if row.layers in of]
    if rows:
        row = max(rows, key=lambda it: it.bits(difference.part))
        return Label(claims.document, claims.cell(row, column), text)
    names = [layer.name for layer in entry.reading.layers]
    return entry.layer(names.index(difference.layer), "op", text=text)
