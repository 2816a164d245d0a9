"""Findings that organizers set aside in public: `waivers.yaml` beside the entries.

A waiver names a finding and the content it was decided on, by a digest; when that content changes
it no longer applies. It changes what is asked of an entry, never how it is counted.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from micronet_spec.content import content_of
from micronet_spec.finding import Finding, Rule, Waived, rules
from micronet_spec.listing import Stated, beside, read_listings
from micronet_spec.manifest.types import Code, Day, Model, Sha256, Text

WAIVERS = "waivers.yaml"
UNUSED = "MN611"
LATE = "late"
"""What a rule says of an entry that came after the deadline, as `unranks`."""


class Waiver(Model):
    """A finding of an entry that the organizers set aside."""

    code: Code
    """Code of the rule."""
    entry: Text
    """Id of the entry, such as `cifar100/01-riair`."""
    at: Text | None = None
    """Where, if not anywhere: keys with dots such as `training.teacher`."""
    layers: Text | None = None
    """Where, if not anywhere: names of layers, with `*` for any letters."""
    reason: Text
    """Why."""
    decided_by: Text
    """Who decided it."""
    date: Day
    """When it was decided."""
    source: Text | None = None
    """Where that can be read."""
    expires: Day | None = None
    """The last day on which it applies."""
    digest: Sha256
    """Digest of what is waived, as `micronet waive` prints it."""

    @property
    def waived(self) -> Waived:
        """What is said of a finding that it sets aside."""
        return Waived(self.reason, self.decided_by, self.date)


Asked = Callable[[Rule | None], bool]
"""Tells of a rule whether all that it finds is known; None is a rule of a challenge."""


class Waivers:
    """The waivers beside manifests, on a day."""

    def __init__(self, manifests: Iterable[Path], today: date | None) -> None:
        """Read the files beside `manifests`; none without a day."""
        paths = beside(WAIVERS, manifests) if today else []
        listing = read_listings(paths, "waivers", Waiver)
        self.findings = listing.findings
        """What is wrong with how they are written."""
        self._today = str(today)
        self._of: dict[str, list[Stated[Waiver]]] = defaultdict(list)
        for stated in listing.items:
            self._of[stated.item.entry].append(stated)

    def applied(
        self, entry: str, findings: Sequence[Finding], asked: Asked = lambda _: True
    ) -> tuple[tuple[Finding, ...], list[Finding]]:
        """Return the findings of an entry, the waived ones marked; and what is found of waivers.

        A waiver of a finding of a rule that was not `asked` is not called unused.
        """
        marked, problems = list(findings), []
        for stated in self._of.get(entry, ()):
            numbers = [n for n, it in enumerate(marked) if _concerns(stated.item, it)]
            if not numbers and not asked(rules().get(stated.item.code)):
                continue
            problem = _problem(stated, [marked[n] for n in numbers], self._today)
            if problem:
                problems.append(problem)
            else:
                for number in numbers:
                    marked[number] = replace(marked[number], waived=stated.item.waived)
        return tuple(marked), problems

    def __contains__(self, entry: str) -> bool:
        """Tell whether there is a waiver of an entry."""
        return entry in self._of

    def admits(self, entry: str, findings: Sequence[Finding]) -> bool:
        """Tell whether an entry is late by its findings, and that is set aside (E1, E6)."""
        marked, _ = self.applied(entry, findings)
        return any(it.waived and it.rule.unranks == LATE for it in marked)

    def of_others(self, entries: Collection[str]) -> Iterator[Finding]:
        """Yield a finding for every waiver of an entry that is not there at all."""
        for entry, listed in self._of.items():
            for stated in listed:
                if entry not in entries and not _stands_elsewhere(stated):
                    message = f"there is no entry {entry}"
                    yield Finding(UNUSED, message, stated.at("entry"))


def concerned(waiver: Waiver, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that a waiver means."""
    return [finding for finding in findings if _concerns(waiver, finding)]


def digest(findings: Iterable[Finding]) -> str:
    """Return the SHA-256 of what findings are about: the layers and values they point at.

    Neither lines nor the order of keys or layers matter; an effect on the score does.
    """
    lines = set()
    for finding in findings:
        if finding.effect:
            lines.add(f"effect {float(finding.effect.change):.7f}")
        for label in (finding.primary, *finding.related):
            content = content_of(label)
            lines.add(f"{content.name} {content.digest}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _concerns(waiver: Waiver, finding: Finding) -> bool:
    """Tell whether a waiver means a finding; one about several layers must mean all of them."""
    if waiver.code != finding.code:
        return False
    if waiver.at is not None:
        wanted = tuple(waiver.at.split("."))
        return content_of(finding.primary).keys[: len(wanted)] == wanted
    if waiver.layers is not None:
        labels = (finding.primary, *finding.related)
        names = [name for label in labels if (name := content_of(label).layer) is not None]
        return bool(names) and all(fnmatchcase(name, waiver.layers) for name in names)
    return True


def _problem(stated: Stated[Waiver], found: Sequence[Finding], today: str) -> Finding | None:
    """Return why a waiver sets nothing aside."""
    waiver = stated.item
    if not found:
        message = f"{waiver.entry} has no such finding {waiver.code}"
        return Finding(UNUSED, message, stated.at("entry"))
    if not found[0].rule.waivable:
        name = found[0].rule.name
        message = f"{waiver.code} {name} cannot be waived"
        return Finding("MN614", message, stated.at("code"), (found[0].primary,))
    if waiver.expires and waiver.expires < today:
        message = f"the waiver of {waiver.code} for {waiver.entry} has expired"
        return Finding("MN612", message, stated.at("expires"), (found[0].primary,))
    now = digest(found)
    if waiver.digest != now:
        message = f"what was waived has changed: {waiver.code} of {waiver.entry}"
        label = stated.at("digest", text="decided on other content")
        fix = f"look at it again; if it is accepted, write `digest: {now}`"
        return Finding("MN613", message, label, (found[0].primary,), help=fix)
    return None


def _stands_elsewhere(stated: Stated[Waiver]) -> bool:
    """Tell whether the entry of a waiver is there, but was not looked at."""
    task, _, stem = stated.item.entry.rpartition("/")
    folder = stated.document.path.parent
    return any((folder / place / f"{stem}.yaml").is_file() for place in (task, ""))
