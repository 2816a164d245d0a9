"""safetensors: what the reference writes is read, what it must not accept is refused."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from micronet_spec.checkpoint.budget import default_budget
from micronet_spec.checkpoint.open import open_checkpoint
from micronet_spec.checkpoint.refusal import Reason, RefusedError
from micronet_spec.checkpoint.tensor import Checkpoint

BUDGET = default_budget()


def _read(folder: Path, content: bytes) -> Checkpoint:
    path = folder / "model.bin"
    path.write_bytes(content)
    return open_checkpoint(path, BUDGET)


def _file(header: Any, data: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def _entry(begin: int, end: int, *shape: int, dtype: str = "U8") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def test_tensors_are_the_same_as_the_reference_wrote(tmp_path: Path) -> None:
    kinds = ("f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1")
    written = {f"t.{kind}": np.arange(6).reshape(2, 3).astype(kind) for kind in kinds}
    written["empty"] = np.zeros((0, 4), np.float32)
    written["scalar"] = np.array(3, np.int8)
    checkpoint = _read(tmp_path, save(written, metadata={"format": "np"}))
    assert checkpoint.format == "safetensors"
    assert checkpoint.ignored == ("metadata format: `np`",)
    found = {tensor.name: tensor.data for tensor in checkpoint.tensors}
    assert set(found) == set(written)
    for name, array in written.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == array.dtype


def test_packed_formats_are_bytes(tmp_path: Path) -> None:
    content = _file({"w": _entry(0, 3, 2, 3, dtype="F4")}, b"abc")
    (tensor,) = _read(tmp_path, content).tensors
    assert (tensor.dtype, tensor.shape, tensor.data.tobytes()) == ("float4_e2m1fn", (2, 3), b"abc")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (_file({"a": _entry(0, 4, 4), "b": _entry(2, 6, 4)}, bytes(6)), "overlap"),
        (_file({"a": _entry(0, 4, 4), "b": _entry(6, 8, 2)}, bytes(8)), "gap"),
        (_file({"a": _entry(0, 4, 4)}, bytes(8)), "end at byte"),
        (_file({"a": _entry(0, 4, 5)}, bytes(4)), "5 uint8 values in 4 bytes"),
        (_file({"a": _entry(0, 4, 2**63, 2**63)}, bytes(4)), "values in 4 bytes"),
        (_file(b'{"a": {}, "a": {}}', b""), "twice"),
    ],
)
def test_what_contradicts_itself_is_unsafe(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(RefusedError, match=message) as refused:
        _read(tmp_path, content)
    assert refused.value.reason is Reason.UNSAFE


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (_file(b'{"a": ', b""), "no JSON"),
        (_file(b"{" * 100_000, b""), "no JSON"),
        (_file(b"{\xff}", b""), "no JSON"),
        (_file({"a": {"dtype": "U8"}}, b""), "cannot be read"),
        (_file({"a": _entry(0, 1, 1) | {"more": 1}}, b"a"), "cannot be read"),
        (_file({"a": _entry(0, -1, 1)}, b"a"), "cannot be read"),
        (_file({"__metadata__": {"a": 1}}, b""), "metadata"),
        (_file({"a": _entry(0, 4, 4)}, b"")[:20], "cut short"),
    ],
)
def test_what_is_no_safetensors_is_malformed(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(RefusedError, match=message) as refused:
        _read(tmp_path, content)
    assert refused.value.reason is Reason.MALFORMED


def test_a_header_of_2_gb_is_over_budget(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="bytes of header") as refused:
        _read(tmp_path, struct.pack("<Q", 2**31) + b"{}")
    assert refused.value.reason is Reason.OVER_BUDGET
