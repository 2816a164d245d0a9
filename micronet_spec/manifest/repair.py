"""Misspelt and unknown keys: reported, then mended or dropped, so that the rest can be checked."""

import copy
import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from micronet_spec.document import Document, Route
from micronet_spec.document.rewrite import Rewrite
from micronet_spec.finding import Finding, Fix, Label
from micronet_spec.manifest.entry import Manifest
from micronet_spec.manifest.places import owner, value_at
from micronet_spec.manifest.types import is_union_tag
from micronet_spec.manifest.walk import fields_at, names_a_key, siblings_with, union_field_at

_SIMILAR = 0.7
_ROUNDS = 8
"""A mended key may show others below it; the language is not deeper than this."""


@dataclass
class Repaired:
    """The values of a document with its keys mended, and the errors that are left."""

    values: Any
    manifest: Manifest | None = None
    """The manifest they are, if they are valid."""
    errors: list[ErrorDetails] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    renamed: dict[Route, Route] = field(default_factory=dict)
    """From a route in `values` to where it stands in the document."""

    def original(self, route: Route) -> Route:
        """Return where `route` of the mended values stands in the document."""
        return original(route, self.renamed)

    def current(self, route: Route) -> Route:
        """Return where `route` of the document stands in the mended values."""
        for new, old in self.renamed.items():
            if route[: len(old)] == old:
                return new + route[len(old) :]
        return route


def original(route: Route, renamed: dict[Route, Route]) -> Route:
    """Return where `route` of mended values stands in the document they come from."""
    for end in range(len(route), 0, -1):
        if route[:end] in renamed:
            return renamed[route[:end]] + route[end:]
    return route


@dataclass(frozen=True)
class _Key:
    """A key to rename to `name`, or to drop."""

    route: Route
    name: str | None
    help: str
    sure: bool = False
    """Whether no other name is close."""


def repair(document: Document) -> Repaired:
    """Return the values of `document` with every misspelt key mended and unknown key dropped."""
    repaired = Repaired(document.values)
    if posing := list(_posing(document.values, ())):
        repaired.values = copy.deepcopy(repaired.values)
        for route in posing:
            _mend(repaired, document, _Key(route, None, "remove it"))
    _validate(repaired)
    for _ in range(_ROUNDS):
        keys = [key for error in repaired.errors if (key := _wrong_key(repaired.values, error))]
        if not keys:
            break
        repaired.values = copy.deepcopy(repaired.values)
        # A misspelt key may say which others belong here, so keys are dropped after the last.
        for key in [key for key in keys if key.name] or keys:
            _mend(repaired, document, key)
        _validate(repaired)
    return repaired


def route_of(error: ErrorDetails) -> Route:
    """Return the route of the value that a pydantic error is about."""
    location = error["loc"][:-1] if names_a_key(error["loc"]) else error["loc"]
    return tuple(part for part in location if not is_union_tag(part))


def closest(word: str, candidates: list[str], similar: float = _SIMILAR) -> str | None:
    """Return the candidate that `word` is most likely meant to be."""
    return next(iter(difflib.get_close_matches(word, candidates, 1, similar)), None)


def did_you_mean(value: Any, candidates: list[str]) -> str:
    """Ask for the candidate that `value` is like; a hint may guess more freely than a repair."""
    similar = closest(value, candidates, 0.6) if isinstance(value, str) else None
    return f": did you mean `{similar}`?" if similar else ""


def _is_sure(word: str, candidates: list[str]) -> bool:
    """Tell whether `word` is close to one candidate alone."""
    return len(difflib.get_close_matches(word, candidates, 2, _SIMILAR)) == 1


def _validate(repaired: Repaired) -> None:
    try:
        repaired.manifest = Manifest.model_validate(repaired.values)
        repaired.errors = []
    except ValidationError as error:
        repaired.errors = error.errors(include_url=False)


def _posing(value: Any, route: Route) -> Iterator[Route]:
    """Yield every key that could be taken for the tag of a union; no key of the language could."""
    if isinstance(value, dict):
        for key, item in value.items():
            if is_union_tag(key):
                yield (*route, key)
            else:
                yield from _posing(item, (*route, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _posing(item, (*route, index))


def _wrong_key(values: Any, error: ErrorDetails) -> _Key | None:
    route = route_of(error)
    if error["type"] == "extra_forbidden":
        location, key = error["loc"][:-1], str(route[-1])
        mapping = value_at(values, route[:-1])
        allowed = fields_at(location)
        homes = " or ".join(siblings_with(location, key))
        free = [] if homes else [field for field in allowed if field not in mapping]
        if name := closest(key, free):
            return _Key(route, name, f"write `{name}`", sure=_is_sure(key, free))
        known = f"the keys here are: {', '.join(allowed)}"
        return _Key(route, None, f"`{key}` belongs to {homes}" if homes else known)
    if error["type"] == "union_tag_invalid" and (tag := union_field_at(error["loc"])):
        mapping = value_at(values, route)
        if isinstance(mapping, dict) and tag not in mapping:
            similar = closest(tag, [str(key) for key in mapping])
            return _Key((*route, similar), tag, f"write `{tag}`", sure=True) if similar else None
    return None


def _mend(repaired: Repaired, document: Document, key: _Key) -> None:
    parent, word = key.route[:-1], key.route[-1]
    mapping = value_at(repaired.values, parent)
    place = repaired.original(key.route)
    where = f" in {owner(repaired.values, parent)}" if parent else ""
    message = f"unknown key `{word}`{where}"
    if key.name is None:
        del mapping[word]
    else:
        message += f": did you mean `{key.name}`?"
        repaired.renamed[(*parent, key.name)] = place
        mapping[key.name] = mapping.pop(word)
    label = Label(document, place, "unknown", key=True)
    node = document.nodes.get(place)
    fix = None
    if key.name is not None and node and node.key:
        fix = Fix((Rewrite(*node.key, key.name),), safe=key.sure)
    repaired.findings.append(Finding("MN101", message, label, help=key.help, fix=fix))
