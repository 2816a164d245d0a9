"""The reference of the language as a page, from its models and from examples that are counted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from inspect import getdoc, getmodule
from pathlib import Path
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel

from micronet_spec.data import folder
from micronet_spec.document import parse
from micronet_spec.entry.entry import Entry, understand
from micronet_spec.manifest import entry as manifests
from micronet_spec.manifest import read, tensors
from micronet_spec.manifest.docs import field_docs
from micronet_spec.manifest.entry import Manifest
from micronet_spec.manifest.layers import Layer, LayerBase
from micronet_spec.report.tables import number
from micronet_spec.report.type_words import anchor, default_of, spaced, words_of
from micronet_spec.score import LayerCost
from micronet_spec.score.items import Arithmetic, Stored
from micronet_spec.score.precision import BUILT_IN

_Model = type[BaseModel]
_MOST_NAMES = 2
"""So many ops of one model stand in its heading."""

_ENTRY: tuple[_Model, ...] = (
    Manifest,
    manifests.Team,
    manifests.Member,
    manifests.Repository,
    manifests.Checkpoint,
    manifests.Training,
    manifests.Origin,
    manifests.Policy,
    manifests.Method,
    manifests.Quality,
    manifests.Predictions,
    manifests.Claims,
    manifests.Figure,
)
_NETWORK: tuple[_Model, ...] = (
    manifests.Network,
    manifests.NonzeroTotal,
    manifests.PublishedTotal,
    manifests.Addend,
)
_NUMERICS: tuple[_Model, ...] = (manifests.Numerics, manifests.Defaults)
_FRAME = "_frame"
"""The rest of the manifest of every example."""
_HEAD = """\
# The language of a manifest

An entry is one YAML manifest. This page is made from the models that read it, by
`micronet reference`; the items below every example were counted when it was made. A fragment shows
`numerics` and `model`; the rest of its manifest does not matter.

Numbers are exact: a width, a share or a mean may be written as a decimal or as `7/16`. A key that
is not listed is an error. Operations per element stand in `spec/<challenge>/costs.yaml`, clauses
(S1, R2, ...) in `spec/<challenge>/clauses.yaml`, and what a finding (MN114, ...) means in
`spec/rules/`.
"""


@dataclass(frozen=True)
class Example:
    """A fragment of a manifest, and the entry it is part of."""

    name: str
    text: str
    entry: Entry


@cache
def examples() -> dict[str, Example]:
    """Return every example of `spec/examples`, counted."""
    found = {}
    frame, *paths = sorted((folder("spec") / "examples").glob("*.yaml"))
    assert frame.stem == _FRAME
    rest = frame.read_text(encoding="utf-8")
    for path in paths:
        text = path.read_text(encoding="utf-8")
        entry = understand(read(parse(rest + text, Path(path.name))))
        found[path.stem] = Example(path.stem, text, entry)
    return found


def operations() -> dict[_Model, tuple[str, ...]]:
    """Return the models of all layers in the order of the language, and the ops each stands for."""
    members = get_args(get_args(Layer)[0])
    return {model: get_args(model.model_fields["op"].annotation) for model in members}


def reference() -> str:
    """Return the reference as Markdown."""
    return "\n".join(line.rstrip() for line in _lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from _HEAD.splitlines()
    yield from _contents()
    yield from _chapter("The entry", _ENTRY)
    yield from _chapter("The network", _NETWORK)
    yield from _example(
        "select",
        "Sections of which one is executed (M2): operations are weighed, storage is not.",
    )
    yield from _example("unknown", "Counts that nobody published make an interval.")
    yield from _example("unstated", "A layer whose producer nobody described states what it reads.")
    yield from _chapter("Numerics", _NUMERICS)
    yield from _formats()
    yield from _tensors()
    yield from _layers()


def _contents() -> Iterator[str]:
    yield ""
    for title in ("The entry", "The network", "Numerics", "Number formats", "Stored tensors"):
        yield f"- {_link(title)}"
    yield f"- {_link('Counts of nonzeros')}"
    yield f"- {_link('Layers')}"
    for family, models in _families().items():
        ops = ", ".join(f"[`{op}`](#{anchor(_title(it, ops))})" for it, ops in models for op in ops)
        yield f"  - {_sentence(family).rstrip('.')}: {ops}"


def _chapter(title: str, models: Iterable[_Model]) -> Iterator[str]:
    yield from ("", f"## {title}")
    for model in models:
        yield from _section(model, spaced(model.__name__))


def _formats() -> Iterator[str]:
    known = ", ".join(f"`{name}`" for name in BUILT_IN)
    yield from ("", "## Number formats", "", f"Known without being declared: {known}.")
    for model in get_args(get_args(tensors.Format)[0]):
        [kind] = get_args(model.model_fields["kind"].annotation)
        yield from _section(model, f"kind: {kind}", hide="kind")
        yield from _example(f"format-{kind}")


def _tensors() -> Iterator[str]:
    yield from ("", "## Stored tensors")
    yield from ("", "The storage form is declared, never chosen by the counter (R10).")
    yield from _section(tensors.TensorBase, "Any tensor")
    for model in get_args(get_args(tensors.Tensor)[0]):
        [form] = get_args(model.model_fields["store"].annotation)
        yield from _section(model, f"store: {form}", hide="store", parent=tensors.TensorBase)
        yield from _example(f"store-{form}")
    for model in (tensors.Bias, tensors.Shift, tensors.Vector):
        yield from _section(model, model.__name__)
    yield from _section(tensors.Extra, "Extra")
    yield from ("", "## Counts of nonzeros", "")
    yield "One count for the tensor, a list of one per output channel, `unknown`, or one of these."
    yield "A count for the whole tensor is read as spread evenly over the channels, so that none is"
    yield "empty that need not be (R2). Where a count is not known, neither are the channels: the"
    yield "interval of the score holds every network that the manifest can mean."
    for model in (tensors.PerChannel, tensors.Sidecar, tensors.Nominal, tensors.Between):
        yield from _section(model, spaced(model.__name__))


def _layers() -> Iterator[str]:
    yield from ("", "## Layers")
    yield from _section(LayerBase, "Any layer")
    for family, models in _families().items():
        yield from ("", f"## {_sentence(family).rstrip('.')}")
        further = family.partition(". ")[2]
        if further:
            yield from ("", further)
        for model, ops in models:
            yield from _section(model, _title(model, ops), hide="op", parent=LayerBase)
            if len(ops) > _MOST_NAMES:
                yield from ("", f"Ops: {', '.join(f'`{op}`' for op in ops)}.")
            for inner in _own_models(model):
                yield from _section(inner, spaced(inner.__name__), level=4)
            yield from _example(ops[0])


def _families() -> dict[str, list[tuple[_Model, tuple[str, ...]]]]:
    families: dict[str, list[tuple[_Model, tuple[str, ...]]]] = {}
    for model, ops in operations().items():
        families.setdefault(getdoc(getmodule(model)) or "", []).append((model, ops))
    return families


def _section(
    model: _Model, title: str, *, hide: str = "", parent: _Model | None = None, level: int = 3
) -> Iterator[str]:
    """Yield a model: what it is, and its own keys."""
    yield from ("", f"{'#' * level} {title}", "")
    yield from (getdoc(model) or "").splitlines()
    inherited = {} if parent is None else parent.model_fields
    fields = {
        key: field
        for key, field in model.model_fields.items()
        if key not in inherited and key != hide
    }
    if not fields:
        return
    hints, docs = get_type_hints(model, include_extras=True), field_docs(model)
    yield from ("", "| key | value | default | |", "|---|---|---|---|")
    for key, field in fields.items():
        cells = (
            f"`{field.alias or key}`",
            words_of(hints[key]),
            default_of(field),
            _flat(docs.get(key, "")),
        )
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _own_models(model: _Model) -> Iterator[_Model]:
    """Yield the models of a layer's fields that are declared beside it."""
    for hint in get_type_hints(model, include_extras=True).values():
        yield from (it for it in _models_in(hint) if it.__module__ == model.__module__)


def _models_in(annotation: Any) -> Iterator[_Model]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _example(name: str, lead: str = "") -> Iterator[str]:
    """Yield an example as YAML, and every item it lowers to."""
    example = examples()[name]
    entry = example.entry
    if not (entry.cost and entry.high_cost and entry.score):
        raise ValueError(f"the example {name}.yaml cannot be counted")
    yield from ("", lead or "For example:", "", "```yaml", *example.text.splitlines(), "```", "")
    if not entry.exact:
        yield from _interval(entry)
        return
    rows = [row for layer in entry.cost.layers for row in _items(layer)]
    if not rows:
        yield "It stores nothing and computes nothing."
        return
    yield "| layer | item | formula | here | count | bits | clauses |"
    yield "|---|---|---|---|---:|---:|---|"
    yield from rows
    free = [layer.name for layer in entry.cost.layers if not (layer.stored or layer.arithmetic)]
    if free:
        yield from ("", f"Free: {', '.join(f'`{name}`' for name in free)}.")


def _items(layer: LayerCost) -> Iterator[str]:
    items: list[Stored | Arithmetic] = [*layer.stored, *layer.arithmetic]
    for item in items:
        kind = item.kind if isinstance(item, Arithmetic) else "store"
        yield "| {} |".format(
            " | ".join(
                (
                    f"`{layer.name}`",
                    f"{kind}: {item.what}",
                    " × ".join(name for _, name in item.factors),  # noqa: RUF001 - a product
                    " × ".join(number(factor) for factor, _ in item.factors),  # noqa: RUF001
                    number(item.count),
                    number(item.bits),
                    " ".join(item.clauses),
                )
            )
        )


def _interval(entry: Entry) -> Iterator[str]:
    """Yield the least and the most that every layer stores and computes."""
    assert entry.cost
    assert entry.high_cost
    yield "| layer | stored bits, least | most | op bits, least | most |"
    yield "|---|---:|---:|---:|---:|"
    for low, high in zip(entry.cost.layers, entry.high_cost.layers, strict=True):
        bits = (low.stored_bits, high.stored_bits, low.op_bits, high.op_bits)
        yield f"| `{low.name}` | {' | '.join(number(it) for it in bits)} |"


def _title(model: _Model, ops: Sequence[str]) -> str:
    return ", ".join(ops) if len(ops) <= _MOST_NAMES else spaced(model.__name__)


def _link(title: str) -> str:
    return f"[{title}](#{anchor(title)})"


def _sentence(text: str) -> str:
    return _flat(text).partition(". ")[0]


def _flat(text: str) -> str:
    return " ".join(text.split())
