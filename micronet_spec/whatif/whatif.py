"""What if a manifest said something else: its values changed in memory, and counted again.

The file is not read again and its text stays as it is, so findings point at its lines and say
what was set there.
"""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from micronet_spec.challenge.editions import SPEC, Challenges
from micronet_spec.document import Document, Kept, Route
from micronet_spec.entry.entry import Entry, understand
from micronet_spec.finding import Finding, Label, Severity
from micronet_spec.manifest import read
from micronet_spec.manifest.places import value_at
from micronet_spec.rules import check
from micronet_spec.whatif.edit import Change, Edit, edit

_ABOUT_CLAIMS = "MN4"
"""What an entrant claims is about the entry as it is, not about what it could be."""


@dataclass(frozen=True)
class WhatIf:
    """An entry before and after its manifest was changed."""

    before: Entry
    after: Entry
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]
    """Every finding about the changed manifest."""
    errors: tuple[Finding, ...]
    """The errors among them that the changes caused."""


def what_if(
    entry: Entry,
    findings: Sequence[Finding],
    changes: Sequence[Change],
    challenges: Challenges = SPEC,
) -> WhatIf:
    """Return `entry`, which has `findings`, as it would be with `changes` made in their order.

    Raises `ChangeError` or `AddressError` for a change of nothing.
    """
    document = entry.document
    if not isinstance(document.values, dict):
        return WhatIf(entry, entry, (), tuple(findings), ())
    values = copy.deepcopy(document.values)
    edits = tuple(edit(values, change) for change in changes)
    nodes = _nodes(document, values, edits)
    reading = read(replace(document, values=values, nodes=nodes))
    after = understand(reading, entry.claims_file, challenges)
    texts = {route: made.change.text for made in edits for route in made.routes}
    found = tuple(_labelled(finding, texts) for finding in check(after))
    known = {(finding.code, finding.message) for finding in findings}
    caused = (f for f in found if (f.code, f.message) not in known)
    errors = (f for f in caused if f.rule.severity is Severity.ERROR)
    errors = (f for f in errors if not f.code.startswith(_ABOUT_CLAIMS))
    return WhatIf(entry, after, edits, found, tuple(errors))


def _nodes(document: Document, values: Any, edits: Sequence[Edit]) -> dict[Route, Kept]:
    """Return the nodes of `document`, with those of new values at what they belong to."""
    nodes = dict(document.nodes)
    for route in (route for made in edits for route in made.routes):
        near = route
        while near not in document.nodes:
            near = near[:-1]
        if near != route and (*near, "name") in document.nodes:
            near = (*near, "name")
        for new in _routes(value_at(values, route), route):
            nodes.setdefault(new, document.nodes[near])
    return nodes


def _routes(value: Any, route: Route) -> Iterator[Route]:
    """Yield `route`, and that of everything in the `value` there."""
    yield route
    if isinstance(value, dict | list):
        for part, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _routes(item, (*route, part))


def _labelled(finding: Finding, texts: dict[Route, str]) -> Finding:
    """Say at every place of `finding` that was changed what was set there."""
    related = tuple(_label(label, texts) for label in finding.related)
    return replace(finding, primary=_label(finding.primary, texts), related=related)


def _label(label: Label, texts: dict[Route, str]) -> Label:
    if not isinstance(label.place, tuple):
        return label
    for end in range(len(label.place), 0, -1):
        if text := texts.get(label.place[:end]):
            return replace(label, text=f"{label.text} (set {text})".lstrip())
    return label
