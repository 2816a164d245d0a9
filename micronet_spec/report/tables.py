"""Tables for people: the layers of one entry, the items of one layer, what is set aside."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Protocol

from rich import box
from rich.table import Table

from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.report.groups import grouped
from micronet_spec.report.text import interval, signed
from micronet_spec.score import Kind, LayerCost
from micronet_spec.score.items import Arithmetic, Number, Stored
from micronet_spec.visible import visible

_COUNTS = ("stored bits", "multiplies", "adds", "others", "widths")


class Decided(Protocol):
    """What is said of a finding that is set aside."""

    @property
    def date(self) -> str:
        """The day."""

    @property
    def decided_by(self) -> str:
        """Who decided it."""

    @property
    def reason(self) -> str:
        """Why."""


def number(value: Number) -> str:
    """Return a count for people: whole if it is whole."""
    fraction = Fraction(value)
    return f"{fraction.numerator:,}" if fraction.denominator == 1 else f"{float(fraction):,.2f}"


def layer_table(entry: Entry) -> Table:
    """Return a row for every layer that costs anything, and the totals."""
    assert entry.cost
    assert entry.score
    table = plain_table("layer", "op")
    for heading in (*_COUNTS, "share"):
        table.add_column(heading, justify="right")
    total = entry.score.score
    costly = [layer for layer in entry.cost.layers if layer.stored_bits or layer.op_bits]
    for layer in costly:
        share = entry.rescored([layer]) / total if total else Fraction()
        table.add_row(visible(layer.name), layer.op, *_counts([layer]), f"{float(share):.2%}")
    free = len(entry.cost.layers) - len(costly)
    table.add_section()
    table.add_row("total", f"{free} free", *_counts(entry.cost.layers), "100.00%", style="bold")
    return table


def group_table(entry: Entry, by: str) -> Table:
    """Return a row for every group of layers, and the totals."""
    assert entry.cost
    assert entry.score
    table = plain_table(by)
    for heading in ("layers", *_COUNTS, "share"):
        table.add_column(heading, justify="right")
    total = entry.score.score
    for group in grouped(entry, by):
        share = group.score.score / total if total else Fraction()
        layers = f"{len(group.layers):,}"
        table.add_row(visible(group.name), layers, *_counts(group.layers), f"{float(share):.2%}")
    layers, counts = f"{len(entry.cost.layers):,}", _counts(entry.cost.layers)
    table.add_section()
    table.add_row("total", layers, *counts, "100.00%", style="bold")
    return table


def score_lines(entry: Entry) -> Iterator[str]:
    """Yield the totals of an entry as lines."""
    assert entry.score
    assert entry.task
    assert entry.challenge
    baseline = entry.task.baseline
    storage = interval(entry.figure("parameters"), 2)
    ops = interval(entry.figure("operations"), 2)
    storage_term = interval(entry.figure("storage_term"))
    yield f"storage  {storage_term}  = {storage} / {baseline.parameters:,} parameters"
    ops_term = interval(entry.figure("ops_term"))
    yield f"math     {ops_term}  = {ops} / {baseline.operations:,} operations"
    yield f"score    {interval(entry.interval)}"
    additions = interval(entry.interval_with_wide_additions)
    width = entry.challenge.addition_bits
    yield f"         {additions}  with every addition at {width} bits (R3)"
    if entry.cost and entry.cost.freebie:
        yield f"         counted by the {entry.challenge.freebie.name} freebie (S3, M4)"
    if not entry.exact:
        yield "         an interval: some counts are unknown; the table shows the least"
    stated, layers = entry.stated_shapes
    if stated:
        yield f"         shape stated, not derived: {stated:,} of {layers:,} layers"


def item_table(layer: LayerCost) -> Table:
    """Return every item of one layer with its formula and clauses."""
    table = plain_table("item", "formula", "clauses")
    for heading in ("count", "bits", "total bits"):
        table.add_column(heading, justify="right")
    items: list[Stored | Arithmetic] = [*layer.stored, *layer.arithmetic]
    for item in items:
        kind = item.kind if isinstance(item, Arithmetic) else "store"
        formula = " x ".join(f"{number(factor)} {name}" for factor, name in item.factors)
        amounts = (number(item.count), number(item.bits), number(item.total))
        table.add_row(f"{kind}: {item.what}", formula, " ".join(item.clauses), *amounts)
    return table


def waived_tables(waived: Sequence[tuple[str, Finding]]) -> Iterator[Table]:
    """Yield a table of the findings that the organizers set aside, if there are any."""
    rows = []
    for entry, finding in waived:
        effect = finding.effect.change if finding.effect else None
        rows.append((f"{finding.code} {finding.rule.name}", entry, effect, finding.waived))
    yield from waived_table(rows)


def waived_table(
    rows: Iterable[tuple[str, str, Fraction | float | None, Decided | None]],
) -> Iterator[Table]:
    """Yield a table of rules, entries, effects and decisions, if there are any."""
    table = plain_table("waived", "entry")
    table.add_column("effect", justify="right", no_wrap=True)
    table.add_column("decided", overflow="fold")
    table.add_column("reason", overflow="fold")
    for rule, entry, effect, decided in rows:
        assert decided
        who = visible(f"{decided.date} {decided.decided_by}")
        table.add_row(rule, visible(entry), signed(effect), who, visible(decided.reason))
    if table.row_count:
        yield table


def plain_table(*headings: str) -> Table:
    """Return a table without borders, whose texts fold."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _counts(layers: Iterable[LayerCost]) -> tuple[str, ...]:
    layers = list(layers)
    items = [item for layer in layers for item in layer.arithmetic]
    widths = sorted({Fraction(item.bits) for item in items if item.count})
    shown = number(widths[0]) if widths else ""
    if len(widths) > 1:
        shown += f"..{number(widths[-1])}"
    return (
        number(sum(layer.stored_bits for layer in layers)),
        number(_total(items, Kind.MULTIPLY)),
        number(_total(items, Kind.ADD)),
        number(sum(item.count for item in items) - _total(items, Kind.MULTIPLY, Kind.ADD)),
        shown,
    )


def _total(items: list[Arithmetic], *kinds: Kind) -> Number:
    return sum(item.count for item in items if item.kind in kinds)
