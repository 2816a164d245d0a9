"""Layers added up by op and by block."""

from pathlib import Path

import pytest

from micronet_spec.entry.entry import Entry, load_entry
from micronet_spec.report.groups import KEYS, block, grouped, largest

KAIST = Path(__file__).parents[2] / "submissions/micronet-2019/cifar100/02-kaist-ai.yaml"


@pytest.fixture(scope="module")
def kaist() -> Entry:
    return load_entry(KAIST)


@pytest.mark.parametrize(
    ("layer", "of"),
    [("layers.3.conv1", "layers.3"), ("conv1", "conv1"), (".conv1", ".conv1"), ("a.b", "a")],
)
def test_a_block_is_the_name_up_to_its_last_dot(layer: str, of: str) -> None:
    assert block(layer) == of


@pytest.mark.parametrize("by", KEYS)
def test_groups_add_up_to_the_score(kaist: Entry, by: str) -> None:
    assert kaist.score
    groups = grouped(kaist, by)
    assert sum(group.score.score for group in groups) == kaist.score.score
    assert sum(len(group.layers) for group in groups) == len(kaist.reading.layers)


def test_a_group_has_the_layers_of_its_op(kaist: Entry) -> None:
    [linear] = [group for group in grouped(kaist, "op") if group.name == "linear"]
    assert [layer.name for layer in linear.layers] == ["linear"]
    assert linear.score.stored_bits == 172_216


def test_the_largest_groups_come_first_and_the_rest_is_one_group(kaist: Entry) -> None:
    groups, others = largest(kaist, "block", 3)
    scores = [group.score.score for group in groups]
    every = sorted((group.score.score for group in grouped(kaist, "block")), reverse=True)
    assert scores == every[:3]
    assert others
    assert others.score.score == sum(every[3:])


def test_groups_without_cost_are_no_others(kaist: Entry) -> None:
    groups, others = largest(kaist, "op", 7)
    assert others is None
    assert "batch_norm" not in [group.name for group in groups]
