"""A shared tensor is stored once: never in no layer at all."""

from pathlib import Path

import pytest

from micronet_spec.audit.audit import lint
from micronet_spec.entry.entry import Entry

MANIFEST = """\
manifest: 1
challenge: micronet-2019
task: cifar100
name: Shared
submitted: 2019-10-11
team: {name: Shared, members: [{name: Ada Lovelace}]}
quality: {top1_correct: 8000}
model:
  input: [16]
  layers:
"""


def checked(tmp_path: Path, *layers: str) -> tuple[Entry, list[str]]:
    path = tmp_path / "entry.yaml"
    listed = "".join(f"    - {{{layer}}}\n" for layer in layers)
    path.write_text(MANIFEST + listed, encoding="utf-8")
    entry, findings = lint(path)
    return entry, [finding.code for finding in findings]


def shared(tmp_path: Path, op: str, first: str, second: str) -> int:
    layers = (
        f"name: first, op: {op}, weight: {{{first}}}",
        f"name: second, op: {op}, weight: {{{second}}}",
    )
    return checked(tmp_path, *layers)[1].count("MN211")


@pytest.mark.parametrize("op", ["scale", "linear, out: 16", "layer_norm", "batch_norm"])
def test_a_tensor_may_be_that_of_a_layer_that_stores_it(tmp_path: Path, op: str) -> None:
    assert shared(tmp_path, op, "tensor: shared", "same_as: first") == 0


@pytest.mark.parametrize("op", ["scale", "linear, out: 16", "layer_norm", "batch_norm"])
def test_a_tensor_that_no_layer_stores_is_an_error(tmp_path: Path, op: str) -> None:
    assert shared(tmp_path, op, "tensor: shared", "same_as: nobody") == 1
    assert shared(tmp_path, op, "same_as: second", "same_as: first") == 2


@pytest.mark.parametrize("second", ["weight: {same_as: first}", "same_as: first"])
@pytest.mark.parametrize(
    ("first", "found"),
    [
        ("op: permute", 0),
        ("op: linear, out: 16", 1),
        ("op: scale", 1),
        ("op: permute, same_as: nobody", 2),
        ("op: permute, from: unstated, input: [8]", 1),
    ],
)
def test_a_permutation_may_be_that_of_as_many_channels(
    tmp_path: Path, first: str, second: str, found: int
) -> None:
    layers = (
        f"name: first, {first}",
        f"name: second, op: permute, from: input, {second}",
        "name: third, op: add, from: [second, second]",
    )
    assert checked(tmp_path, *layers)[1].count("MN211") == found


@pytest.mark.parametrize(
    "layer",
    ["op: scale, per: constant", "op: batch_norm, fold: {into: first}"],
)
def test_a_factor_that_is_not_stored_is_nobodys(tmp_path: Path, layer: str) -> None:
    layers = (
        "name: first, op: linear, out: 16",
        f"name: second, {layer}, weight: {{same_as: first}}",
    )
    assert checked(tmp_path, *layers)[1].count("MN222") == 1


def test_a_shared_permutation_is_stored_once(tmp_path: Path) -> None:
    layers = ("name: first, op: permute", "name: second, op: permute, weight: {same_as: first}")
    entry, _ = checked(tmp_path, *layers)
    assert entry.cost
    assert [layer.stored_bits for layer in entry.cost.layers] == [16 * 32 + 16 * 16, 0]
