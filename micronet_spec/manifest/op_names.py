"""Ops as other programs call them: `spec/op-names.yaml`."""

import re
from functools import cache, lru_cache
from typing import Any

from micronet_spec import data
from micronet_spec.document import Document, Route, load
from micronet_spec.document.rewrite import Rewrite
from micronet_spec.finding import Finding, Fix, Label
from micronet_spec.manifest.errors import describe, one_of
from micronet_spec.manifest.repair import did_you_mean

_BETWEEN = re.compile(r"[\s-]+")


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """Return a word as the tables have it: in small letters, `_` between its parts."""
    return _BETWEEN.sub("_", text.strip().lower())


def same_op(text: str) -> str | None:
    """Return the op of the language that `text` is another word for."""
    return _table("same").get(plain(text))


def why_nothing(text: str) -> str | None:
    """Return why an op is no step of inference that anybody counts, if it is none."""
    return _table("nothing").get(plain(text))


def instead_of(text: str) -> str | None:
    """Return what to write for an op that the language does not have, if that is known."""
    if why := why_nothing(text):
        return f"leave it out: {why}"
    return _table("instead").get(plain(text))


def unknown_op(document: Document, route: Route, value: Any, known: list[str]) -> Finding:
    """Return the finding for the op at `route`, which is not `known` by this word."""
    label = Label(document, route)
    message = f"unknown op, found {describe(value)}"
    word = value if isinstance(value, str) else ""
    if advice := instead_of(word):
        return Finding("MN105", message, label, help=advice)
    if same := plain(word) if plain(word) in known else same_op(word):
        fix = Fix((Rewrite(*document.nodes[route].value, same),))
        message += f": that is `{same}` here"
        return Finding("MN105", message, label, help=f"write `{same}`", fix=fix)
    return Finding("MN105", message + did_you_mean(value, known), label, help=one_of("op", known))


@cache
def _table(name: str) -> dict[str, str]:
    values = load(data.folder("spec") / "op-names.yaml").values
    assert isinstance(values, dict)
    table = values[name]
    if name == "same":
        return {word: op for op, words in table.items() for word in words}
    return dict(table)
