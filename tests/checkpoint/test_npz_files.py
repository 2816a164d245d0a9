"""npz: what numpy writes is read."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from micronet_spec.checkpoint.budget import default_budget
from micronet_spec.checkpoint.open import open_checkpoint

KINDS = ("f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", ">f4", ">i2")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_are_the_same_as_numpy_wrote(tmp_path: Path, save: Any) -> None:
    written: dict[str, Any] = {kind: np.arange(6).reshape(2, 3).astype(kind) for kind in KINDS}
    written["columns"] = np.asfortranarray(np.arange(24.0).reshape(2, 3, 4))
    written["scalar"] = np.array(2.5)
    written["empty"] = np.zeros((0, 3))
    written["layer/weight"] = np.zeros(100_000, np.int8)
    path = tmp_path / "arrays.npz"
    save(path, **written)
    checkpoint = open_checkpoint(path, default_budget())
    assert checkpoint.format == "npz"
    assert [tensor.name for tensor in checkpoint.tensors] == list(written)
    for tensor in checkpoint.tensors:
        np.testing.assert_array_equal(tensor.data, written[tensor.name])
        assert tensor.data.dtype == written[tensor.name].dtype
        assert not tensor.data.flags.writeable
    assert {t.dtype for t in checkpoint.tensors if t.name.startswith(">")} == {"float32", "int16"}


def test_what_is_no_number_is_told(tmp_path: Path) -> None:
    path = tmp_path / "arrays.npz"
    texts = np.array(["a"])
    record = np.zeros(2, [("a", "f4"), ("b", "i4")])
    np.savez(path, flags=np.array([True, False]), texts=texts, record=record, c=np.zeros(1, "c8"))
    checkpoint = open_checkpoint(path, default_budget())
    (flags,) = checkpoint.tensors
    assert (flags.dtype, flags.data.tolist()) == ("bool", [1, 0])
    assert [unread.name for unread in checkpoint.unread] == ["texts", "record", "c"]
