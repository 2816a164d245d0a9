"""Damaged files are refused, or read as the format's own library reads them; nothing else happens.

`FUZZ_EXAMPLES=20000 pytest tests/checkpoint/test_damaged_files.py` looks longer. torch's files are
damaged in `test_torch_files.py`.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import pytest
import safetensors
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper, numpy_helper

from micronet_spec.checkpoint.budget import default_budget
from micronet_spec.checkpoint.open import open_checkpoint
from micronet_spec.checkpoint.refusal import RefusedError
from tests.checkpoint import forge
from tests.checkpoint.damage import FUZZING, damaged

BUDGET = replace(default_budget(), steps=20_000)
ARRAYS: dict[str, Any] = {
    "a": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b.c": np.ones(4, np.int16),
}
Found = Mapping[str, bytes]


class Format(NamedTuple):
    """A part of a file that is damaged, the file around it, and the library that reads it."""

    part: bytes
    file: Callable[[bytes], bytes]
    reference: Callable[[bytes], Found]


def _numpy(content: bytes) -> Found:
    with np.load(io.BytesIO(content), allow_pickle=False) as found:
        return {name: np.ascontiguousarray(found[name]).tobytes() for name in found.files}


def _safetensors(content: bytes) -> Found:
    return {name: bytes(tensor["data"]) for name, tensor in safetensors.deserialize(content)}  # type: ignore[no-untyped-call]


def _onnx(content: bytes) -> Found:
    model = onnx.load_model_from_string(content)
    return {t.name: numpy_helper.to_array(t).tobytes() for t in model.graph.initializer}


def _saved(save: Any) -> bytes:
    file = io.BytesIO()
    save(file, **ARRAYS)
    return file.getvalue()


def _as_is(part: bytes) -> bytes:
    return part


_GRAPH = helper.make_graph(
    [], "g", [], [], [numpy_helper.from_array(array, name) for name, array in ARRAYS.items()]
)
_TYPED = helper.make_graph([], "g", [], [], [helper.make_tensor("w", 7, (4,), [1, -1, 300, 0])])
_ENTRIES = b'{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"I16",'
_HEADER = _ENTRIES + b'"shape":[4],"data_offsets":[24,32]},"__metadata__":{"format":"np"}}'
FORMATS = {
    "npz": Format(_saved(np.savez), _as_is, _numpy),
    "npz, deflated": Format(_saved(np.savez_compressed), _as_is, _numpy),
    "npz, one array": Format(
        forge.npy("'<f4'", "(2, 3)", bytes(24)), lambda part: forge.archive({"a.npy": part}), _numpy
    ),
    "safetensors": Format(forge.safetensors(_HEADER, bytes(range(32))), _as_is, _safetensors),
    "safetensors, header": Format(
        _HEADER, lambda part: forge.safetensors(part, bytes(range(32))), _safetensors
    ),
    "onnx": Format(helper.make_model(_GRAPH).SerializeToString(), _as_is, _onnx),
    "onnx, numbers": Format(helper.make_model(_TYPED).SerializeToString(), _as_is, _onnx),
}


@pytest.mark.parametrize("name", FORMATS)
@FUZZING
@given(data=st.data())
def test_damage_is_refused_or_read_as_by_others(
    name: str, tmp_path: Path, data: st.DataObject
) -> None:
    kind = FORMATS[name]
    content = kind.file(data.draw(damaged(kind.part)))
    path = tmp_path / "damaged"
    path.unlink(missing_ok=True)  # It may still be mapped.
    path.write_bytes(content)
    try:
        checkpoint = open_checkpoint(path, BUDGET)
        found = {t.name: np.ascontiguousarray(t.data).tobytes() for t in checkpoint.checked()}
    except RefusedError:
        return
    try:
        wanted = kind.reference(content)
    except Exception:  # noqa: BLE001 (libraries raise of every kind where they do not read)
        return
    assert {key: wanted[key] for key in found} == found
    assert set(wanted) == set(found) | {unread.name for unread in checkpoint.unread}
