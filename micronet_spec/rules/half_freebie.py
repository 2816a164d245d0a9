"""The freebie taken for storage alone, or for operations alone."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from micronet_spec.entry.claims import ClaimsFile, Row
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Effect, Finding, Label
from micronet_spec.manifest.tensors import FloatFormat, TwoMaskTensor
from micronet_spec.rules.registry import check
from micronet_spec.score import Kind, LayerCost
from micronet_spec.score.items import Number
from micronet_spec.score.precision import accumulator_places, format_places, formats

_MASK = 1
"""Bits of a value of a mask."""


@check
def half_a_freebie(entry: Entry) -> Iterator[Finding]:
    """MN216: one half of the freebie, in the manifest or in the claims file."""
    yield from _declared(entry)
    yield from _claimed(entry)


def _declared(entry: Entry) -> Iterator[Finding]:
    """Yield formats that take one half of a freebie that the entry could declare."""
    if entry.manifest.numerics.freebie or not _quantizes_nothing(entry):
        return
    assert entry.cost
    assert entry.challenge
    bits = entry.challenge.freebie.bits
    stored = {
        item.bits
        for layer in entry.cost.layers
        for item in layer.stored
        if item.count and item.bits > _MASK
    }
    computed = {
        item.bits
        for layer in entry.cost.layers
        for item in layer.arithmetic
        if item.count and item.kind is not Kind.ADD
    }
    half = _half(stored, computed, bits)
    if half:
        [(route, _), *others] = _narrow(entry)
        labels = [entry.at(*place, text=name) for place, name in others[:4]]
        primary = entry.at(*route, text=f"for {half} only")
        effect = entry.effect(_with_freebie(layer, bits) for layer in entry.cost.layers)
        yield Finding("MN216", _message(entry, half), primary, tuple(labels), effect)


def _claimed(entry: Entry) -> Iterator[Finding]:
    """Yield counts of an entrant that take one half of the freebie that holds."""
    assert entry.cost
    assert entry.challenge
    claims, challenge = entry.claims_file, entry.challenge
    if claims is None or claims.findings or not entry.cost.freebie:
        return
    bits = challenge.freebie.bits
    stored = _stored_rows(entry, claims)
    computed = {row.multiply_bits: row for row in reversed(claims.rows) if row.multiplies}
    half = _half(set(stored), set(computed), bits)
    if half:
        wide = max(stored if half == "operations" else computed)
        [row, *_] = stored[wide] if half == "operations" else [computed[wide]]
        shown = Label(claims.document, row.span, f"counted at {wide} bits")
        primary = entry.at("numerics", "freebie", text="both halves hold")
        message = f"the claims file: {_message(entry, half)}"
        costs = {layer.name: Fraction(layer.stored_bits) for layer in entry.cost.layers}
        narrowed = {id(row): costs[row.layer] for width in stored for row in stored[width]}
        rows = tuple(
            replace(
                row,
                stored_bits=narrowed.get(id(row), row.stored_bits),
                multiply_bits=min(row.multiply_bits, Fraction(bits)),
            )
            for row in claims.rows
        )
        effect = Effect.between(entry.total(claims), entry.total(replace(claims, rows=rows)))
        yield Finding("MN216", message, primary, (shown,), effect)


def _stored_rows(entry: Entry, claims: ClaimsFile) -> dict[Fraction, list[Row]]:
    """Return rows by the width that they count stored values at, as far as that is clear."""
    assert entry.cost
    assert entry.challenge
    clear = {entry.challenge.freebie.bits, entry.challenge.unit_bits}
    found: dict[Fraction, list[Row]] = {}
    for layer in entry.cost.layers:
        masks = sum(item.total for item in layer.stored if item.bits == _MASK)
        values = sum(item.count for item in layer.stored if item.bits != _MASK)
        for row in claims.rows_of(layer.name) if values else ():
            width = (row.stored_bits - masks) / values
            if width in clear:
                found.setdefault(width, []).append(row)
    return found


def _message(entry: Entry, half: str) -> str:
    assert entry.challenge
    other = "storage" if half == "operations" else "operations"
    return f"the freebie `{entry.challenge.freebie.name}` is taken for {half}, not for {other}"


def _half(stored: set[Number], computed: set[Number], bits: int) -> str | None:
    """Return which half of the freebie all widths take while none of the other takes it."""
    if not stored or not computed:
        return None
    if max(stored) <= bits < min(computed):
        return "storage"
    return "operations" if max(computed) <= bits < min(stored) else None


def _quantizes_nothing(entry: Entry) -> bool:
    """Tell whether everything has the freebie's width at least (S3, M4)."""
    assert entry.challenge
    numerics, layers = entry.manifest.numerics, entry.reading.layers
    freebie, known = entry.challenge.freebie, formats(numerics)
    chosen = (known[name] for _, name in format_places(numerics, layers))
    return (
        all(isinstance(it, FloatFormat) and _width(it) >= freebie.bits for it in chosen)
        and all(
            width != "tree" and width >= freebie.addition_bits
            for _, width in accumulator_places(numerics, layers)
        )
        and not any(isinstance(getattr(it, "weight", None), TwoMaskTensor) for it in layers)
    )


def _width(chosen: FloatFormat) -> Number:
    return min(chosen.bits, chosen.stored_bits or chosen.bits)


def _narrow(entry: Entry) -> list[tuple[tuple[str | int, ...], str]]:
    """Return the places that name a format of the freebie's width."""
    assert entry.challenge
    known, bits = formats(entry.manifest.numerics), entry.challenge.freebie.bits
    places = format_places(entry.manifest.numerics, entry.reading.layers)
    return [
        (route, name)
        for route, name in places
        if isinstance(it := known[name], FloatFormat) and _width(it) <= bits
    ]


def _with_freebie(layer: LayerCost, bits: int) -> LayerCost:
    return replace(
        layer,
        stored=tuple(replace(item, bits=min(item.bits, bits)) for item in layer.stored),
        arithmetic=tuple(
            item if item.kind is Kind.ADD else replace(item, bits=min(item.bits, bits))
            for item in layer.arithmetic
        ),
    )
