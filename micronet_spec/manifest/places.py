"""What to call a place of a manifest, and where to point for it."""

from typing import Any

from micronet_spec.document import Document, Route
from micronet_spec.finding import Label

LAYERS: Route = ("model", "layers")
_LAYER = len(LAYERS) + 1


def value_at(values: Any, route: Route) -> Any:
    """Return the value at `route`, or None if there is none."""
    for part in route:
        if isinstance(values, dict):
            values = values.get(part)
        elif isinstance(values, list) and isinstance(part, int) and part < len(values):
            values = values[part]
        else:
            return None
    return values


def in_a_layer(route: Route) -> bool:
    """Tell whether `route` is a layer, or lies in one."""
    return route[: len(LAYERS)] == LAYERS and len(route) >= _LAYER


def layer_name(value: Any) -> str | None:
    """Return the name of a layer that may not be valid otherwise."""
    name = value.get("name") if isinstance(value, dict) else None
    return name if isinstance(name, str) else None


def owner(values: Any, route: Route) -> str:
    """Say what the mapping at `route` is: a layer by its name, else its keys."""
    if not in_a_layer(route):
        return f"`{'.'.join(str(part) for part in route)}`"
    name = layer_name(value_at(values, route[:_LAYER]))
    layer = f"layer `{name}`" if name else f"layer {int(route[_LAYER - 1]) + 1}"
    return layer if len(route) == _LAYER else f"`{route[-1]}` of {layer}"


def subject(values: Any, route: Route) -> str:
    """Say what the value at `route` is."""
    if isinstance(route[-1], str):
        return f"`{route[-1]}`"
    if in_a_layer(route) and len(route) == _LAYER:
        return owner(values, route)
    return f"item {route[-1] + 1} of {owner(values, route[:-1])}"


def mapping_label(document: Document, route: Route) -> Label:
    """Point at a mapping: by the name in it if it has one, else by its key."""
    if (*route, "name") in document.nodes:
        return Label(document, (*route, "name"), "here")
    return Label(document, route, "here", key=True)
