"""The ranks of findings' effects: where an entry would stand on a published board."""

from collections.abc import Iterable
from dataclasses import replace

from micronet_spec.board.published import Board
from micronet_spec.effect import Effect, Ranks
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.quality.target import meets_target


def with_ranks(findings: Iterable[Finding], entry: Entry, board: Board) -> list[Finding]:
    """Return `findings` of an entry, their effects with its ranks on `board`.

    Nothing is said of the rank of an entry that misses the target (T1), or of a task that the
    board does not have.
    """
    own = board.row_of(entry.document.path)
    missed = meets_target(entry) is False or (own is not None and own.missed_target)
    if missed or not entry.task or not board.ranks(entry.manifest.task):
        return list(findings)

    def ranks(effect: Effect) -> Ranks:
        scores = effect.before, effect.after
        before, after = (board.place(entry.manifest.task, it, own) for it in scores)
        return Ranks(before.rank, after.rank, after.of)

    return [
        replace(it, effect=replace(it.effect, ranks=ranks(it.effect))) if it.effect else it
        for it in findings
    ]
