"""Code, licence, checkpoint and dates (E5, E6)."""

from collections.abc import Iterator

from micronet_spec.dates import beginning
from micronet_spec.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.rules.rule import check

_UNKNOWN = "unknown"


@check("repository")
def repository(entry: Entry) -> Iterator[Finding]:
    """MN501, MN502, MN506, MN507: no repository, or not under the challenge's licence."""
    declared = entry.manifest.repository
    wanted = entry.challenge.license if entry.challenge else None
    if declared is None:
        fix = f"add `repository: {{url: ..., license: {wanted}}}`" if wanted else ""
        yield Finding("MN501", "no repository is named", entry.at("repository", key=True), help=fix)
    elif declared.license is None:
        label = entry.at("repository", key=True)
        fix = f"add `license: {wanted}` to the repository" if wanted else ""
        yield Finding("MN502", "no licence is named for the repository", label, help=fix)
    elif declared.license.lower() == _UNKNOWN:
        message = "the licence of the repository is not known"
        yield Finding("MN507", message, entry.at("repository", "license"))
    elif wanted and declared.license != wanted:
        message = f"the licence is {declared.license}, not {wanted}"
        fix = f"publish the entry under the {wanted} licence"
        yield Finding("MN506", message, entry.at("repository", "license"), help=fix)


@check("checkpoint")
def checkpoint(entry: Entry) -> Iterator[Finding]:
    """MN503, MN509: no checkpoint, or nobody knows which."""
    if entry.manifest.checkpoint is None:
        yield Finding("MN503", "no checkpoint is named", entry.at("checkpoint", key=True))
    elif entry.manifest.checkpoint == _UNKNOWN:
        yield Finding("MN509", "the checkpoint is not known", entry.at("checkpoint"))


@check("submitted", "challenge")
def dates(entry: Entry) -> Iterator[Finding]:
    """MN504, MN505, MN508: after the deadline, before the opening, or on no day at all.

    A date without time is a day where the deadline is.
    """
    assert entry.challenge
    text, deadline, opens = (
        entry.manifest.submitted,
        entry.challenge.deadline,
        entry.challenge.opens,
    )
    instant = beginning(text, deadline.tzinfo)
    if instant is None:
        yield Finding("MN505", f"there is no {text}", entry.at("submitted"))
    elif instant >= deadline:
        message = f"submitted on {text}; the deadline was before {deadline.isoformat()}"
        yield Finding("MN504", message, entry.at("submitted"))
    elif instant < opens:
        message = f"submitted on {text}, before the challenge opened at {opens.isoformat()}"
        yield Finding("MN508", message, entry.at("submitted"))
