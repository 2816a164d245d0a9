"""Nonzeros per output channel from a JSON file beside the manifest, held to its digest."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from micronet_spec.document import Document, Route
from micronet_spec.document.rewrite import put
from micronet_spec.document.source import UnreadableError, read_bytes
from micronet_spec.finding import Finding, Fix, Label
from micronet_spec.manifest.layers import Layer
from micronet_spec.manifest.read import Broken, Reading
from micronet_spec.manifest.tensors import Sidecar

_TENSORS = ("weight", "recurrent", "bias")
_FIELDS = ("nonzero", "positive", "negative", "weights")
_MOST = 10**15


class SidecarError(ValueError):
    """A file beside the manifest that cannot be used."""

    def __init__(self, message: str, digest: str | None = None) -> None:
        """Take the file's own digest, if that is what is wrong."""
        super().__init__(message)
        self.digest = digest
        self.field: Route = ()
        """The field of the layer that names the file."""


def with_sidecars(reading: Reading) -> Reading:
    """Return `reading` with every file of nonzeros read; a layer whose file is wrong is broken."""
    folder = reading.document.path.parent
    layers: list[Layer | Broken] = []
    findings: list[Finding] = []
    for index, layer in enumerate(reading.layers):
        try:
            layers.append(layer if isinstance(layer, Broken) else _filled(layer, folder))
        except SidecarError as error:
            route = reading.original(("model", "layers", index, *error.field))
            findings.append(_finding(reading.document, route, error))
            layers.append(Broken(layer.name))
    broken = reading.broken | ({"layers"} if findings else set())
    return replace(
        reading, layers=tuple(layers), broken=broken, findings=(*reading.findings, *findings)
    )


def _finding(document: Document, route: Route, error: SidecarError) -> Finding:
    fix = None
    if error.digest and (*route, "sha256") in document.nodes:
        change = put(document, (*route, "sha256"), f'"{error.digest}"')
        # The file may be the wrong one, so that its digest is only perhaps what was meant.
        fix = Fix((change,), safe=False)
    return Finding("MN214", str(error), Label(document, (*route, "file")), fix=fix)


def _filled(layer: Layer, folder: Path) -> Layer:
    update: dict[str, Any] = {}
    for name in _TENSORS:
        tensor = getattr(layer, name, None)
        for field in _FIELDS:
            declared = getattr(tensor, field, None)
            if tensor is not None and isinstance(declared, Sidecar):
                try:
                    counts = _counts(folder, declared)
                except SidecarError as error:
                    error.field = (name, field)
                    raise
                tensor = tensor.model_copy(update={field: counts})
                update[name] = tensor
    return layer.model_copy(update=update) if update else layer


def _counts(folder: Path, sidecar: Sidecar) -> tuple[int, ...]:
    path = folder / sidecar.file
    if path.name != sidecar.file or path.is_symlink():
        raise SidecarError(f"`{sidecar.file}` is not the name of a file beside the manifest")
    try:
        data = read_bytes(path)
    except UnreadableError as error:
        raise SidecarError(f"`{sidecar.file}`: {error}") from None
    digest = hashlib.sha256(data).hexdigest()
    if digest != sidecar.sha256:
        message = f"`{sidecar.file}` has the digest {digest}, not the declared one"
        raise SidecarError(message, digest)
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        raise SidecarError(f"`{sidecar.file}` is not JSON") from None
    if sidecar.tensor is not None:
        values = values.get(sidecar.tensor) if isinstance(values, dict) else None
    if not (isinstance(values, list) and values and all(map(_is_count, values))):
        what = f"no list of counts for `{sidecar.tensor}`" if sidecar.tensor else "no such list"
        raise SidecarError(f"`{sidecar.file}` holds {what}")
    return tuple(values)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST
