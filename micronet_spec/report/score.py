"""What `micronet score` says of one counted entry: for people and for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from micronet_spec.board.published import Published, Standing
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.quality.target import meets_target
from micronet_spec.report.chart import Chart
from micronet_spec.report.groups import Group, grouped
from micronet_spec.report.json import exact, finding_json, score_json
from micronet_spec.report.tables import group_table, layer_table, score_lines
from micronet_spec.report.text import decimal, signed, tally
from micronet_spec.score import Score
from micronet_spec.visible import visible
from micronet_spec.whatif.whatif import WhatIf

LAYER = "layer"


@dataclass(frozen=True)
class ScoreReport:
    """A counted entry, and what was asked about it."""

    entry: Entry
    findings: Sequence[Finding]
    by: str | None = None
    """What the table is grouped by; None for every layer."""
    asked: WhatIf | None = None
    standing: Standing | None = None
    chart: bool = False

    def text(self) -> Iterator[RenderableType]:
        """Yield the report for people."""
        if self.asked:
            yield from _change_lines(self.asked)
        grouping = self.by not in {None, LAYER}
        yield group_table(self.entry, self.by or LAYER) if grouping else layer_table(self.entry)
        yield from score_lines(self.entry)
        if self.standing:
            yield from _standing_lines(self.standing, self.entry)
        yield f"lint: {tally([it.rule for it in self.findings], 1)}"
        if self.chart:
            yield ""
            yield Chart(self.entry, self.by or LAYER)

    def json(self) -> dict[str, Any]:
        """Return the report for programs."""
        report = score_json(self.entry)
        if self.asked:
            before = self.asked.before.score
            report["set"] = [made.change.text for made in self.asked.edits]
            report["score_before"] = float(before.score) if before else None
            report["findings"] = [finding_json(f, self.entry.id) for f in self.asked.errors]
        if self.by:
            report["groups"] = [_group_json(group) for group in grouped(self.entry, self.by)]
        if self.standing:
            report["against"] = _standing_json(self.standing, self.entry)
        return report


def _change_lines(asked: WhatIf) -> Iterator[RenderableType]:
    """Yield what was set, and the score before and after."""
    for made in asked.edits:
        places = f"{made.places:,} place{'s' if made.places != 1 else ''}"
        yield Text(f"set      {visible(made.change.text)}  in {places}")
    before, after = asked.before.score, asked.after.score
    assert after
    if before is None:
        yield "before   not counted"
        return
    yield f"         {'before':<11}{'after':<11}change"
    yield _change("storage", before.storage_term, after.storage_term)
    yield _change("math", before.ops_term, after.ops_term)
    yield Text(_change("score", before.score, after.score), "bold")


def _change(name: str, before: Fraction, after: Fraction) -> str:
    ratio = f"  {float((after - before) / before):+.2%}" if before else ""
    return f"{name:<9}{decimal(before):<11}{decimal(after):<11}{signed(after - before)}{ratio}"


def _standing_lines(standing: Standing, entry: Entry) -> Iterator[str]:
    rank = f"rank {standing.rank} of {standing.of} in {visible(standing.task)}"
    yield f"against  {visible(str(standing.board))}: {rank}"
    for row, word in ((standing.ahead, "behind"), (standing.behind, "ahead of")):
        if row:
            distance = decimal(standing.distance(row))
            yield f"         {distance} {word} {visible(row.name)}, {row.score}"
    if standing.own:
        yield f"         without its own row there, {standing.own.score}"
    if meets_target(entry) is False:
        yield "         but its quality misses the target: it would not be ranked"


def _group_json(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "layers": len(group.layers),
        "stored_bits": exact(group.score.stored_bits),
        "op_bits": exact(group.score.op_bits),
        **_terms(group.score),
    }


def _terms(score: Score) -> dict[str, float]:
    return {
        "storage_term": float(score.storage_term),
        "ops_term": float(score.ops_term),
        "score": float(score.score),
    }


def _standing_json(standing: Standing, entry: Entry) -> dict[str, Any]:
    def other(row: Published | None) -> dict[str, Any] | None:
        if row is None:
            return None
        distance = float(standing.distance(row))
        return {"name": row.name, "score": float(row.score), "distance": distance}

    return {
        "board": str(standing.board),
        "task": standing.task,
        "rank": standing.rank,
        "of": standing.of,
        "meets_target": meets_target(entry),
        "ahead": other(standing.ahead),
        "behind": other(standing.behind),
        "own": other(standing.own),
    }
