"""The three checkpoints of 2019 that are at hand, when they are."""

from pathlib import Path

import numpy as np
import pytest

from micronet_spec.checkpoint.budget import default_budget
from micronet_spec.checkpoint.open import open_checkpoint
from micronet_spec.checkpoint.tensor import Checkpoint, StoredTensor

FILES = Path(__file__).parents[2].parent / "shared/checkpoints"

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the real checkpoints are not here")


def _opened(name: str) -> Checkpoint:
    return open_checkpoint(FILES / name, default_budget())


def _named(checkpoint: Checkpoint, ending: str) -> list[StoredTensor]:
    return [tensor for tensor in checkpoint.tensors if tensor.name.endswith(ending)]


def test_kaist_ai_has_86_masks_of_zeros_and_ones() -> None:
    checkpoint = _opened("cifar100-02-kaist-ai.micronet_v1_pr_60.t7")
    masks = _named(checkpoint, ".mask")
    assert checkpoint.format == "torch legacy"
    assert (len(checkpoint.tensors), len(masks), checkpoint.unread) == (470, 86, ())
    assert all(set(np.unique(mask.data)) <= {0, 1} for mask in masks)


def test_riair_has_194_905_nonzeros_of_16_levels() -> None:
    checkpoint = _opened("cifar100-01-riair.densenet-100.pth.tar")
    weights = [t for t in _named(checkpoint, ".weight") if len(t.shape) == 4]
    levels = {level for tensor in weights for level in np.unique(tensor.data).tolist()}
    assert len(levels) == 16
    assert all(level == int(level) for level in levels)
    classifier = _named(checkpoint, "fc.weight")
    assert sum(np.count_nonzero(t.data) for t in (*weights, *classifier)) == 194_905


def test_punynet_has_centroids_and_assignments_and_numbers_beside_them() -> None:
    checkpoint = _opened("cifar100-26-punynet.state_dict_compressed.pth")
    kinds = {tensor.dtype for tensor in checkpoint.tensors}
    assert kinds == {"float32", "float16", "uint8", "int16", "int64"}
    assert len(_named(checkpoint, ".centroids")) == len(_named(checkpoint, ".assignments")) == 20
    assert "layer1.0.conv1.n_blocks: `64`" in checkpoint.ignored
