"""Tables for people: the layers of one entry, the items of one layer, the board of an audit."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from micronet_spec.audit import Audit
from micronet_spec.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.ranking import ENTERED, Row
from micronet_spec.report.groups import grouped
from micronet_spec.report.text import decimal, interval, signed, signed_interval
from micronet_spec.report.visible import visible
from micronet_spec.score import Kind, LayerCost
from micronet_spec.score.items import Arithmetic, Number, Stored

_BEST = {
    "yes": "* the best of its team, which is ranked by it",
    "possible": "? may be the best of its team",
}
_SHARES = 5
_EXAMPLES = 3
Verdicts = Mapping[Path, tuple[str, str]]
"""Measured score and verdict of the entry of each manifest."""
_LONGEST_CLAIM = 12
"""Characters of a claim in a table; JSON has them all."""
_COUNTS = ("stored bits", "multiplies", "adds", "others", "widths")


def number(value: Number) -> str:
    """Return a count for people: whole if it is whole."""
    fraction = Fraction(value)
    return f"{fraction.numerator:,}" if fraction.denominator == 1 else f"{float(fraction):,.2f}"


def layer_table(entry: Entry) -> Table:
    """Return a row for every layer that costs anything, and the totals."""
    assert entry.cost
    assert entry.score
    table = _table("layer", "op")
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
    table = _table(by)
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
    table = _table("item", "formula", "clauses")
    for heading in ("count", "bits", "total bits"):
        table.add_column(heading, justify="right")
    items: list[Stored | Arithmetic] = [*layer.stored, *layer.arithmetic]
    for item in items:
        kind = item.kind if isinstance(item, Arithmetic) else "store"
        formula = " x ".join(f"{number(factor)} {name}" for factor, name in item.factors)
        amounts = (number(item.count), number(item.bits), number(item.total))
        table.add_row(f"{kind}: {item.what}", formula, " ".join(item.clauses), *amounts)
    return table


def board_table(task: str, rows: Sequence[Row], verified: Verdicts | None = None) -> Table:
    """Return the board of one task; with a score and a verdict of those that were verified."""
    table = _table()
    table.title = Text(task, style="bold")
    table.title_justify = "left"
    table.add_column("rank", justify="right")
    table.add_column("entry")
    for heading in ("rulebook", "claimed", "published", "difference"):
        table.add_column(heading, justify="right", no_wrap=True)
    if verified is not None:
        table.add_column("measured", justify="right", no_wrap=True)
        table.add_column("verdict")
    table.add_column("quality")
    table.add_column("findings")
    bests = [text for best, text in _BEST.items() if any(row.best_of_team == best for row in rows)]
    if bests:
        table.caption = Text("; ".join(bests))
        table.caption_justify = "left"
    for row in rows:
        columns = verified.get(row.entry.document.path, ("-", "")) if verified is not None else ()
        table.add_row(
            f"{row.place or '-'}{_BEST.get(row.best_of_team, ' ')[0]}",
            visible(f"{row.entry.id} {row.entry.name}"),
            interval(row.entry.interval) if row.rulebook is not None else "not counted",
            _as_written(row.claimed),
            _as_written(row.published),
            _difference(row),
            *columns,
            _quality(row),
            _found(row),
        )
    return table


def waived_tables(waived: Sequence[tuple[str, Finding]]) -> Iterator[Table]:
    """Yield a table of the findings that the organizers set aside, if there are any."""
    if not waived:
        return
    table = _table("waived", "entry")
    table.add_column("effect", justify="right", no_wrap=True)
    table.add_column("decided", overflow="fold")
    table.add_column("reason", overflow="fold")
    for entry, finding in waived:
        assert finding.waived
        table.add_row(
            f"{finding.code} {finding.rule.name}",
            visible(entry),
            signed(finding.effect.change) if finding.effect else "-",
            visible(f"{finding.waived.date} {finding.waived.decided_by}"),
            visible(finding.waived.reason),
        )
    yield table


def audit_tables(audit: Audit, verified: Verdicts | None = None) -> Iterator[Table]:
    """Yield the board of every task, then the manifests without one."""
    for task in dict.fromkeys(row.task for row in audit.rows):
        rows = [row for row in audit.rows if row.task == task]
        yield board_table(task or "no task", rows, verified)


def finding_table(audit: Audit, hidden: Collection[Finding]) -> Table:
    """Return a line for every rule that `hidden` findings come from: how often, and where."""
    table = _table("shown in full with --full")
    table.add_column("findings", justify="right")
    table.add_column("entries", overflow="fold")
    shown = set(map(id, hidden))
    rules = {finding.code: finding.rule for finding in hidden}
    for code, rule in sorted(rules.items(), key=lambda item: item[0]):
        found = {
            row.entry.id: sum(it.code == code and id(it) in shown for it in row.findings)
            for row in audit.rows
        }
        entries = [visible(entry) for entry, times in found.items() if times]
        some, rest = entries[:_EXAMPLES], len(entries) - _EXAMPLES
        table.add_row(
            f"{rule.severity}[{code} {rule.name}]",
            f"{sum(found.values()):,}",
            ", ".join(some) + (f" and {rest} more" if rest > 0 else ""),
        )
    return table


def share_lines(row: Row) -> Iterator[str]:
    """Yield where the recount leaves the entrant's own counts, if there is a claims file."""
    if row.counted_total is None or row.rulebook is None:
        return
    assert row.entry.interval
    ends = [end - row.counted_total for end in row.entry.interval]
    yield (
        f"{visible(row.entry.id)}: the team's own counts add up to {decimal(row.counted_total)}; "
        f"the rulebook counts {signed_interval(*ends)}"
    )
    if row.published is not None:
        origin = row.published_is or "given by nothing that the entry states"
        yield f"  published {row.published} is {visible(origin)}"
    shares = row.shares
    for share in shares[:_SHARES]:
        yield f"  {signed_interval(*share.ends)}  {share.what}: {share.cause}"
    if rest := shares[_SHARES:]:
        low = sum((it.score for it in rest), Fraction())
        high = sum((it.most for it in rest), Fraction())
        yield f"  {signed_interval(min(low, high), max(low, high))}  {len(rest)} others"


def _table(*headings: str) -> Table:
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


def _difference(row: Row) -> str:
    within = row.difference == 0 and not row.entry.exact
    return "within" if within else signed(row.difference)


def _quality(row: Row) -> str:
    missed = "" if row.lacks is None else f"\nlacks {float(row.lacks):.6g}"
    return visible(row.quality or "-") + missed


def _as_written(number: Decimal | None) -> str:
    if number is None:
        return "-"
    shown = f"{number:f}"
    return shown if len(shown) <= _LONGEST_CLAIM else f"{number:.{_LONGEST_CLAIM - 3}f}…"


def _found(row: Row) -> str:
    """Say why a row is not in the contest, if so, and count its findings."""
    words = [] if row.status == ENTERED else [row.status]
    words += [f"{n} {severity}{'s' if n > 1 else ''}" for severity, n in row.tally.items()]
    words += [f"{len(row.waived)} waived"] if row.waived else []
    return ", ".join(words)
