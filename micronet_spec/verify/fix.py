"""What was measured, or guessed, written into the manifest: changes of its text alone."""

from collections.abc import Iterator
from typing import Any

from micronet_spec.document import Document, Route
from micronet_spec.document.rewrite import NoPlaceError, Rewrite, put, put_before, rewritten
from micronet_spec.entry.entry import Entry
from micronet_spec.init.scalars import value
from micronet_spec.manifest.tensors import MaskedTensor, Nominal, PerChannel, TwoMaskTensor
from micronet_spec.verify.compare import Comparison
from micronet_spec.verify.mapping import Match
from micronet_spec.verify.measured import too_narrow
from micronet_spec.verify.widths import declared_format, widened

Values = list[tuple[Route, Any]]
"""Values, and where in a manifest they belong."""

_BEFORE = "model"
"""The section before which a checkpoint is written that the manifest does not have."""


def keys_found(comparison: Comparison) -> Values:
    """Return the keys that were guessed, and where they belong."""
    return [
        ((*_place(match), "tensor"), match.key)
        for match in comparison.mapping.guesses
        if not match.slot.folded
    ] + [
        (("model", "layers", match.slot.index, "fold", "tensors"), match.key.rpartition(".")[0])
        for match in _first_of_folds(comparison)
    ]


def measured_values(comparison: Comparison) -> Values:
    """Return what the file says otherwise than the manifest: nonzeros, widths, digest and size."""
    return [*_file(comparison), *_nonzeros(comparison), *_formats(comparison)]


def fixed(entry: Entry, values: Values) -> tuple[str, list[Route]]:
    """Return the text of a manifest with `values` put in, and the routes that had no place."""
    document = entry.document
    changes: list[Rewrite] = []
    failed: list[Route] = []
    for route, it in _merged(document, values):
        place = entry.reading.original(route)
        try:
            if place[:1] == ("checkpoint",) and ("checkpoint",) not in document.nodes:
                changes.append(put_before(document, _BEFORE, f"checkpoint: {value(it)}"))
            else:
                changes.append(put(document, place, value(it)))
        except NoPlaceError:
            failed.append(route)
    return rewritten(document.text, changes), failed


def _merged(document: Document, values: Values) -> Values:
    """Join values whose mapping does not exist yet into one mapping, outermost first."""
    merged: dict[Route, Any] = {}
    for route, it in values:
        end = len(route)
        while end > 1 and route[: end - 1] not in document.nodes:
            end -= 1
        target, inner = merged, it
        for key in reversed(route[end:]):
            inner = {key: inner}
        known = target.get(route[:end])
        target[route[:end]] = _joined(known, inner) if isinstance(known, dict) else inner
    return list(merged.items())


def _joined(one: dict[Any, Any], other: dict[Any, Any]) -> dict[Any, Any]:
    joined = dict(one)
    for key, it in other.items():
        both = isinstance(joined.get(key), dict) and isinstance(it, dict)
        joined[key] = _joined(joined[key], it) if both else it
    return joined


def _place(match: Match) -> Route:
    return ("model", "layers", match.slot.index, *match.slot.field)


def _first_of_folds(comparison: Comparison) -> Iterator[Match]:
    seen: set[int] = set()
    for match in comparison.mapping.guesses:
        if match.slot.folded and match.slot.index not in seen:
            seen.add(match.slot.index)
            yield match


def _file(comparison: Comparison) -> Iterator[tuple[Route, Any]]:
    file, entry = comparison.checkpoint, comparison.entry
    if file is None:
        return
    declared = entry.manifest.checkpoint if entry.has("checkpoint") else None
    if declared is None:
        yield ("checkpoint", "file"), file.name
    for key, found in (("sha256", file.sha256), ("bytes", file.bytes)):
        if found and getattr(declared, key, None) != found and not isinstance(declared, str):
            yield ("checkpoint", key), found


def _nonzeros(comparison: Comparison) -> Iterator[tuple[Route, Any]]:
    measured = comparison.measured
    if measured is None:
        return
    for match in comparison.mapping.matches:
        name, index = str(match.slot.field[0]), match.slot.index
        before = getattr(comparison.entry.reading.layers[index], name, None)
        after = getattr(measured.reading.layers[index], name, None)
        for field in ("nonzero", "positive", "negative", "blocks", "weights"):
            old, new = getattr(before, field, None), getattr(after, field, None)
            if old is not None and new is not None:
                written = _written(old, new, before)
                if written is not None and written != _plain(old):
                    yield (*_place(match), field), written


def _written(old: Any, new: Any, tensor: Any) -> Any:
    """Return measured counts in the form of the declared ones, or by channel if that says more."""
    if not isinstance(new, tuple):
        return new
    if isinstance(old, PerChannel):
        return {"per_channel": [[count, new.count(count)] for count in sorted(set(new))]}
    if isinstance(old, tuple | Nominal) or not isinstance(tensor, MaskedTensor | TwoMaskTensor):
        return list(new)
    return sum(new) if all(new) else list(new)


def _plain(old: Any) -> Any:
    if isinstance(old, PerChannel):
        return {"per_channel": [list(pair) for pair in sorted(old.per_channel)]}
    return list(old) if isinstance(old, tuple) else old


def _formats(comparison: Comparison) -> Iterator[tuple[Route, Any]]:
    """Yield the formats of tensors that need more bits, and their declarations."""
    entry = comparison.entry
    if not entry.cost or entry.cost.freebie:
        return
    declared_names = set(entry.manifest.numerics.formats)
    for match in comparison.mapping.matches:
        declared = declared_format(entry, match.slot)
        bits = too_narrow(entry, match)
        if declared is None or bits is None:
            continue
        name = f"{declared.name[:48]}-at-{bits}"
        if name not in declared_names:
            form = widened(declared.format, bits)
            spec = form.model_dump(mode="python", exclude_defaults=True)
            yield ("numerics", "formats", name), spec
            declared_names.add(name)
        yield (*_place(match), "format"), name
