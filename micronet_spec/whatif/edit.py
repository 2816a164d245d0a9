"""`PATH=VALUE`: parsed, and set in the values of a manifest.

`weight.bits` and `bias.bits` are not of the language: they mean that a tensor is read and stored
at so many bits. It is given a format like its own, of the same kind and sign, with those bits:
a tensor of `int4` at 3 bits names `int4-at-3`, which is declared for it.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from micronet_spec.document import Route, parse
from micronet_spec.manifest.entry import Manifest
from micronet_spec.manifest.places import in_a_layer, owner, value_at
from micronet_spec.manifest.repair import closest, route_of
from micronet_spec.manifest.walk import Location, fields_at, siblings_with
from micronet_spec.score.precision import BUILT_IN
from micronet_spec.whatif.address import AddressError, Steps, parse_address, resolve

_BITS, _FORMAT, _WEIGHT, _BIAS = "bits", "format", "weight", "bias"
_FORMATS: Route = ("numerics", "formats")
_WIDEST = 64


class ChangeError(ValueError):
    """A value that is none, or a key that is not of the language."""


@dataclass(frozen=True)
class Change:
    """One `PATH=VALUE`."""

    text: str
    steps: Steps
    value: Any


@dataclass(frozen=True)
class Edit:
    """A change that was made."""

    change: Change
    places: int
    """How many values the path led to."""
    routes: tuple[Route, ...]
    """Every value that is new."""


def parse_change(text: str) -> Change:
    """Parse `PATH=VALUE`, the value as YAML. Raises `ChangeError` or `AddressError`."""
    steps, rest = parse_address(text)
    if not rest.startswith("="):
        raise AddressError(f"`{text}`: expected `=` or more of the path at `{rest}`")
    return Change(text, steps, _parse_value(text, rest[1:].strip()))


def edit(values: Any, change: Change) -> Edit:
    """Set what `change` says in `values`, where its key is of the language.

    Raises `ChangeError` or `AddressError` if that is nowhere.
    """
    routes = resolve(values, change.steps)
    widths = {route: None for route in routes if _means_width(values, route)}
    plain = [route for route in routes if route not in widths]
    foreign = _put(values, plain, change.value)
    if len(foreign) == len(routes):
        raise ChangeError(_no_such_key(values, change, *next(iter(foreign.items()))))
    made = [route for route in plain if route not in foreign]
    new = [place for route in widths for place in _set_width(values, route, change.value)]
    return Edit(change, len(routes) - len(foreign), (*made, *new))


def _parse_value(text: str, value: str) -> Any:
    if not value:
        raise ChangeError(f"`{text}`: no value after `=`")
    if not value.isprintable():
        raise ChangeError(f"`{text}`: a character in the value that cannot be printed")
    document = parse(value)
    if document.problems:
        raise ChangeError(f"`{text}`: the value is refused: {document.problems[0].message}")
    if isinstance(document.values, dict | list) and value[0] not in "{[":
        raise ChangeError(f"`{text}`: write a mapping as {{...}}, a list as [...]")
    return document.values


def _put(values: Any, routes: list[Route], value: Any) -> dict[Route, Location]:
    """Set `value` at `routes`; return those whose key is not of the language and was left out."""
    added: set[Route] = set()
    for route in routes:
        parent = value_at(values, route[:-1])
        if isinstance(parent, dict) and route[-1] not in parent:
            added.add(route)
        parent[route[-1]] = copy.deepcopy(value)
    foreign = _foreign(values, added)
    for route in foreign:
        del value_at(values, route[:-1])[route[-1]]
    return foreign


def _foreign(values: Any, added: set[Route]) -> dict[Route, Location]:
    """Return which of the `added` keys are not of the language, and where the models say so."""
    if not added:
        return {}
    try:
        Manifest.model_validate(values)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)
        unknown = [e for e in errors if e["type"] == "extra_forbidden"]
        return {route: e["loc"] for e in unknown if (route := route_of(e)) in added}
    return {}


def _no_such_key(values: Any, change: Change, route: Route, location: Location) -> str:
    key, location = str(route[-1]), location[:-1]
    where = f" in {owner(values, route[:-1])}" if route[:-1] else ""
    message = f"`{change.text}`: no key `{key}`{where}"
    if name := closest(key, fields_at(location)):
        return f"{message}: did you mean `{name}`?"
    homes = " or ".join(siblings_with(location, key))
    return f"{message}: `{key}` belongs to {homes}" if homes else message


def _means_width(values: Any, route: Route) -> bool:
    """Tell whether `route` is the `bits` of a tensor, which has a format instead."""
    tensor = value_at(values, route[:-1])
    if route[-1] != _BITS or not in_a_layer(route) or not isinstance(tensor, dict):
        return False
    return _BITS not in tensor and (route[-2] in {_WEIGHT, _BIAS} or _FORMAT in tensor)


def _set_width(values: Any, route: Route, bits: Any) -> Iterable[Route]:
    """Declare a format like that of the tensor, of `bits` bits, and let the tensor name it.

    Where the format is not valid there is nothing to be like; its own finding says so.
    """
    tensor, layer = value_at(values, route[:-1]), value_at(values, route[:3])
    is_weight = route[-2] == _WEIGHT and layer.get("op") != "scale"
    default = value_at(values, ("numerics", "defaults", _WEIGHT if is_weight else "parameter"))
    name = tensor.get(_FORMAT, default or "float32")
    formats = value_at(values, _FORMATS) or {}
    declared = value_at(formats, (name,)) if isinstance(name, str) else None
    if declared is None and name in BUILT_IN:
        declared = BUILT_IN[name].model_dump(exclude_none=True)
    if not isinstance(declared, dict) or not _declarable(values):
        return ()
    like = {key: value for key, value in declared.items() if key != "stored_bits"}
    tensor[_FORMAT] = _declare(values, name, {**like, _BITS: bits})
    return (*route[:-1], _FORMAT), (*_FORMATS, tensor[_FORMAT])


def _declarable(values: Any) -> bool:
    numerics = values.setdefault("numerics", {})
    return isinstance(numerics, dict) and isinstance(numerics.setdefault("formats", {}), dict)


def _declare(values: Any, name: str, declared: dict[str, Any]) -> str:
    """Declare a format under a name made from `name` and its bits, and return that name."""
    formats, bits = value_at(values, _FORMATS), declared[_BITS]
    valid = isinstance(bits, int) and 0 < bits <= _WIDEST
    stem = f"{name[:48]}-at-{bits if valid else 'none'}"
    new, number = stem, 2
    while formats.setdefault(new, declared) != declared:
        new, number = f"{stem}-{number}", number + 1
    return new
