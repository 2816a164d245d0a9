"""Findings for people."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from rich.text import Text

from micronet_spec.challenge.challenge import Clause
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Effect, Finding, Severity
from micronet_spec.report.snippet import snippet
from micronet_spec.visible import visible

STYLES: dict[str, str] = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.NOTE: "cyan",
}


def finding_text(finding: Finding, clauses: dict[str, Clause], width: int) -> Text:
    """Return one finding: title, places, effect, clause, help."""
    rule, style = finding.rule, STYLES[finding.rule.severity]
    texts = {clause: clauses[clause].text for clause in rule.clauses if clause in clauses}
    places = snippet((finding.primary, *finding.related), style, width)
    effect = effect_text(finding.effect) if finding.effect else None
    help_ = finding.help or rule.help
    notes = noted(effect, rule.confidence, texts, help_, width)
    return Text.assemble(title(rule, finding.message), places, notes)


class Graded(Protocol):
    """A rule, or a finding that names it."""

    @property
    def code(self) -> str:
        """Code of the rule."""

    @property
    def name(self) -> str:
        """Name of the rule."""

    @property
    def severity(self) -> str:
        """How bad it is."""

    @property
    def confidence(self) -> str:
        """Whether it proves itself."""


def title(rule: Graded, words: str) -> Text:
    """Return the first line of a finding."""
    named = (visible(f"{rule.severity}[{rule.code} {rule.name}]"), STYLES[rule.severity])
    return Text.assemble(named, (f": {visible(words)}\n", "bold"))


def noted(
    effect: str | None, confidence: str, clauses: Mapping[str, str], help_: str, width: int
) -> Text:
    """Return what stands below the places of a finding, its clauses by their ids."""
    text = Text()
    notes = [("effect", effect)] if effect else []
    notes += [("confidence", "for review, a person has to judge")] * (confidence == "review")
    notes += [(f"why [{clause}]", words) for clause, words in clauses.items()]
    for name, words in [*notes, ("help", help_)]:
        text.append("   = ", "blue").append(f"{visible(name)}: ", "bold")
        lines = textwrap.wrap(visible(words), max(40, width - len(name) - 7)) or [""]
        text.append(("\n" + " " * 7).join(lines) + "\n")
    return text


def effect_text(effect: Effect) -> str:
    """Say what an effect does to the score, its terms and the rank."""
    change = signed(effect.change)
    text = f"score {decimal(effect.before)} -> {decimal(effect.after)} ({change})"
    if terms := effect.terms:
        text += f": storage {signed(terms.storage)}, math {signed(terms.ops)}"
    if ranks := effect.ranks:
        stays = ranks.before == ranks.after
        rank = f"stays {ranks.before}" if stays else f"{ranks.before} -> {ranks.after}"
        text += f"; rank {rank} of {ranks.of}"
    return text


def edition_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield a line for every challenge whose constants and counting rules differ in edition."""
    challenges = {entry.challenge.id: entry.challenge for entry in entries if entry.challenge}
    for challenge in challenges.values():
        if challenge.edition != challenge.rules:
            constants = f"constants of {challenge.edition}"
            yield f"{challenge.id}: {constants}, counted by the rules of {challenge.rules}"


def decimal(number: Fraction | float | None, digits: int = 7) -> str:
    """Return a score for people, rounded to `digits` decimals."""
    return "-" if number is None else f"{float(round(Fraction(number), digits)):.{digits}f}"


def interval(bounds: tuple[Fraction, Fraction] | None, digits: int = 7) -> str:
    """Return an interval for people; one number where both ends are the same."""
    if bounds is None:
        return "-"
    low, high = bounds
    return (
        decimal(low, digits) if low == high else f"{decimal(low, digits)}..{decimal(high, digits)}"
    )


def signed(number: Fraction | float | None, digits: int = 7) -> str:
    """Return a difference for people, with its sign."""
    return "-" if number is None else f"{float(round(Fraction(number), digits)):+.{digits}f}"


def signed_interval(low: Fraction | float, high: Fraction | float) -> str:
    """Return what a difference can be for people; one number where both ends look the same."""
    least, most = signed(low), signed(high)
    return least if least == most else f"{least}..{most}"


def tally(found: Sequence[Graded], files: int, waived: int = 0) -> str:
    """Sum up findings by their rules: `2 errors, 1 warning (1 for review), 3 waived in 1 file`."""
    where = f"in {files:,} file{'s' if files != 1 else ''}"
    counts = Counter(rule.severity for rule in found)
    parts = [f"{counts[s]:,} {s}{'s' if counts[s] != 1 else ''}" for s in Severity if counts[s]]
    review = sum(rule.confidence == "review" for rule in found)
    words = (", ".join(parts) or "no findings") + (f" ({review:,} for review)" if review else "")
    return f"{words}{f', {waived:,} waived' if waived else ''} {where}"
