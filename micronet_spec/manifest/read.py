"""A document read as a manifest: every error at once, and whatever is valid kept.

A mistake in one place must not hide those in others. So a misspelt key is taken for the key it
means, a layer that is not valid stands as `Broken` among the others, and a section that is not
valid is left out; rules say which sections they need.
"""

import copy
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from micronet_spec.document import Document, Route, within
from micronet_spec.finding import Finding, Label
from micronet_spec.manifest.entry import Manifest, Network
from micronet_spec.manifest.errors import describe, explain, tags
from micronet_spec.manifest.layers import Layer
from micronet_spec.manifest.types import is_union_tag
from micronet_spec.manifest.walk import fields_at, union_field_at

_SIMILAR = 0.6
_ROUNDS = 8


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
    """Top-level keys whose value is missing although required, or not valid."""
    findings: tuple[Finding, ...]


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
            message = f"a manifest is a mapping of keys to values, found {describe(document.values)}"
            findings.append(Finding("MN103", message, Label(document, ())))
        every = frozenset(Manifest.model_fields)
        return Reading(document, Manifest.model_construct(), (), every, tuple(findings))
    return _Reader(document, findings).read()


class _Reader:
    def __init__(self, document: Document, findings: list[Finding]) -> None:
        self.document = document
        self.findings = findings
        self.values = document.values
        self.lost = {problem.route for problem in document.problems if problem.route}
        self.renamed: dict[Route, Route] = {}

    def read(self) -> Reading:
        self.find_empty()
        errors = self.validate()
        for _ in range(_ROUNDS):
            repairs = [repair for error in errors if (repair := self.repair(error))]
            if not repairs:
                break
            self.values = copy.deepcopy(self.values)
            for repair in repairs:
                self.apply(*repair)
            errors = self.validate()
        for error in errors:
            self.report(error)
        invalid = {_route(error) for error in errors}
        return self.salvage(invalid | {self.current(route) for route in self.lost})

    def validate(self) -> list[ErrorDetails]:
        try:
            Manifest.model_validate(self.values)
        except ValidationError as error:
            return error.errors(include_url=False)
        return []

    def find_empty(self) -> None:
        for route in _empty(self.document.values, ()):
            if route not in self.lost:
                name = f"`{route[-1]}`" if isinstance(route[-1], str) else "this item"
                label = Label(self.document, route, key=True)
                self.findings.append(Finding("MN109", f"{name} has no value", label))
                self.lost.add(route)

    def repair(self, error: ErrorDetails) -> tuple[Route, str | None] | None:
        """Return the route of a key to rename or, without a new name, to drop; None if neither."""
        route = _route(error)
        if error["type"] == "extra_forbidden":
            mapping = _at(self.values, route[:-1])
            allowed = fields_at(error["loc"][:-1])
            free = [name for name in allowed if name not in mapping]
            return route, _closest(str(route[-1]), free)
        if error["type"] == "union_tag_invalid" and (field := union_field_at(error["loc"])):
            mapping = _at(self.values, route)
            if isinstance(mapping, dict) and field not in mapping:
                similar = _closest(field, [str(key) for key in mapping])
                return ((*route, similar), field) if similar else None
        return None

    def apply(self, route: Route, name: str | None) -> None:
        mapping, key = _at(self.values, route[:-1]), route[-1]
        label = Label(self.document, self.original(route), "unknown", key=True)
        where = f" in {self.owner(route[:-1])}" if len(route) > 1 else ""
        message = f"unknown key `{key}`{where}"
        if name is None:
            allowed = ", ".join(fields_at(self.located(route[:-1])))
            fix = f"remove it; the keys here are: {allowed}"
            del mapping[key]
        else:
            message += f": did you mean `{name}`?"
            fix = f"write `{name}`"
            self.renamed[(*route[:-1], name)] = self.original(route)
            mapping[name] = mapping.pop(key)
        self.findings.append(Finding("MN101", message, label, help=fix))

    def report(self, error: ErrorDetails) -> None:
        route = _route(error)
        if within(self.original(route), self.lost):
            return
        value = _at(self.values, route)
        label = Label(self.document, self.original(route))
        if error["type"] == "missing":
            parent = route[:-1]
            message = f"the key `{route[-1]}` is missing"
            message += f" in {self.owner(parent)}" if parent else ""
            self.findings.append(Finding("MN102", message, self.place(parent)))
        elif error["type"] == "union_tag_invalid" and (field := union_field_at(error["loc"])):
            self.report_union(route, field, tags(error))
        else:
            code, message = explain(error, value)
            name = next((part for part in reversed(route) if isinstance(part, str)), "")
            quoted = error["type"] == "int_type" and isinstance(value, str) and value.isdigit()
            fix = "remove the quotes" if quoted else ""
            self.findings.append(Finding(code, f"`{name}`: {message}", label, help=fix))

    def report_union(self, route: Route, field: str, known: list[str]) -> None:
        owner = self.owner(route)
        value = _at(self.values, (*route, field))
        if value is None:
            message = f"the key `{field}` is missing in {owner}"
            fix = f"add `{field}`; it is one of: {', '.join(known)}"
            self.findings.append(Finding("MN102", message, self.place(route), help=fix))
            return
        similar = _closest(value, known) if isinstance(value, str) else None
        hint = f": did you mean `{similar}`?" if similar else ""
        message = f"unknown {field}, found {describe(value)}{hint}"
        code = "MN105" if field == "op" else "MN104"
        label = Label(self.document, self.original((*route, field)))
        fix = f"`{field}` is one of: {', '.join(known)}"
        self.findings.append(Finding(code, message, label, help=fix))

    def salvage(self, invalid: set[Route]) -> Reading:
        """Build what is valid: `invalid` are routes in the repaired values."""
        in_layers = {route for route in invalid if route[:2] == ("model", "layers") and len(route) > 2}  # noqa: PLR2004 - an item of model.layers
        broken = {str(route[0]) for route in invalid - in_layers}
        if in_layers:
            broken.add("layers")
        parts = {
            name: _adapter(name).validate_python(self.values[name])
            for name in Manifest.model_fields
            if name in self.values and name not in broken and name != "model"
        }
        layers: tuple[Layer | Broken, ...] = ()
        if "model" not in broken:
            bad = {route[2] for route in in_layers}
            layers = tuple(
                Broken(_name(value)) if index in bad else _layer_adapter().validate_python(value)
                for index, value in enumerate(self.values["model"]["layers"])
            )
            parts["model"] = Network.model_construct(
                input=tuple(self.values["model"]["input"]),
                layers=tuple(layer for layer in layers if not isinstance(layer, Broken)),
            )
        return Reading(
            self.document,
            Manifest.model_construct(**parts),
            layers,
            frozenset(broken),
            tuple(self.findings),
        )

    def original(self, route: Route) -> Route:
        """Return where `route` of the repaired values stands in the document."""
        for end in range(len(route), 0, -1):
            if route[:end] in self.renamed:
                return self.renamed[route[:end]] + route[end:]
        return route

    def current(self, route: Route) -> Route:
        """Return where `route` of the document stands in the repaired values."""
        for new, old in self.renamed.items():
            if route[: len(old)] == old:
                return new + route[len(old) :]
        return route

    def owner(self, route: Route) -> str:
        """Say what the mapping at `route` is: a layer by its name, else its key."""
        if route[:2] == ("model", "layers") and len(route) > 2:  # noqa: PLR2004 - an item of it
            name = _name(_at(self.values, route[:3]))
            layer = f"layer `{name}`" if name else f"layer {int(route[2]) + 1}"
            return layer if len(route) == 3 else f"`{route[-1]}` of {layer}"  # noqa: PLR2004
        return f"`{'.'.join(str(part) for part in route)}`"

    def place(self, route: Route) -> Label:
        """Point at a mapping: by the name in it if it has one, else by its key."""
        place = self.original(route)
        if (*place, "name") in self.document.nodes:
            return Label(self.document, (*place, "name"), "here")
        return Label(self.document, place, "here", key=True)

    def located(self, route: Route) -> tuple[str | int, ...]:
        """Return a pydantic location that leads to `route`, for `fields_at`."""
        location: list[str | int] = []
        for depth, segment in enumerate(route):
            location.append(segment)
            if union_field_at(tuple(location)):
                value = _at(self.values, route[: depth + 1])
                field = union_field_at(tuple(location))
                location.append(f"<{value.get(field)}>")
        return tuple(location)


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    field = Manifest.model_fields[name]
    return TypeAdapter(Annotated[field.annotation, field])


@cache
def _layer_adapter() -> TypeAdapter[Layer]:
    return TypeAdapter(Layer)


def _route(error: ErrorDetails) -> Route:
    return tuple(part for part in error["loc"] if not is_union_tag(part) and part != "[key]")


def _at(values: Any, route: Route) -> Any:
    for part in route:
        if isinstance(values, dict):
            values = values.get(part)
        elif isinstance(values, list) and isinstance(part, int) and part < len(values):
            values = values[part]
        else:
            return None
    return values


def _empty(value: Any, route: Route) -> Iterator[Route]:
    if value is None:
        yield route
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _empty(item, (*route, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _empty(item, (*route, index))


def _name(value: Any) -> str | None:
    name = value.get("name") if isinstance(value, dict) else None
    return name if isinstance(name, str) else None


def _closest(word: str, candidates: list[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, candidates, 1, _SIMILAR)), None)
