"""What was counted is let go: memory stays near the largest tensor, however large the file."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from micronet_spec.checkpoint.budget import default_budget
from micronet_spec.checkpoint.files import release
from micronet_spec.checkpoint.open import open_checkpoint

STATUS = Path("/proc/self/status")
SIZE = 1 << 24


def _mapped() -> int:
    """Return the bytes of files that are in this process's memory."""
    [line] = [line for line in STATUS.read_text().splitlines() if line.startswith("RssFile:")]
    return int(line.split()[1]) * 1024


@pytest.mark.skipif(not STATUS.exists(), reason="needs /proc")
@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_a_released_tensor_takes_no_memory_and_can_be_read_again(
    suffix: str, tmp_path: Path
) -> None:
    path, values = tmp_path / f"file{suffix}", np.ones(SIZE // 4, np.float32)
    if suffix == ".npz":
        np.savez(path, w=values)
    else:
        save_file({"w": values}, path)
    before = _mapped()
    [tensor] = open_checkpoint(path, default_budget()).tensors
    assert _mapped() - before < SIZE // 2
    assert tensor.data.sum() == SIZE // 4
    assert _mapped() - before >= SIZE
    release(tensor.data)
    assert _mapped() - before < SIZE // 2
    assert tensor.data.sum() == SIZE // 4


def test_what_is_no_view_of_a_file_is_left_alone() -> None:
    values = np.ones(3)
    release(values)
    assert values.tolist() == [1, 1, 1]
