"""Checksums of an archive are compared when bytes are looked at, and every one in the end."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from micronet_spec.checkpoint.budget import default_budget
from micronet_spec.checkpoint.open import open_checkpoint
from micronet_spec.checkpoint.refusal import RefusedError
from micronet_spec.checkpoint.tensor import Checkpoint

FIRST, SECOND, NOTE = b"first-is-sixteen", b"second-is-as-big", b"no array at all!"


def test_sums_are_those_of_zip(tmp_path: Path) -> None:
    arrays = [np.arange(size) for size in (0, 1, 15, 64, 1 << 20)]
    np.savez(tmp_path / "model.npz", *arrays)
    checkpoint = open_checkpoint(tmp_path / "model.npz", default_budget())
    assert [it.data.size for it in checkpoint.checked()] == [it.size for it in arrays]


def test_a_tensor_is_compared_before_it_is_looked_at(tmp_path: Path) -> None:
    checked = _damaged(tmp_path, SECOND).checked()
    assert next(checked).name == "a"
    with pytest.raises(RefusedError, match=r"`b\.npy` do not have its checksum"):
        next(checked)


def test_what_is_no_tensor_is_compared_too(tmp_path: Path) -> None:
    checked = _damaged(tmp_path, NOTE).checked()
    assert [next(checked).name for _ in range(2)] == ["a", "b"]
    with pytest.raises(RefusedError, match="`note` do not have its checksum"):
        next(checked)


def _damaged(folder: Path, part: bytes) -> Checkpoint:
    """Return a file in which a part was changed after it was summed."""
    path = folder / "model.npz"
    np.savez(path, a=np.frombuffer(FIRST, np.uint8), b=np.frombuffer(SECOND, np.uint8))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("note", NOTE)
    content = path.read_bytes()
    assert content.count(part) == 1
    path.write_bytes(content.replace(part, bytes(len(part))))
    return open_checkpoint(path, default_budget())
