"""An audit for people, from its record alone: what is found, why counts differ, the boards."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.text import Text

from micronet_spec.report.audit_tables import board_table, finding_table
from micronet_spec.report.boards import kind_lines, method_lines, standing_lines, statement_lines
from micronet_spec.report.recorded.audit import Record
from micronet_spec.report.recorded.entry import Entry
from micronet_spec.report.recorded.finding import Finding
from micronet_spec.report.tables import waived_table
from micronet_spec.report.text import decimal, noted, signed_interval, tally, title
from micronet_spec.visible import visible

_SHARES = 3
_Clauses = Mapping[str | None, Mapping[str, str]]
"""The texts of the clauses that hold for each task, by their ids."""


def audited(record: Record, width: int, *, full: bool = False) -> Iterator[RenderableType]:
    """Yield an audit in parts; what matters most is last, where a terminal ends.

    Errors are listed by their rules, other findings are counted, and of many causes the largest
    are named; with `full` everything is said.
    """
    yield from _constants(record)
    standing = [finding for finding in record.findings if not finding.waived]
    if full:
        clauses = _clauses(record)
        tasks = {entry.entry: entry.task for entry in record.entries}
        for finding in standing:
            yield _in_full(finding, clauses.get(tasks.get(finding.entry or ""), {}), width)
    else:
        yield from _in_short(record, standing, width)
    yield from waived_table(
        (visible(f"{it.code} {it.name}"), it.entry or it.file, it.effect, it.waived)
        for it in record.findings
        if it.waived
    )
    for entry in record.entries:
        yield from _share_lines(entry, most=None if full else _SHARES)
    verdicts = {it.entry: it for it in record.verifications}
    for task, entries in _by_task(record.entries).items():
        yield board_table(task or "no task", entries, verdicts, width)
    yield from standing_lines(record.entries)
    yield from statement_lines(record.statements)
    yield ""
    yield from kind_lines(record.entries)
    yield from method_lines(record.methods)
    yield tally(standing, len(record.entries), len(record.findings) - len(standing))


def _constants(record: Record) -> Iterator[str]:
    """Say by what was counted, where that is not the newest."""
    for name, challenge in record.challenges.items():
        if challenge.edition != challenge.rules:
            constants = f"constants of {challenge.edition}"
            yield visible(f"{name}: {constants}, counted by the rules of {challenge.rules}")
    if record.board_date:
        yield visible(f"published scores: those of {record.board_date}")


def _clauses(record: Record) -> _Clauses:
    return {
        task: {name: clause.text for name, clause in challenge.clauses.items()}
        for challenge in record.challenges.values()
        for task in challenge.tasks
    }


def _in_full(finding: Finding, clauses: Mapping[str, str], width: int) -> Text:
    texts = {name: clauses[name] for name in finding.clauses if name in clauses}
    notes = noted(finding.effect_text, finding.confidence, texts, finding.help, width)
    places = "".join(f"{visible(line)}\n" for line in finding.snippet.splitlines())
    return Text.assemble(title(finding, finding.message), places, notes)


def _in_short(record: Record, findings: Sequence[Finding], width: int) -> Iterator[RenderableType]:
    """Yield a line for every error, and for every other rule how often and where."""
    severe: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        # A file beside the entries has no page of its own where more is said.
        if finding.severity == "error" or finding.entry is None:
            severe[finding.code].append(finding)
    clauses = {name: text for texts in _clauses(record).values() for name, text in texts.items()}
    for first, *others in severe.values():
        alone = not others
        yield (
            _in_full(first, clauses, width) if alone else _listed([first, *others], clauses, width)
        )
    rest = [it for it in findings if it.severity != "error" and it.entry is not None]
    if rest:
        yield finding_table(rest)


def _listed(found: list[Finding], clauses: Mapping[str, str], width: int) -> Text:
    """Return the findings of one rule, a line each; its clauses and its help once."""
    first = found[0]
    text = title(first, f"{len(found):,} times")
    helps = {finding.help for finding in found}
    for finding in found:
        place = f"{finding.file}:{finding.line}:{finding.column}"
        own = "" if len(helps) == 1 else f"; {finding.help}"
        text.append(f"  {visible(place)}  {visible(finding.message + own)}\n")
    texts = {name: clauses[name] for name in first.clauses if name in clauses}
    shared = first.help if len(helps) == 1 else f"micronet explain {first.code}"
    return text.append_text(noted(None, first.confidence, texts, shared, width))


def _share_lines(entry: Entry, most: int | None) -> Iterator[str]:
    """Yield where the recount leaves the entrant's own counts, if there is a claims file."""
    if entry.own_counts is None or entry.interval is None:
        return
    low, high = (end - entry.own_counts for end in entry.interval)
    yield (
        f"{visible(entry.entry)}: the team's own counts add up to {decimal(entry.own_counts)}; "
        f"the rulebook counts {signed_interval(low, high)}"
    )
    if entry.board and entry.published is not None:
        origin = entry.published_is or "given by nothing that the entry states"
        yield f"  published {entry.board.score} is {visible(origin)}"
    shares = entry.shares[:most]
    for share in shares:
        ends = signed_interval(*share.ends)
        yield f"  {ends}  {visible(share.what)}: {visible(share.cause)}"
    if rest := entry.shares[len(shares) :]:
        sums = sum(it.effect for it in rest), sum(it.most_effect for it in rest)
        yield f"  {signed_interval(min(sums), max(sums))}  {len(rest)} others"


def _by_task(entries: Iterable[Entry]) -> dict[str | None, list[Entry]]:
    tasks: dict[str | None, list[Entry]] = defaultdict(list)
    for entry in entries:
        tasks[entry.task].append(entry)
    return tasks
