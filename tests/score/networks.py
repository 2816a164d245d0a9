"""Networks as a manifest says them, counted the way the program counts an entry."""

import json
from dataclasses import dataclass
from typing import Any

from micronet_spec.document import parse
from micronet_spec.entry.entry import Entry, understand
from micronet_spec.manifest import read
from micronet_spec.score import LayerCost, Score

Values = dict[str, Any]
"""A mapping as it stands in a manifest."""

_FRAME: Values = {
    "manifest": 1,
    "challenge": "micronet-2019",
    "task": "cifar100",
    "name": "a test",
    "submitted": "2019-10-01",
    "team": {"name": "Testers", "members": [{"name": "A. Tester"}]},
}


@dataclass(frozen=True)
class Counted:
    """A network that could be counted."""

    entry: Entry
    layers: dict[str, LayerCost]
    score: Score


def network(*layers: Values, shape: tuple[int, ...], numerics: Values | None = None) -> Values:
    """Return the sections of a manifest that a count depends on."""
    return {"numerics": numerics or {}, "model": {"input": list(shape), "layers": list(layers)}}


def understood(sections: Values) -> Entry:
    """Read the manifest that has `sections` and is valid otherwise."""
    entry = understand(read(parse(json.dumps(_FRAME | sections))))
    assert not entry.reading.findings, [finding.message for finding in entry.reading.findings]
    return entry


def count(sections: Values) -> Counted:
    """Count a network that is wired well and leaves nothing open."""
    entry = understood(sections)
    assert entry.graph
    assert entry.graph.complete, [flaw.message for flaw in entry.graph.flaws]
    assert entry.cost, "a format that is not declared"
    assert entry.score, [layer.message for layer in entry.cost.uncountable]
    return Counted(entry, {layer.name: layer for layer in entry.cost.layers}, entry.score)
