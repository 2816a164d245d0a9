"""Findings, scores and audits for programs."""

from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from micronet_spec.audit.audit import Audit
from micronet_spec.audit.ranking import Row
from micronet_spec.causes.attribution import Departure
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Effect, Finding, Label
from micronet_spec.report.snippet import snippet
from micronet_spec.report.text import effect_text
from micronet_spec.score import LayerCost
from micronet_spec.score.items import Arithmetic, Number, Stored

WIDTH = 100
"""Characters of a line of a snippet."""


def exact(number: Number) -> int | str:
    """Return a count exactly: an integer, or a fraction as "p/q"."""
    fraction = Fraction(number)
    return fraction.numerator if fraction.denominator == 1 else str(fraction)


def finding_json(finding: Finding, entry: str | None, width: int = WIDTH) -> dict[str, Any]:
    """Return one finding as a flat object; one in a file beside the entries has no entry."""
    rule = finding.rule
    return {
        "code": finding.code,
        "name": rule.name,
        "severity": str(rule.severity),
        "confidence": rule.confidence,
        "clauses": list(rule.clauses),
        "message": finding.message,
        "entry": entry,
        **_place(finding.primary),
        **_effect(finding.effect),
        "help": finding.help or rule.help,
        "snippet": snippet((finding.primary, *finding.related), "", width).plain,
        "waived": asdict(finding.waived) if finding.waived else None,
        "related": [{**_place(label), "text": label.text} for label in finding.related],
    }


def edition_json(entries: Iterable[Entry]) -> dict[str, str | None]:
    """Return the edition of constants and rules that `entries` share; null if they share none."""
    challenges = [entry.challenge for entry in entries]
    shared = {(each.edition, each.rules) if each else (None, None) for each in challenges}
    edition, rules = shared.pop() if len(shared) == 1 else (None, None)
    return {"edition": edition, "rules": rules}


def score_json(entry: Entry) -> dict[str, Any]:
    """Return the score of an entry that has one, and its layers."""
    assert entry.score
    assert entry.cost
    score, additions = entry.score, entry.interval_with_wide_additions
    stated, _ = entry.stated_shapes
    return {
        "entry": entry.id,
        **edition_json([entry]),
        "score": float(score.score),
        "score_with_32_bit_additions": float(additions[0]) if additions else None,
        "interval": _interval(entry),
        "stated_shapes": stated,
        "storage": {
            "parameters": float(score.parameters),
            "term": float(score.storage_term),
            "stored_bits": exact(score.stored_bits),
        },
        "math_ops": {
            "operations": float(score.operations),
            "term": float(score.ops_term),
            "op_bits": exact(score.op_bits),
        },
        "layers": [
            {
                "name": layer.name,
                "op": layer.op,
                "stored_bits": exact(layer.stored_bits),
                "op_bits": exact(layer.op_bits),
            }
            for layer in entry.cost.layers
        ],
    }


def layer_json(layer: LayerCost) -> dict[str, Any]:
    """Return every item of one layer."""
    stored = [{"kind": "store", **_item(item)} for item in layer.stored]
    arithmetic = [{"kind": str(item.kind), **_item(item)} for item in layer.arithmetic]
    return {"layer": layer.name, "op": layer.op, "items": [*stored, *arithmetic]}


def _item(item: Stored | Arithmetic) -> dict[str, Any]:
    return {
        "what": item.what,
        "factors": [{"number": exact(number), "of": name} for number, name in item.factors],
        "count": exact(item.count),
        "bits": exact(item.bits),
        "total_bits": exact(item.total),
        "clauses": list(item.clauses),
    }


def audit_json(audit: Audit, width: int = WIDTH) -> dict[str, Any]:
    """Return an audit: a row for every manifest, and every finding."""
    return {
        **edition_json(row.entry for row in audit.rows if row.entry.challenge),
        "board_date": audit.board_date,
        "entries": [_row(row) for row in audit.rows],
        "findings": [
            *(
                finding_json(finding, row.entry.id, width)
                for row in audit.rows
                for finding in row.findings
            ),
            *(finding_json(finding, None, width) for finding in audit.beside),
        ],
    }


def _row(row: Row) -> dict[str, Any]:
    entry = row.entry
    additions = entry.interval_with_wide_additions
    return {
        "entry": entry.id,
        "name": entry.name,
        "task": row.task,
        **edition_json([entry]),
        "file": str(entry.document.path),
        "status": row.status,
        "rank": row.rank,
        "best_of_team": row.best_of_team,
        "rulebook": _float(row.rulebook),
        "interval": _interval(entry),
        "rulebook_with_32_bit_additions": float(additions[0]) if additions else None,
        "claimed": _float(row.claimed),
        "published": _float(row.published),
        "published_is": row.published_is,
        "difference": _float(row.difference),
        "quality": row.quality,
        "meets_target": row.meets_target,
        "lacks": _float(row.lacks),
        "findings": row.tally,
        "waived": len(row.waived),
        "differences": [
            {
                "layer": it.difference.layer,
                "op": it.difference.op,
                "part": str(it.difference.part),
                "claimed_bits": exact(it.difference.claimed),
                "recounted_bits": exact(it.difference.recounted),
                "effect": float(it.score),
                "cause": it.cause,
                **_open(it),
            }
            for it in row.departures
        ],
    }


def _effect(effect: Effect | None) -> dict[str, Any]:
    terms, ranks = (effect.terms, effect.ranks) if effect else (None, None)
    return {
        "effect": float(effect.change) if effect else None,
        "storage_effect": float(terms.storage) if terms else None,
        "math_effect": float(terms.ops) if terms else None,
        "rank_before": ranks and ranks.before,
        "rank_after": ranks and ranks.after,
        "effect_text": effect_text(effect) if effect else None,
    }


def _open(it: Departure) -> dict[str, Any]:
    """Return what else there is of a total, and of a part whose recount is not known."""
    difference = it.difference
    most = {"most_recounted_bits": exact(difference.most), "most_effect": float(it.most)}
    return {
        **({"layers": list(difference.layers)} if difference.layers else {}),
        **({} if it.most == it.score else most),
    }


def _place(label: Label) -> dict[str, Any]:
    span = label.span
    return {
        "file": str(label.document.path),
        "line": span.line,
        "column": span.column,
        "end_column": span.end,
    }


def _interval(entry: Entry) -> list[float] | None:
    return None if entry.interval is None else [float(end) for end in entry.interval]


def _float(number: Fraction | Decimal | None) -> float | None:
    return None if number is None else float(number)
