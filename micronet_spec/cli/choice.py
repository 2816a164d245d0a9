"""Which findings a command shows: those that concern the reader, and those that are asked for."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import click

from micronet_spec import rulebook
from micronet_spec.challenge.editions import Challenges
from micronet_spec.finding import Finding
from micronet_spec.rules import pages_of

CONTESTANT, ORGANIZER = "contestant", "organizer"


@dataclass(frozen=True)
class Choice:
    """What is shown: to whom, and which codes."""

    persona: str
    select: tuple[str, ...] = ()
    """Beginnings of codes; all if there are none."""
    ignore: tuple[str, ...] = ()

    def of(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that are shown."""
        return [it for it in findings if self._is_asked_for(it) and not self._is_for_organizers(it)]

    def hidden(self, findings: Iterable[Finding]) -> int:
        """Return how many findings only organizers see."""
        return sum(self._is_asked_for(it) and self._is_for_organizers(it) for it in findings)

    def _is_asked_for(self, finding: Finding) -> bool:
        chosen = not self.select or finding.code.startswith(self.select)
        return chosen and not (self.ignore and finding.code.startswith(self.ignore))

    def _is_for_organizers(self, finding: Finding) -> bool:
        return self.persona == CONTESTANT and finding.rule.confidence == "review"


def choice_of(
    challenges: Challenges, persona: str, select: tuple[str, ...], ignore: tuple[str, ...]
) -> Choice:
    """Return what is shown. A usage error if no rule has a code that begins so."""
    known = set(rulebook.pages()) if select or ignore else set()
    for challenge in challenges.known() if known else ():
        known.update(pages_of(challenge, challenges.folder))
    for code in (*select, *ignore):
        if not any(it.startswith(code) for it in known):
            raise click.UsageError(f"no rule has a code {code}...; `micronet explain` lists all")
    return Choice(persona, select, ignore)


def hidden_line(hidden: int) -> Iterator[str]:
    """Say how many findings only organizers see, if there are any."""
    if hidden:
        yield f"{hidden:,} for review by the organizers, shown with --persona {ORGANIZER}"


def choice_options(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the options that make a `Choice`."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            _codes("--ignore", "Leave out codes that begin so, such as MN5 (repeatable)."),
            _codes("--select", "Only codes that begin so, such as MN3 or MN301 (repeatable)."),
            click.option(
                "--persona",
                type=click.Choice([CONTESTANT, ORGANIZER]),
                default=default,
                show_default=True,
                help="Organizers also see what is probable, not proven.",
            ),
        ):
            command = option(command)
        return command

    return decorate


def _codes(name: str, text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(name, multiple=True, metavar="CODE", callback=_split, help=text)


def _split(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    codes = tuple(code.strip().upper() for value in values for code in value.split(","))
    if not all(code.isalnum() for code in codes):
        raise click.BadParameter("a code, or a beginning of it, is letters and digits")
    return codes
