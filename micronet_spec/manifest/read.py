"""A document read as a manifest: every error at once, and whatever is valid kept.

A mistake in one place must not hide those in others. So a misspelt key is taken for the key it
means (`repair.py`), a layer that is not valid stands as `Broken` among the others, and a section
that is not valid is left out; rules say which sections they need.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter
from pydantic_core import ErrorDetails

from micronet_spec.document import Document, Route, within
from micronet_spec.finding import Finding, Label
from micronet_spec.manifest.entry import Manifest
from micronet_spec.manifest.errors import describe, explain, one_of, tags
from micronet_spec.manifest.layers import Layer
from micronet_spec.manifest.op_names import unknown_op
from micronet_spec.manifest.places import (
    LAYERS,
    in_a_layer,
    layer_name,
    mapping_label,
    owner,
    subject,
    value_at,
)
from micronet_spec.manifest.repair import Repaired, did_you_mean, original, repair, route_of
from micronet_spec.manifest.walk import names_a_key, union_field_at


@dataclass(frozen=True)
class Broken:
    """A layer that is not valid; what reads it cannot be checked."""

    name: str | None


@dataclass(frozen=True)
class Reading:
    """A manifest as far as it is valid."""

    document: Document
    manifest: Manifest
    """Only the sections not in `broken` may be used."""
    layers: tuple[Layer | Broken, ...]
    """The layers in their order in the file; empty if the network as a whole is not valid."""
    broken: frozenset[str]
    """Top-level keys that are not valid, or missing although required; `layers` if any is."""
    findings: tuple[Finding, ...]
    renamed: dict[Route, Route] = field(default_factory=dict)
    """Where the values under a mended key stand in the document."""

    def original(self, route: Route) -> Route:
        """Return where a value of the manifest stands in the document."""
        return original(route, self.renamed)


def read(document: Document) -> Reading:
    """Read `document` as a manifest. Never raises for what it says."""
    findings = [
        Finding(
            problem.code,
            problem.message,
            Label(document, problem.span),
            tuple(Label(document, span, text) for span, text in problem.related),
        )
        for problem in document.problems
    ]
    if not isinstance(document.values, dict):
        if not findings:
            found = describe(document.values)
            message = f"a manifest is a mapping of keys to values, found {found}"
            findings.append(Finding("MN103", message, Label(document, ())))
        every = frozenset((*Manifest.model_fields, "layers"))
        nothing: dict[str, Any] = {}
        return Reading(document, Manifest.model_construct(**nothing), (), every, tuple(findings))
    lost = {problem.route for problem in document.problems if problem.route}
    empty = [route for route in _empty(document.values, ()) if route not in lost]
    findings += [_no_value(document, route) for route in empty]
    lost.update(empty)
    repaired = repair(document)
    findings += repaired.findings
    if repaired.manifest and not lost:
        if isinstance(repaired.manifest.model, str):
            return _unpublished(document, repaired.manifest, findings, repaired.renamed)
        layers = repaired.manifest.model.layers
        return Reading(
            document,
            repaired.manifest,
            layers,
            frozenset(),
            tuple(findings),
            repaired.renamed,
        )
    findings += [_finding(document, repaired, error) for error in _causes(repaired, lost)]
    invalid = {route_of(error) for error in repaired.errors}
    invalid |= {repaired.current(route) for route in lost}
    reading = _salvage(document, repaired.values, invalid, findings)
    return replace(reading, renamed=repaired.renamed)


def _causes(repaired: Repaired, lost: set[Route]) -> Iterator[ErrorDetails]:
    """Yield the errors that do not only follow from a value that is lost or another error."""
    above = {error["loc"][:end] for error in repaired.errors for end in range(len(error["loc"]))}
    short: set[Route] = set()
    for error in repaired.errors:
        route = route_of(error)
        tag = union_field_at(error["loc"]) if error["type"] == "union_tag_invalid" else None
        if within(repaired.original((*route, tag) if tag else route), lost):
            continue
        # pydantic counts only the valid items of a list.
        if error["type"] == "too_short" and error["loc"] in above:
            continue
        # Of a list that is too short every missing item is an error; the first says so.
        if error["type"] == "missing" and isinstance(route[-1], int):
            if route[:-1] in short:
                continue
            short.add(route[:-1])
        yield error


def _unpublished(
    document: Document, manifest: Manifest, findings: list[Finding], renamed: dict[Route, Route]
) -> Reading:
    nothing = frozenset({"model", "layers"})
    return Reading(document, manifest, (), nothing, tuple(findings), renamed)


def _no_value(document: Document, route: Route) -> Finding:
    message = f"{subject(document.values, route)} has no value"
    return Finding("MN109", message, Label(document, route, key=True))


def _finding(document: Document, repaired: Repaired, error: ErrorDetails) -> Finding:
    """Return the finding for an error that is not about an unknown key."""
    route, values = route_of(error), repaired.values
    if error["type"] == "missing" and isinstance(route[-1], int):
        parent = route[:-1]
        found = len(value_at(values, parent))
        message = f"{subject(values, parent)}: expected a longer list, found {found} items"
        return Finding("MN104", message, Label(document, repaired.original(parent)))
    if error["type"] == "missing":
        parent = route[:-1]
        where = f" in {owner(values, parent)}" if parent else ""
        message = f"the key `{route[-1]}` is missing{where}"
        return Finding("MN102", message, mapping_label(document, repaired.original(parent)))
    if error["type"] == "union_tag_invalid" and (field := union_field_at(error["loc"])):
        return _wrong_tag(document, repaired, route, field, tags(error))
    of_a_key = names_a_key(error["loc"])
    value = route[-1] if of_a_key else value_at(values, route)
    code, message = explain(error, value)
    quoted = error["type"] == "int_type" and isinstance(value, str) and value.isdigit()
    return Finding(
        code,
        f"{subject(values, route)}: {message}" if route else message,
        Label(document, repaired.original(route), key=of_a_key),
        help="remove the quotes" if quoted else "",
    )


def _wrong_tag(
    document: Document, repaired: Repaired, route: Route, field: str, known: list[str]
) -> Finding:
    """Return the finding for a mapping whose `field` says none of the `known` words."""
    value = value_at(repaired.values, (*route, field))
    choice = one_of(field, known)
    if value is None:
        message = f"the key `{field}` is missing in {owner(repaired.values, route)}"
        label = mapping_label(document, repaired.original(route))
        return Finding("MN102", message, label, help=choice)
    place = repaired.original((*route, field))
    if field == "op":
        return unknown_op(document, place, value, known)
    found = f"found {describe(value)}{did_you_mean(value, known)}"
    return Finding("MN104", f"unknown {field}, {found}", Label(document, place), help=choice)


def _salvage(
    document: Document, values: Any, invalid: set[Route], findings: list[Finding]
) -> Reading:
    """Build what is valid: `invalid` are the routes of what is not."""
    bad = {route[len(LAYERS)] for route in invalid if in_a_layer(route)}
    broken = {str(route[0]) for route in invalid if route and not in_a_layer(route)}
    parts = {
        name: _section(name).validate_python(values[name])
        for name in Manifest.model_fields
        if name in values and name not in broken and name != "model"
    }
    layers: tuple[Layer | Broken, ...] = ()
    if "model" not in broken and isinstance(values["model"], str):
        parts["model"] = values["model"]
        broken.add("model")
    elif "model" not in broken:
        listed = values["model"]["layers"]
        layers = tuple(
            Broken(layer_name(value)) if index in bad else _layer().validate_python(value)
            for index, value in enumerate(listed)
        )
        valid = [value for index, value in enumerate(listed) if index not in bad]
        if valid:
            network = {**values["model"], "layers": valid}
            parts["model"] = _section("model").validate_python(network)
        else:
            broken.add("model")
    if bad or "model" in broken:
        broken.add("layers")
    return Reading(
        document,
        Manifest.model_construct(**parts),
        layers,
        frozenset(broken),
        tuple(findings),
    )


@cache
def _section(name: str) -> TypeAdapter[Any]:
    field = Manifest.model_fields[name]
    annotation: Any = Annotated[field.annotation, field]
    return TypeAdapter(annotation)


@cache
def _layer() -> TypeAdapter[Layer]:
    return TypeAdapter(Layer)


def _empty(values: dict[str, Any] | list[Any], route: Route) -> Iterator[Route]:
    items = values.items() if isinstance(values, dict) else enumerate(values)
    for part, item in items:
        if item is None:
            yield (*route, part)
        elif isinstance(item, (dict, list)):
            yield from _empty(item, (*route, part))
