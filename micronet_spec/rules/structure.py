"""The manifest as a whole: does what it names exist, does the network hold together."""

import difflib
from collections.abc import Iterator

from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding
from micronet_spec.graph import Graph
from micronet_spec.manifest.layers import Quantize
from micronet_spec.manifest.read import Broken
from micronet_spec.methods import vocabulary
from micronet_spec.rules.registry import check
from micronet_spec.score.precision import BUILT_IN, codebooks_of_codes, format_places, formats

_MOST_HINTS = 20
"""Comparing every wrong name with every right one would take long where all are wrong."""


@check
def unknown_challenge(entry: Entry) -> Iterator[Finding]:
    """MN106: there is no such challenge."""
    if "challenge" not in entry.reading.broken and entry.challenge is None:
        name, known = entry.manifest.challenge, entry.challenges.known()
        yield _unknown("MN106", entry, "challenge", name, known)


@check
def unknown_task(entry: Entry) -> Iterator[Finding]:
    """MN107: the challenge has no such task."""
    if "task" not in entry.reading.broken and entry.task is None and entry.challenge:
        yield _unknown("MN107", entry, "task", entry.manifest.task, list(entry.challenge.tasks))


@check
def unknown_format(entry: Entry) -> Iterator[Finding]:
    """MN108: a format that is not declared, or that no codebook can hold."""
    if entry.cost:  # What was counted names no such format.
        return
    numerics = entry.manifest.numerics
    declared = formats(numerics)
    unknown = 0
    for route, name in format_places(numerics, entry.reading.layers):
        if name not in declared:
            unknown += 1
            hint = _hint(name, list(declared)) if unknown <= _MOST_HINTS else ""
            message = f"the format `{name}` is not declared{hint}"
            fix = f"declare it under numerics.formats, or use one of: {', '.join(declared)}"
            yield Finding("MN108", message, entry.at(*route), help=fix)
    for route, name in codebooks_of_codes(numerics):
        message = f"the values of a codebook are integers or floats, not `{name}`"
        fix = "name a format of kind integer or float"
        yield Finding("MN108", message, entry.at(*route), help=fix)


@check
def contradicted_format(entry: Entry) -> Iterator[Finding]:
    """MN120: a format that means something else already."""
    for name in entry.manifest.numerics.formats:
        if name in BUILT_IN:
            label = entry.at("numerics", "formats", name, key=True)
            yield Finding("MN120", f"`{name}` is known and cannot mean anything else", label)
    for index, layer in enumerate(entry.reading.layers):
        if isinstance(layer, Quantize) and layer.writes not in {None, layer.to}:
            message = f"`{layer.name}` converts to {layer.to} and cannot write {layer.writes}"
            yield Finding("MN120", message, entry.layer(index, "writes"))


@check
def unknown_section(entry: Entry) -> Iterator[Finding]:
    """MN118: a section that nobody declared."""
    model = entry.manifest.network
    for index, layer in enumerate(entry.reading.layers):
        name = layer.section if not isinstance(layer, Broken) else None
        if name is not None and name not in model.sections:
            message = f"no section `{name}`{_hint(name, list(model.sections))}"
            yield Finding("MN118", message, entry.layer(index, "section"))
    for place, choice in enumerate(model.one_of):
        for name in choice:
            if name not in model.sections:
                label = entry.at("model", "one_of", place)
                yield Finding("MN118", f"no section `{name}`", label)


@check
def wrong_executions(entry: Entry) -> Iterator[Finding]:
    """MN119: sections of which one is executed, and whose executions do not sum to one."""
    model = entry.manifest.network
    for place, choice in enumerate(model.one_of):
        total = sum(model.sections.get(name, 0) for name in choice)
        if total != 1 and set(choice) <= model.sections.keys():
            message = f"the executions of {', '.join(choice)} sum to {total}, not to 1"
            yield Finding("MN119", message, entry.at("model", "one_of", place))


@check
def unknown_method(entry: Entry) -> Iterator[Finding]:
    """MN122: a framework or a technique that is in no vocabulary."""
    method = entry.manifest.method
    if method is None:
        return
    words = vocabulary()
    stated = [
        *(("framework", ("framework",), word) for word in [method.framework] if word),
        *(("technique", ("techniques", n), word) for n, word in enumerate(method.techniques)),
    ]
    for noun, route, word in stated:
        known = words[f"{noun}s"]
        if word not in known:
            message = f"there is no word `{word}`{_hint(word, list(known))}"
            help_text = f"one of: {', '.join(known)}"
            yield Finding("MN122", message, entry.at("method", *route), help=help_text)


def unknown_layers(entry: Entry, graph: Graph) -> Iterator[Finding]:
    """Yield MN112 for the layers of totals that do not exist."""
    names = {node.layer.name for node in graph.nodes}
    model = entry.manifest.network
    places = [
        *((("nonzero_totals", n), it.layers) for n, it in enumerate(model.nonzero_totals)),
        *(
            (("published_totals", n, "sum", m), it.layers)
            for n, total in enumerate(model.published_totals)
            for m, it in enumerate(total.sum)
        ),
    ]
    for route, layers in places:
        for name in layers:
            if name not in names:
                label = entry.at("model", *route, "layers")
                yield Finding("MN112", f"no layer `{name}`", label)


def _unknown(code: str, entry: Entry, key: str, value: str, existing: list[str]) -> Finding:
    message = f"there is no {key} `{value}`{_hint(value, existing)}"
    return Finding(code, message, entry.at(key), help=f"one of: {', '.join(existing)}")


def _hint(word: str, candidates: list[str]) -> str:
    close = difflib.get_close_matches(word, candidates, 1)
    return f": did you mean `{close[0]}`?" if close else ""
