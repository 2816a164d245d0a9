"""A shared tensor is stored once: never in no layer at all."""

from pathlib import Path

import pytest

from micronet_spec.audit import lint

MANIFEST = """\
manifest: 1
challenge: micronet-2019
task: cifar100
name: Shared
submitted: 2019-10-11
team: {{name: Shared, members: [{{name: Ada Lovelace}}]}}
quality: {{top1_correct: 8000}}
model:
  input: [16]
  layers:
    - {{name: first, op: {op}, weight: {{{first}}}}}
    - {{name: second, op: {op}, weight: {{{second}}}}}
"""


def shared(tmp_path: Path, op: str, first: str, second: str) -> int:
    path = tmp_path / "entry.yaml"
    path.write_text(MANIFEST.format(op=op, first=first, second=second), encoding="utf-8")
    return [finding.code for finding in lint(path)[1]].count("MN211")


@pytest.mark.parametrize("op", ["scale", "linear, out: 16", "layer_norm", "batch_norm"])
def test_a_tensor_may_be_that_of_a_layer_that_stores_it(tmp_path: Path, op: str) -> None:
    assert shared(tmp_path, op, "tensor: shared", "same_as: first") == 0


@pytest.mark.parametrize("op", ["scale", "linear, out: 16", "layer_norm", "batch_norm"])
def test_a_tensor_that_no_layer_stores_is_an_error(tmp_path: Path, op: str) -> None:
    assert shared(tmp_path, op, "tensor: shared", "same_as: nobody") == 1
    assert shared(tmp_path, op, "same_as: second", "same_as: first") == 2
