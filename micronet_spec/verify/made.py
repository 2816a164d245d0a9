"""Checkpoints written out as text, as in the examples of rules: `fc.weight: [[1, 0], [0.5, 2]]`.

A quantized tensor is written as `{int8: [[1, 0], [2, 3]], scales: [0.5], zero_points: [0]}`.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from micronet_spec.checkpoint.sums import Sums
from micronet_spec.checkpoint.tensor import Checkpoint, Quantization, StoredTensor
from micronet_spec.document import parse
from micronet_spec.verify.contents import contents_from
from micronet_spec.verify.conventions import conventions
from micronet_spec.verify.evidence import Contents, File, Verdict
from micronet_spec.verify.measuring import measuring


def contents_of_text(text: str, words: Sequence[str] = ()) -> Contents:
    """Return the contents of tensors of a text, or of a file that met the fate in `words`."""
    tensors = [_tensor(name, it) for name, it in (parse(text).values or {}).items()]
    made = Checkpoint(Path("made"), "made", 0, tuple(tensors), Sums(memoryview(b""), ()))
    *_, contents = contents_from(measuring(made, (), conventions().masks))
    assert isinstance(contents, Contents)
    fate = next((it for it in Verdict if it in words), None)
    return contents.model_copy(update={"verdict": fate, "reason": fate}) if fate else contents


def file_of_text(text: str) -> File:
    """Return the digest of a text in place of a file."""
    data = text.encode()
    return File(name="made", sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))


def _tensor(name: str, values: Any) -> StoredTensor:
    if isinstance(values, dict):
        array = np.array(_floats(values["int8"]), np.int8)
        scales, points = (tuple(_floats(values[key])) for key in ("scales", "zero_points"))
        kept = Quantization(scales, points, 0 if len(scales) > 1 else None)
        return StoredTensor(name, "int8", array.shape, array, (id(array), array.nbytes), kept)
    array = np.array(_floats(values), np.float32)
    return StoredTensor(name, "float32", array.shape, array, (id(array), array.nbytes))


def _floats(values: Any) -> Any:
    return [_floats(it) for it in values] if isinstance(values, list) else float(values)
