"""Tables of an audit for people, from its record: boards, and findings that are only counted."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from rich.table import Table
from rich.text import Text

from micronet_spec.audit.ranking import ENTERED
from micronet_spec.report.recorded.audit import Verification
from micronet_spec.report.recorded.entry import Entry
from micronet_spec.report.recorded.finding import Finding
from micronet_spec.report.tables import plain_table
from micronet_spec.report.text import decimal, signed
from micronet_spec.visible import visible

_BEST = {
    "yes": "* the best of its team, which is ranked by it",
    "possible": "? may be the best of its team",
}
_EXAMPLES = 3
_WIDE = 100
_MIN = {"rulebook": 12, "difference": 10}
_LONGEST_CLAIM = 12
"""Characters of a claim in a table; JSON has them all."""


def board_table(
    task: str, entries: Sequence[Entry], verified: Mapping[str, Verification], width: int
) -> Table:
    """Return the board of one task; with a score and a verdict of those that were verified.

    In less than a wide line what the recount adds to the claim is left out: it is said elsewhere.
    """
    narrow = width < _WIDE
    table = plain_table()
    table.title = Text(visible(task), style="bold")
    table.title_justify = "left"
    table.add_column("rank", justify="right", no_wrap=True)
    table.add_column("entry", overflow="fold")
    for heading in _figures(narrow=narrow, verified=bool(verified)):
        table.add_column(heading, justify="right", min_width=_MIN.get(heading, 9))
    if verified:
        table.add_column("verdict")
    table.add_column("quality, findings")
    if not narrow:
        table.columns[-1].header = "quality"
        table.add_column("findings")
    bests = [text for best, text in _BEST.items() if any(it.best_of_team == best for it in entries)]
    if bests:
        table.caption = Text("; ".join(bests))
        table.caption_justify = "left"
    for entry in entries:
        found = verified.get(entry.entry)
        last = (_quality(entry), _found(entry))
        table.add_row(
            f"{_rank(entry)}{_BEST.get(entry.best_of_team or '', ' ')[0]}",
            visible(f"{entry.entry.removeprefix(f'{entry.task}/')} {entry.name}"),
            "not counted" if entry.interval is None else _interval(entry.interval),
            _as_written(entry.claims.score if entry.claims else None),
            _as_written(entry.board.score if entry.board else None),
            *(() if narrow else (_difference(entry),)),
            *(_verdict(found) if verified else ()),
            *([", ".join(filter(None, last))] if narrow else last),
        )
    return table


def _figures(*, narrow: bool, verified: bool) -> Iterator[str]:
    yield from ("rulebook", "claimed", "published")
    if not narrow:
        yield "difference"
    if verified:
        yield "measured"


def finding_table(findings: Iterable[Finding]) -> Table:
    """Return a line for every rule: how often, and where."""
    table = plain_table("shown in full with --full")
    table.add_column("findings", justify="right")
    table.add_column("entries", overflow="fold")
    listed = sorted(findings, key=lambda finding: finding.code)
    counts = Counter((it.severity, it.code, it.name) for it in listed)
    for (severity, code, name), times in counts.items():
        entries = list(dict.fromkeys(visible(it.entry or "") for it in listed if it.code == code))
        some, rest = entries[:_EXAMPLES], len(entries) - _EXAMPLES
        where = ", ".join(some) + (f" and {rest} more" if rest > 0 else "")
        table.add_row(visible(f"{severity}[{code} {name}]"), f"{times:,}", where)
    return table


def _rank(entry: Entry) -> str:
    return "-".join(dict.fromkeys(map(str, entry.rank_range or ()))) or "-"


def _interval(ends: tuple[float, float]) -> str:
    """Return an interval that a narrow column may break."""
    return " to ".join(dict.fromkeys(map(decimal, ends)))


def _verdict(found: Verification | None) -> tuple[str, str]:
    if found is None:
        return "-", ""
    return _interval(found.interval) if found.interval else "-", visible(found.verdict)


def _difference(entry: Entry) -> str:
    within = entry.difference == 0 and entry.kind == "bounded"
    return "within" if within else signed(entry.difference)


def _quality(entry: Entry) -> str:
    missed = "" if entry.lacks is None else f"\nlacks {entry.lacks:.6g}"
    return visible(entry.quality or "-") + missed


def _as_written(number: str | None) -> str:
    if number is None:
        return "-"
    value = Decimal(number)
    shown = f"{value:f}"
    return shown if len(shown) <= _LONGEST_CLAIM else f"{value:.{_LONGEST_CLAIM - 3}f}…"


def _found(entry: Entry) -> str:
    """Say why an entry is not in the contest, if so, and count its findings."""
    words = [] if entry.status == ENTERED else [visible(entry.status)]
    words += [
        f"{n} {visible(severity)}{'s' if n > 1 else ''}" for severity, n in entry.findings.items()
    ]
    words += [f"{entry.waived} waived"] if entry.waived else []
    return ", ".join(words)
