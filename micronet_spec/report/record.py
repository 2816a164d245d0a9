"""The record of an audit: all that any format needs, without the inputs, and what they were.

`report/json.py` has what scripts read of it; here are the details for whoever shows or replays it.
Exact numbers are integers, or fractions as "p/q"; floats beside them are for convenience.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from micronet_spec import rulebook
from micronet_spec.audit.audit import Audit
from micronet_spec.audit.comparison import compared
from micronet_spec.audit.ranking import Row
from micronet_spec.audit.standings import MARKS, Place, Standing
from micronet_spec.audit.statements import Checked, checked
from micronet_spec.causes.rounding import explanation
from micronet_spec.challenge.challenge import Challenge
from micronet_spec.entry.entry import Entry
from micronet_spec.methods import breakdown
from micronet_spec.people.entries import NEEDED, census_of
from micronet_spec.people.register import register
from micronet_spec.report.digests import input_digests, spec_digest
from micronet_spec.report.json import WIDTH, audit_json, exact
from micronet_spec.report.people import people_json
from micronet_spec.report.rules import rule_json

FORMAT = "micronet-audit/1"
"""The version: another number means that keys were removed or mean something else."""


def audit_record(audit: Audit, width: int = WIDTH) -> dict[str, Any]:
    """Return everything about an audit; the lines of snippets have at most `width` characters."""
    brief = audit_json(audit, width)
    rows, places = brief.pop("entries"), compared(audit.rows)
    entries = [row.entry for row in audit.rows]
    challenges = {it.challenge.id: it.challenge for it in entries if it.challenge}
    census, _ = census_of([entry for entry in entries if entry.has(*NEEDED)])
    return {
        "format": FORMAT,
        "tool": {"name": "micronet-spec", "version": version("micronet-spec")},
        "spec": {"sha256": spec_digest(entries)},
        "inputs": [
            {"file": str(path), "sha256": digest} for path, digest in input_digests(entries)
        ],
        **{key: value for key, value in brief.items() if key != "findings"},
        "challenges": {name: _challenge(each) for name, each in challenges.items()},
        "entries": [
            {**brief_row, **_details(row), "standing": _standing(places[row.entry.document.path])}
            for brief_row, row in zip(rows, audit.rows, strict=True)
        ],
        "methods": asdict(breakdown(entries)),
        "kinds": dict(Counter(row.kind for row in audit.rows)),
        "statements": [_statement(checked(it, audit.rows)) for it in audit.statements],
        "people": people_json(register(census), census.unknowable),
        "findings": brief["findings"],
        "pages": [rule_json(page) for page in rulebook.pages().values()],
    }


def _details(row: Row) -> dict[str, Any]:
    entry = row.entry
    return {
        "kind": row.kind,
        "rank_range": _place(row.place),
        "submitted": _part(entry, "submitted", str),
        "team": _part(entry, "team", _dumped),
        "repository": _part(entry, "repository", _dumped),
        "training": _part(entry, "training", _dumped),
        "method": _part(entry, "method", _dumped),
        "claims": _part(entry, "claims", _dumped),
        "checkpoint": _part(entry, "checkpoint", _dumped),
        "board": _board(row),
        "storage": _figure(entry, "stored_bits", "storage_term"),
        "math_ops": _figure(entry, "op_bits", "ops_term"),
        "rulebook_exact": None if entry.interval is None else [exact(it) for it in entry.interval],
        "own_counts": None if row.counted_total is None else float(row.counted_total),
        "layers": list(_layers(entry)),
        "shares": [
            {
                "what": share.what,
                "cause": share.cause,
                "effect": float(share.score),
                "most_effect": float(share.most),
            }
            for share in row.shares
        ],
    }


def _part(entry: Entry, section: str, show: Any) -> Any:
    value = getattr(entry.manifest, section) if entry.has(section) else None
    return None if value is None else show(value)


def _dumped(value: Any) -> Any:
    return value if isinstance(value, str) else value.model_dump(mode="json", exclude_unset=True)


def _board(row: Row) -> dict[str, Any] | None:
    board = row.board
    if board is None:
        return None
    return {
        "position": board.position,
        "name": board.name,
        "affiliation": board.affiliation,
        "score": str(board.score),
        "scores": [
            {
                "date": date,
                "score": str(score),
                "origin": explanation(row.entry, score, row.counted_total),
            }
            for date, score in board.scores
        ],
        "marks": board.marks,
        "verified": board.verified,
        "missed_target": board.missed_target,
    }


def _figure(entry: Entry, bits: str, term: str) -> dict[str, Any] | None:
    """Return the least and the most of one of the terms, and of its bits."""
    if not entry.score:
        return None
    return {
        "bits": [exact(end) for end in entry.figure(bits)],
        "term": [float(end) for end in entry.figure(term)],
    }


def _layers(entry: Entry) -> Iterator[dict[str, Any]]:
    """Yield the cost of every layer, completed low and, where counts are unknown, high."""
    if not (entry.score and entry.cost and entry.high_cost):
        return
    total = entry.score.score
    for low, high in zip(entry.cost.layers, entry.high_cost.layers, strict=True):
        most = {"most_stored_bits": exact(high.stored_bits), "most_op_bits": exact(high.op_bits)}
        yield {
            "layer": low.name,
            "op": low.op,
            "stored_bits": exact(low.stored_bits),
            "op_bits": exact(low.op_bits),
            **({} if entry.exact else most),
            "share": float(entry.rescored([low]) / total) if total else 0.0,
        }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "published": _place(standing.published),
        "recounted": _place(standing.recounted),
        "moves": standing.moves,
        "claimed_marks": dict(zip(MARKS, standing.claimed_marks, strict=True)),
        "recounted_marks": dict(zip(MARKS, standing.recounted_marks, strict=True)),
    }


def _statement(it: Checked) -> dict[str, Any]:
    return {
        **it.statement.model_dump(mode="json"),
        "found": None if it.found is None else float(it.found),
        "counted": None if it.counted is None else float(it.counted),
        **({} if it.named is None else {"named": it.named, "rows": it.rows}),
    }


def _place(place: Place | None) -> list[int] | None:
    return None if place is None else [place.best, place.worst]


def _challenge(challenge: Challenge) -> dict[str, Any]:
    return challenge.model_dump(mode="json", exclude={"costs"})
