"""The rows of an audit: what each entry says and scores, whether it competes, and its rank."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from micronet_spec.audit.standings import Mark, Place, places
from micronet_spec.board.published import Published
from micronet_spec.causes.attribution import Departure, Share, counted_total, shares
from micronet_spec.causes.rounding import explanation
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.people.mention import trimmed
from micronet_spec.quality.target import meets_target, shortfall

ENTERED, WITHDRAWN = "entered", "withdrawn"


@dataclass(frozen=True)
class Row:
    """One entry of an audit."""

    entry: Entry
    """Its outline (`outline.py`)."""
    findings: tuple[Finding, ...]
    board: Published | None
    """Its row on the published board, if `board.csv` has it."""
    departures: tuple[Departure, ...] = ()
    """Where the recount leaves the entrant's own counts; their scores sum exactly."""
    place: Place | None = None
    """Rank by the rulebook among the entries of its task that compete and meet the target."""
    withheld: tuple[Finding, ...] = ()
    """Findings that are not shown; the status depends on them all the same."""
    best_of_team: Mark = "no"
    """Whether its team is ranked by it: no entry of the team is better (E2).

    Possible where scores are bounds, or another entry of the team may be better that is not
    counted or whose quality nobody knows.
    """

    @property
    def status(self) -> str:
        """Whether it competes: `entered`; or `withdrawn`, or what a rule that it breaks says.

        A page in `spec/rules/` says so as `unranks`: `late`, `disqualified` (one entry too many),
        `ineligible` (foreign or test data), `invalid` (the manifest, and so perhaps the count).
        """
        if self.entry.has("status") and self.entry.manifest.status == WITHDRAWN:
            return WITHDRAWN
        found = (*self.findings, *self.withheld)
        unranked = (finding.rule.unranks for finding in found if not finding.waived)
        return next((word for word in unranked if word), ENTERED)

    @property
    def kind(self) -> str:
        """How much of it could be counted."""
        if self.entry.score:
            return "recounted" if self.entry.exact else "bounded"
        model = getattr(self.entry.manifest, "model", None)
        return "board figures only" if isinstance(model, str) else "not counted"

    def showing(self, shown: Collection[Finding]) -> "Row":
        """Return the row with those of its findings that are `shown`."""
        kept = set(map(id, shown))
        withheld = (finding for finding in self.findings if id(finding) not in kept)
        return replace(self, findings=tuple(shown), withheld=(*self.withheld, *withheld))

    @property
    def rank(self) -> int | None:
        """The best rank that it can have by the rulebook."""
        return self.place.best if self.place else None

    @property
    def published(self) -> Decimal | None:
        """Its score on the published board."""
        return self.board.score if self.board else None

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
        """What the rulebook adds to the claim, at least; nothing to a claim within an interval."""
        if self.entry.interval is None or self.claimed is None:
            return None
        low, high = self.entry.interval
        claimed = Fraction(self.claimed)
        return min(max(claimed, low), high) - claimed

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
    def lacks(self) -> Fraction | None:
        """What an entry that misses the target lacks of it, in percent or as perplexity."""
        return shortfall(self.entry) if self.meets_target is False else None

    @property
    def tally(self) -> dict[str, int]:
        """Findings by severity, without those that are waived."""
        standing = (finding for finding in self.findings if not finding.waived)
        return dict(Counter(str(finding.rule.severity) for finding in standing))

    @property
    def waived(self) -> list[Finding]:
        """Findings that the organizers set aside."""
        return [finding for finding in self.findings if finding.waived]

    @property
    def counted_total(self) -> Fraction | None:
        """The score that the entrant's own counts add up to."""
        return counted_total(self.entry)

    @property
    def published_is(self) -> str | None:
        """What of the entry's own figures gives the published score."""
        if self.published is None:
            return None
        return explanation(self.entry, self.published, self.counted_total)

    @property
    def shares(self) -> list[Share]:
        """The departures by op, part and cause, largest first."""
        return shares(self.departures)


def ranked(rows: Iterable[Row]) -> list[Row]:
    """Rank the rows of each task that compete; the others follow them."""
    placed: list[Row] = []
    tasks: dict[str | None, list[Row]] = defaultdict(list)
    for row in rows:
        tasks[row.task].append(row)
    for task in sorted(task for task in tasks if task):
        ranked = [row for row in tasks[task] if row.competes]
        ranked.sort(key=lambda row: (row.rulebook, row.entry.id))
        found = places({id(row): row.entry.interval for row in ranked})
        best = _best_of_teams(tasks[task])
        placed += [
            replace(row, place=found[id(row)], best_of_team=best.get(id(row), "no"))
            for row in ranked
        ]
        placed += [row for row in tasks[task] if not row.competes]
    return placed + tasks[None]


def _best_of_teams(rows: Iterable[Row]) -> dict[int, Mark]:
    """Return, by the `id` of a task's rows that compete, whether each is its team's best."""
    teams: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        may_compete = row.status == ENTERED and row.meets_target is not False
        if may_compete and row.entry.has("team"):
            teams[trimmed(row.entry.manifest.team.name)].append(row)
    best: dict[int, Mark] = {}
    for team in teams.values():
        competing = {id(row): row.entry.interval for row in team if row.competes}
        all_of_them = places({id(row): row.entry.interval for row in team})
        for key, place in places(competing).items():
            sure = len(all_of_them) == len(team) and all_of_them[key].worst == 1
            best[key] = ("yes" if sure else "possible") if place.best == 1 else "no"
    return best
