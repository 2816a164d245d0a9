"""What stands at the places of a finding, by names that stay when lines move."""

import hashlib
import json
from typing import Any

from micronet_spec.document import Span
from micronet_spec.finding import Content, Label
from micronet_spec.manifest.places import LAYERS, in_a_layer, layer_name, value_at


def content_of(label: Label) -> Content:
    """Return what stands at a label: of a place in a layer, the whole layer."""
    if label.content:
        return label.content
    document, place = label.document, label.place
    if isinstance(place, Span):
        return Content(f"{document.path.name} line", (), None, _digest(_line(label)))
    keys = tuple(map(str, place))
    if in_a_layer(place) and document.values is not None:
        layer = value_at(document.values, place[: len(LAYERS) + 1])
        name = layer_name(layer) or ""
        return Content(f"{document.path.stem} layer {name}", keys, name, _digest(layer))
    name = f"{document.path.stem} {'.'.join(keys)}"
    # Of an entry among others an audit keeps the text.
    there = _line(label) if document.values is None else value_at(document.values, place)
    return Content(name, keys, None, _digest(there))


def _line(label: Label) -> str:
    span = label.span
    return label.document.lines[span.line - 1][span.column - 1 : span.end - 1]


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
