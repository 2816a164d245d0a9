"""What `micronet verify` says: for people and for programs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table

from micronet_spec.board.published import Board, standing_of
from micronet_spec.finding import Finding
from micronet_spec.quality import Proof
from micronet_spec.report.json import exact, finding_json
from micronet_spec.report.tables import number
from micronet_spec.report.text import decimal, interval, signed
from micronet_spec.verify.attribution import (
    QUALITY,
    Cell,
    cells,
    not_measurable,
    totals,
    waterfall,
)
from micronet_spec.verify.board import Verified
from micronet_spec.verify.compare import Comparison, Verification
from micronet_spec.visible import visible

_ROWS = 20
"""Parts of layers that are shown unless all are asked for."""
_LEAST = Fraction(1, 2 * 10**7)
"""What is less cannot be seen in seven decimals."""


@dataclass(frozen=True)
class VerificationReport:
    """A verification, and what was asked about it."""

    verification: Verification
    findings: Sequence[Finding]
    """What is shown of what was found about the entry."""
    beside: Sequence[Finding] = ()
    """What was found of files beside it."""
    board: Board | None = None
    proof: Proof | None = None
    """The quality, if it was to be proven."""
    every: bool = False
    """Whether every part of every layer is shown that differs."""

    @property
    def comparison(self) -> Comparison:
        """What was compared."""
        return self.verification.comparison

    def text(self) -> Iterator[RenderableType]:
        """Yield the report for people, after the findings."""
        yield from self._head()
        if self.proof:
            yield _proven(self.proof)
        if not (self.comparison.contents.tensors and self.comparison.entry.score):
            return
        yield from self._totals()
        yield from self._ranks()
        differing = cells(self.comparison)
        if differing:
            yield from self._cells(differing)
            yield from self._waterfall()
        stays = ", ".join(it for it in not_measurable(self.comparison) if not self._proves(it))
        yield f"as declared, for a checkpoint cannot show it: {stays}"

    def json(self) -> dict[str, Any]:
        """Return what was concluded, for programs."""
        comparison, entry = self.comparison, self.comparison.entry
        return {
            "entry": entry.id,
            "verdict": str(self.verification.verdict),
            "totals": {
                it.what: {
                    "claimed": None if it.claimed is None else float(it.claimed),
                    "declared": _ends(it.declared),
                    "measured": _ends(it.measured),
                }
                for it in totals(comparison)
            },
            "ranks": self._standings(),
            "quality": _proof_json(self.proof) if self.proof else None,
            "layers": [_cell_json(cell) for cell in cells(comparison)],
            "attribution": [
                {"what": it.what, "score": float(it.score), "level": it.level}
                for it in waterfall(comparison)
            ],
            "mapping": {
                "root": comparison.mapping.names.root,
                "guessed": [
                    {"slot": it.slot.label, "tensor": it.key, "how": str(it.how)}
                    for it in comparison.mapping.guesses
                ],
                "undeclared": [it.name for it in comparison.mapping.extras],
                "not_needed": [
                    {"tensor": it.tensor, "why": it.why, "of": it.of or None}
                    for it in comparison.mapping.spare
                ],
            },
            "not_measurable": list(not_measurable(comparison)),
            "findings": [
                *(finding_json(it, entry.id) for it in self.findings),
                *(finding_json(it, None) for it in self.beside),
            ],
        }

    def _proves(self, what: str) -> bool:
        return what == QUALITY and bool(self.proof and self.proof.examples)

    def _head(self) -> Iterator[str]:
        comparison, entry = self.comparison, self.comparison.entry
        yield f"{visible(f'{entry.id} {entry.name}')}: {self.verification.verdict}"
        file, contents, mapping = comparison.checkpoint, comparison.contents, comparison.mapping
        if file:
            digest = f"{file.sha256[:12]}..." if file.sha256 else "not computed"
            size = f"{file.bytes:,} bytes, sha256 {digest}"
            yield f"file     {visible(file.name)}: {contents.format or 'not read'}, {size}"
        if not contents.tensors:
            return
        masks = sum(match.mask is not None for match in mapping.matches)
        how = Counter(str(match.how) for match in mapping.matches)
        found = ", ".join(f"{count:,} {words}" for words, count in how.items())
        yield f"tensors  {found or 'none found'}; {masks:,} masks applied"
        kinds = Counter(spare.why for spare in mapping.spare)
        if kinds:
            spare = ", ".join(f"{count:,} {words}" for words, count in kinds.items())
            yield f"         not needed by themselves: {spare}"

    def _totals(self) -> Iterator[Table]:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column("")
        for heading in ("claimed", "declared", "measured"):
            table.add_column(heading, justify="right")
        for it in totals(self.comparison):
            claimed = "-" if it.claimed is None else f"{it.claimed:f}"
            style = "bold" if it.what == "score" else ""
            columns = claimed, interval(it.declared), interval(it.measured)
            table.add_row(it.what, *columns, style=style)
        yield table

    def _standings(self) -> dict[str, dict[str, int]]:
        entry = self.comparison.entry
        if not (self.board and entry.task and self.board.ranks(entry.manifest.task)):
            return {}
        entries = {"declared": entry, "measured": self.comparison.measured}
        standings = {
            name: standing_of(entry, self.board)
            for name, entry in entries.items()
            if entry and entry.score
        }
        return {name: {"rank": it.rank, "of": it.of} for name, it in standings.items()}

    def _ranks(self) -> Iterator[str]:
        ranks = [f"{name} {it['rank']} of {it['of']}" for name, it in self._standings().items()]
        if ranks and self.board:
            yield f"rank     {', '.join(ranks)} on {visible(str(self.board.path))}"

    def _cells(self, differing: list[Cell]) -> Iterator[RenderableType]:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column("layer", overflow="fold")
        table.add_column("bits of")
        for heading in ("claimed", "declared", "measured", "score"):
            table.add_column(heading, justify="right")
        table.add_column("why", overflow="fold")
        shown = differing if self.every else differing[:_ROWS]
        for cell in shown:
            amounts = (cell.claimed, cell.declared, cell.measured)
            columns = ("-" if it is None else number(it) for it in amounts)
            why = "; ".join(cell.causes)
            table.add_row(visible(cell.layer), cell.part, *columns, signed(cell.score), why)
        yield table
        if rest := differing[len(shown) :]:
            left = signed(sum((cell.score for cell in rest), Fraction()))
            yield f"{len(rest):,} more differ, by {left} together (--all shows them)"

    def _waterfall(self) -> Iterator[str]:
        yield ""
        small = list[Fraction]()
        for change in waterfall(self.comparison):
            if change.level:
                if small:
                    yield f"  {signed(sum(small, Fraction()))}  what is too small to see here"
                small = []
                yield f"   {decimal(change.score)}  {change.what}"
            elif abs(change.score) < _LEAST:
                small.append(change.score)
            else:
                yield f"  {signed(change.score)}  {visible(change.what)}"
        yield ""


def verdicts_json(verified: Verified) -> list[dict[str, Any]]:
    """Return what was concluded of every entry of an audit."""
    return [
        {
            "entry": it.comparison.entry.id,
            "verdict": str(it.verdict),
            "measured": None if it.score is None else float(it.score),
            "interval": _interval_json(it),
            "checkpoint": it.comparison.checkpoint and it.comparison.checkpoint.sha256,
        }
        for it in verified.values()
    ]


def _interval_json(verification: Verification) -> list[float] | None:
    measured = verification.comparison.measured
    ends = measured.interval if measured else None
    return None if ends is None else [float(end) for end in ends]


def _cell_json(cell: Cell) -> dict[str, Any]:
    amounts = {"claimed": cell.claimed, "declared": cell.declared, "measured": cell.measured}
    return {
        "layer": cell.layer,
        "op": cell.op,
        "part": str(cell.part),
        **{f"{name}_bits": None if it is None else exact(it) for name, it in amounts.items()},
        "effect": float(cell.score),
        "causes": list(cell.causes),
    }


def _proven(proof: Proof) -> str:
    """Say what was computed of the quality."""
    if proof.correct is not None:
        return f"{proof.verdict}: {proof.correct:,} of {proof.examples:,} correct"
    if proof.perplexity is not None:
        return f"{proof.verdict}: perplexity {proof.perplexity} over {proof.examples:,} tokens"
    return str(proof.verdict)


def _proof_json(proof: Proof) -> dict[str, Any]:
    return {
        "verdict": str(proof.verdict),
        "examples": proof.examples,
        "correct": proof.correct,
        "perplexity": proof.perplexity,
        "meets_target": proof.meets_target,
    }


def _ends(bounds: tuple[Fraction, Fraction] | None) -> list[float] | None:
    return None if bounds is None else [float(end) for end in bounds]
