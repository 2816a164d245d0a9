"""The manifests of the benchmarks are what they promise: nothing is timed here."""

import json
from pathlib import Path

import pytest

from benchmarks import boards, manifests, people
from benchmarks.checkpoints import KINDS as FILES
from benchmarks.programs import checkpoint, make_checkpoint
from micronet_spec.audit.audit import lint
from micronet_spec.checkpoint.budget import default_budget

KINDS = len(manifests.TASKS) * len(manifests.STYLES)
EVERY = max(KINDS, manifests.WRONG_CLAIM)


def test_manifests_are_scorable_and_wrong_only_where_intended(tmp_path: Path) -> None:
    for number, path in enumerate(manifests.write(tmp_path, EVERY, seed=1), start=1):
        entry, findings = lint(path)
        intended = ["MN401"] if number % manifests.WRONG_CLAIM == 0 else []
        # Quantized weights are generated without scales, which a person would have to judge.
        assert [it.code for it in findings if it.code != "MN221"] == intended
        assert entry.score
        assert 0 < entry.score.score < 2


def test_manifests_have_the_promised_size_and_mix(tmp_path: Path) -> None:
    paths = manifests.write(tmp_path, EVERY, seed=1)
    for path in paths:
        assert abs(path.read_bytes().count(b"\n") - manifests.LINES) <= manifests.LINES / 10
    ops = {layer.op for path in paths for layer in lint(path)[0].manifest.network.layers}
    assert ops >= {"conv2d", "batch_norm", "relu", "hswish", "add", "global_avg_pool", "linear"}


def test_the_seed_decides_every_byte() -> None:
    numbers = range(1, KINDS + 1)
    texts = [manifests.manifest(number, seed=1) for number in numbers]
    assert texts == [manifests.manifest(number, seed=1) for number in numbers]
    assert all(
        text != manifests.manifest(n, seed=2) for n, text in zip(numbers, texts, strict=True)
    )


@pytest.mark.parametrize(("kind", "suffix"), FILES)
def test_every_way_counts_the_same(kind: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"checkpoint{suffix}"
    make_checkpoint.main(kind, 1, path)
    other = "safetensors" if suffix == ".pt" else "torch"
    limits = json.dumps(vars(default_budget()))
    counts = {way: run(path, limits)() for way, run in checkpoint.WAYS.items() if way != other}
    assert abs(path.stat().st_size - 10**6) < 50_000
    assert len({found["nonzeros"] for way, found in counts.items() if way != "plain"}) == 1


@pytest.mark.parametrize(("size", "seed"), [(1, 1), (100, 2), (1_000, 3), (4_000, 4)])
def test_everything_planted_in_a_board_is_found(size: int, seed: int) -> None:
    found = people.census(size, seed)
    planted = size // (2 * boards.PLANTED)
    assert found["falls"] >= planted // 2
    assert (found["suspected"] > 0) == (found["undecided"] > 0) == (planted > 7)


def test_a_board_is_the_same_by_its_seed() -> None:
    one, again, other = (list(boards.Board(50, seed).records()) for seed in (1, 1, 2))
    assert one == again != other
