"""A manifest verified against tensors that a test makes, without a file."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from micronet_spec.checkpoint.sums import Sums
from micronet_spec.checkpoint.tensor import Checkpoint, Quantization, StoredTensor
from micronet_spec.document import parse
from micronet_spec.entry.entry import Entry, understand
from micronet_spec.finding import ordered
from micronet_spec.manifest import read
from micronet_spec.verify.compare import Verification, compare, verdict_of
from micronet_spec.verify.contents import contents_from
from micronet_spec.verify.conventions import conventions
from micronet_spec.verify.evidence import Contents, File
from micronet_spec.verify.findings import findings
from micronet_spec.verify.measuring import measuring

Arrays = Mapping[str, NDArray[Any]]
Verified = Callable[..., Verification]

NAME = "model.pt"
DIGEST = hashlib.sha256(b"a checkpoint").hexdigest()
FILE = File(name=NAME, sha256=DIGEST, bytes=12)
SECTIONS = {"checkpoint": f"{{file: {NAME}, sha256: {DIGEST}, bytes: 12}}"}


def stored(arrays: Arrays, quantized: Mapping[str, Quantization]) -> Checkpoint:
    """Return arrays as a reader would; the same array under two names is tied."""
    tensors = tuple(
        StoredTensor(
            name,
            str(array.dtype),
            array.shape,
            array,
            (id(array), array.nbytes),
            quantized.get(name),
        )
        for name, array in arrays.items()
    )
    return Checkpoint(Path(NAME), "made", 12, tensors, Sums(memoryview(b""), ()))


def made(
    arrays: Arrays,
    *blocks: tuple[int, int],
    quantized: Mapping[str, Quantization] = MappingProxyType({}),
) -> Contents:
    """Return what arrays contain."""
    *_, contents = contents_from(measuring(stored(arrays, quantized), blocks, conventions().masks))
    assert isinstance(contents, Contents)
    return contents


def entry_of(text: str) -> Entry:
    """Return the entry of a manifest's text."""
    return understand(read(parse(text, Path("entry.yaml"))))


def verified_against(text: str, contents: Contents, root: str | None = None) -> Verification:
    """Return what is concluded of a manifest's text and the contents of its checkpoint."""
    comparison = compare(entry_of(text), FILE, contents, root)
    found = tuple(ordered(findings(comparison)))
    return Verification(comparison, found, verdict_of(comparison, found))


def pruned(rows: int, *columns: int, keep: float = 0.5, seed: int = 0) -> NDArray[np.float32]:
    """Return random weights of which a share is not zero."""
    generator = np.random.default_rng(seed)
    values = generator.standard_normal((rows, *columns)).astype(np.float32)
    values[generator.random(values.shape) >= keep] = 0
    return values


def dense(*shape: int, seed: int = 0) -> NDArray[np.float32]:
    """Return random weights, none of them zero."""
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def codes(*shape: int, least: int, most: int, seed: int = 0) -> NDArray[np.float32]:
    """Return whole numbers from `least` to `most` as floats, both of them among these."""
    values = np.random.default_rng(seed).integers(least, most + 1, shape).astype(np.float32)
    values.flat[:2] = least, most
    return values


@pytest.fixture
def verified(manifest: Any) -> Verified:
    """Return a function that verifies layers, and other sections, against arrays."""

    def verify(layers: list[str], arrays: Arrays, **sections: Any) -> Verification:
        root, blocks = sections.pop("root", None), sections.pop("blocks", ())
        quantized = sections.pop("quantized", {})
        text = manifest(layers=layers, **{**SECTIONS, **sections})
        return verified_against(text, made(arrays, *blocks, quantized=quantized), root)

    return verify
