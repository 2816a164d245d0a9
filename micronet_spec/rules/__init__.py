"""The rules: of one entry, in the order of cause and consequence, and of all entries together."""

from collections.abc import Iterable, Sequence

from micronet_spec.entry import Entry
from micronet_spec.finding import Finding, Severity, ordered
from micronet_spec.rules import (
    artifacts,
    claims,
    counting,
    half_freebie,
    limits,
    members,
    quality,
    sparsity,
    structure,
    training,
)
from micronet_spec.rules.rule import BoardCheck, Check

CHECKS: tuple[Check, ...] = (
    structure.unknown_challenge,
    structure.unknown_task,
    structure.unknown_format,
    structure.contradicted_format,
    structure.unknown_freebie,
    structure.graph_flaws,
    structure.not_recountable,
    structure.sections,
    sparsity.nonzeros_above_weights,
    sparsity.bounds,
    sparsity.unbounded,
    sparsity.totals,
    sparsity.shared,
    sparsity.channel_formats,
    sparsity.nominal,
    counting.freebie_with_quantization,
    half_freebie.declared,
    half_freebie.claimed,
    counting.uncountable,
    counting.exotic_format,
    counting.narrow_accumulator,
    counting.unread_output,
    counting.written_out,
    quality.missing,
    quality.wrong_metric,
    quality.contradiction,
    quality.below_target,
    quality.not_whole_examples,
    training.unstated,
    training.data,
    training.policies,
    artifacts.repository,
    artifacts.checkpoint,
    artifacts.dates,
    members.unknown,
    members.members,
    claims.unreadable_counts,
    claims.differ,
)

BOARD_CHECKS: tuple[BoardCheck, ...] = (limits.entry_limit,)


def check(entry: Entry) -> list[Finding]:
    """Return every finding about `entry`, in reading order."""
    findings = list(entry.reading.findings)
    for rule in CHECKS:
        if entry.has(*rule.needs) and not _caused(findings, rule.unless):
            findings.extend(_run(rule, entry))
    return ordered(findings)


def check_board(entries: Sequence[Entry]) -> list[Finding]:
    """Return every finding about `entries` together, beyond what each has of its own."""
    return [finding for rule in BOARD_CHECKS for finding in _run_board(rule, entries)]


def _run(rule: Check, entry: Entry) -> Iterable[Finding]:
    try:
        return list(rule(entry))
    except Exception as error:  # noqa: BLE001 - a rule's mistake must not end an audit
        return [_crash(rule, error, entry)]


def _run_board(rule: BoardCheck, entries: Sequence[Entry]) -> Iterable[Finding]:
    try:
        return list(rule(entries))
    except Exception as error:  # noqa: BLE001 - a rule's mistake must not end an audit
        # It is nobody's in particular, but must be shown somewhere.
        return [_crash(rule, error, entry) for entry in entries[:1]]


def _crash(rule: Check | BoardCheck, error: Exception, entry: Entry) -> Finding:
    message = f"the check `{rule.name}` failed: {type(error).__name__}: {error}"
    return Finding("MN901", message, entry.at("name"))


def _caused(findings: list[Finding], stages: tuple[str, ...]) -> bool:
    """Tell whether an earlier error is the likelier cause of what a rule would find."""
    return any(
        finding.code.startswith(stage) and finding.rule.severity is Severity.ERROR
        for finding in findings
        for stage in stages
    )
