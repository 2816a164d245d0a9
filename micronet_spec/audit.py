"""All entries of a tree: each checked and counted, ranked per task, beside what was published."""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from micronet_spec import manifest
from micronet_spec.board import published
from micronet_spec.causes import IN_TOTAL, UNEXPLAINED, Layer, Network, cause, cause_of_total
from micronet_spec.challenge import ChallengeError
from micronet_spec.claims import Difference, Part
from micronet_spec.document import Document, Problem, Span
from micronet_spec.editions import SPEC, Challenges
from micronet_spec.entry import Entry, load_entry
from micronet_spec.finding import Finding, ordered
from micronet_spec.people.aliases import ALIASES
from micronet_spec.rules import check, check_board
from micronet_spec.rules.quality import meets_target

MANIFESTS = (".yaml", ".yml")
ENTERED, WITHDRAWN = "entered", "withdrawn"


@dataclass(frozen=True)
class Departure:
    """Where one part of one layer leaves the entrant's own count, and why."""

    difference: Difference
    cause: str
    score: Fraction
    """What the recount adds, in score units."""


@dataclass(frozen=True)
class Share:
    """What one part of all layers of one op adds for one cause, in score units."""

    op: str
    part: Part
    cause: str
    score: Fraction


@dataclass(frozen=True)
class Row:
    """One entry of an audit."""

    entry: Entry
    findings: tuple[Finding, ...]
    published: Decimal | None
    """Its score on the published board, if `board.csv` has it."""
    rank: int | None = None
    """Rank by the rulebook among the entries of its task that compete and meet the target."""

    @property
    def status(self) -> str:
        """Whether it competes: `entered`; or `withdrawn`, `late` or `disqualified`."""
        if self.entry.has("status") and self.entry.manifest.status == WITHDRAWN:
            return WITHDRAWN
        unranked = (finding.rule.unranks for finding in self.findings)
        return next((word for word in unranked if word), ENTERED)

    @property
    def competes(self) -> bool:
        """Whether it can have a rank: it is counted, stands, and does not miss the target."""
        return self.rulebook is not None and bool(self.meets_target) and self.status == ENTERED

    @property
    def task(self) -> str | None:
        """The id of its task."""
        return self.entry.manifest.task if self.entry.task else None

    @property
    def rulebook(self) -> Fraction | None:
        """Its score by the rulebook."""
        return self.entry.score.score if self.entry.score else None

    @property
    def claimed(self) -> Decimal | None:
        """The score it claims, with the digits it is written with."""
        claims = self.entry.manifest.claims if self.entry.has("claims") else None
        return claims.score if claims else None

    @property
    def difference(self) -> Fraction | None:
        """What the rulebook adds to the claim."""
        if self.rulebook is None or self.claimed is None:
            return None
        return self.rulebook - Fraction(self.claimed)

    @property
    def quality(self) -> str | None:
        """The stated quality, as it is written."""
        quality = self.entry.manifest.stated_quality if self.entry.has("quality") else None
        if quality is None:
            return None
        if quality.top1_percent is not None:
            return f"{quality.top1_percent} %"
        if quality.top1_correct is not None:
            return f"{quality.top1_correct:,} correct"
        return None if quality.perplexity is None else f"perplexity {quality.perplexity}"

    @property
    def meets_target(self) -> bool | None:
        """Whether the stated quality is at the target or better."""
        return meets_target(self.entry)

    @property
    def tally(self) -> dict[str, int]:
        """Findings by severity."""
        return dict(Counter(str(finding.rule.severity) for finding in self.findings))

    @property
    def counted_total(self) -> Fraction | None:
        """The score that the entrant's own counts add up to."""
        counts, entry = self.entry.claims_file, self.entry
        if counts is None or counts.findings or not (entry.task and entry.challenge):
            return None
        return entry.total(counts)

    @property
    def departures(self) -> list[Departure]:
        """Where the recount leaves the entrant's own counts; their scores sum exactly."""
        counts, entry = self.entry.claims_file, self.entry
        if self.counted_total is None or counts is None or not (entry.cost and entry.score):
            return []
        assert entry.task
        assert entry.challenge
        assert entry.graph
        baseline, unit = entry.task.baseline, entry.challenge.unit_bits
        model = entry.manifest.network
        network = Network(entry.challenge, entry.graph, entry.cost, counts, model)
        nodes = {node.layer.name: node for node in entry.graph.nodes}
        totals = {part: cause_of_total(part, counts.rows) for part in Part}
        departures: list[Departure] = []
        for difference in counts.against(entry.cost.layers):
            of = baseline.parameters if difference.part is Part.STORAGE else baseline.operations
            name = difference.layer
            why = totals[difference.part] or UNEXPLAINED
            if why != IN_TOTAL and name in nodes:
                rows = counts.rows_of(name)
                layer = Layer(network.costs[name], nodes[name], rows, network)
                why = cause(difference, layer)
            departures.append(Departure(difference, why, difference.bits / (unit * of)))
        return departures

    @property
    def shares(self) -> list[Share]:
        """The departures by op, part and cause, largest first; they sum exactly."""
        shares: dict[tuple[str, Part, str], Fraction] = {}
        for departure in self.departures:
            key = (departure.difference.op, departure.difference.part, departure.cause)
            shares[key] = shares.get(key, Fraction()) + departure.score
        ranked = sorted(shares.items(), key=lambda item: -abs(item[1]))
        return [Share(*key, score) for key, score in ranked if score]


@dataclass(frozen=True)
class Audit:
    """All entries, by task and rank."""

    rows: tuple[Row, ...]
    beside: tuple[Finding, ...] = ()
    """What is found in files beside the entries, such as `aliases.yaml`."""

    @property
    def findings(self) -> list[Finding]:
        """Every finding, in the order of the rows."""
        return [*(finding for row in self.rows for finding in row.findings), *self.beside]


def manifests(root: Path) -> list[Path]:
    """Return every manifest below `root`, in order. Links to folders are not followed."""
    return sorted(
        Path(folder, name)
        for folder, _, names in os.walk(root)
        for name in names
        if name.endswith(MANIFESTS) and not name.startswith(".") and name != ALIASES
    )


def audit(
    paths: list[Path],
    progress: Callable[[list[Path]], Iterator[Path]] = iter,
    challenges: Challenges = SPEC,
) -> Audit:
    """Check and count the manifests at `paths`, alone and together, and rank them per task.

    Raises `ChallengeError` if the challenge of one cannot be had from `challenges`.
    """
    rows = [_row(path, challenges) for path in progress(paths)]
    rows, beside = _judged_together(rows)
    return Audit(tuple(_ranked(rows)), beside)


def lint(path: Path, challenges: Challenges = SPEC) -> tuple[Entry, list[Finding]]:
    """Check and count one manifest. Never raises for what it says.

    Raises `ChallengeError` if its challenge cannot be had from `challenges`.
    """
    try:
        entry = load_entry(path, challenges)
        return entry, check(entry)
    except ChallengeError:
        raise
    except Exception as error:  # noqa: BLE001 - our mistake on one file must not end an audit
        message = f"the file could not be checked: {type(error).__name__}: {error}"
        return _refused(path, "MN901", message)


def _refused(path: Path, code: str, message: str) -> tuple[Entry, list[Finding]]:
    problem = Problem(code, message, Span(1, 1, 2))
    entry = Entry(manifest.read(Document(path, "", problems=(problem,))))
    return entry, list(entry.reading.findings)


def _row(path: Path, challenges: Challenges) -> Row:
    if path.is_symlink():
        # In a stranger's tree a link may lead to a file that is not the stranger's to show.
        entry, findings = _refused(path, "MN001", "this is a symbolic link: an audit follows none")
    else:
        entry, findings = lint(path, challenges)
    return Row(entry, tuple(findings), published(path))


def _judged_together(rows: list[Row]) -> tuple[list[Row], tuple[Finding, ...]]:
    """Add to each row what is found about the entries together; return what is no row's too."""
    found: dict[Path, list[Finding]] = defaultdict(list)
    for finding in check_board([row.entry for row in rows]):
        found[finding.primary.document.path].append(finding)
    judged = [
        replace(row, findings=tuple(ordered([*row.findings, *more])))
        if (more := found.pop(row.entry.document.path, None))
        else row
        for row in rows
    ]
    return judged, tuple(ordered(finding for left in found.values() for finding in left))


def _ranked(rows: list[Row]) -> list[Row]:
    """Rank the rows of each task that compete; the others follow them."""
    placed: list[Row] = []
    tasks: dict[str | None, list[Row]] = defaultdict(list)
    for row in rows:
        tasks[row.task].append(row)
    for task in sorted(task for task in tasks if task):
        ranked = [row for row in tasks[task] if row.competes]
        ranked.sort(key=lambda row: (row.rulebook, row.entry.id))
        ranks: dict[Fraction | None, int] = {}
        for place, row in enumerate(ranked, 1):
            placed.append(replace(row, rank=ranks.setdefault(row.rulebook, place)))
        placed += [row for row in tasks[task] if not row.competes]
    return placed + tasks[None]
