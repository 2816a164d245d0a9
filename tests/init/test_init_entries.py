"""What of the committed entries a draft of their tables says already.

The figures are those of `docs/init.md`. The tables are looked for in the folder that
`MICRONET_EVIDENCE` names, or in `../shared/evidence`.
"""

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from micronet_spec.entry.entry import Entry, load_entry
from micronet_spec.init.drafting import Options, init
from micronet_spec.score import Kind, LayerCost
from micronet_spec.score.sparse import tensor_shapes

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("MICRONET_EVIDENCE", ROOT.parent / "shared" / "evidence"))
SUBMISSIONS = ROOT / "submissions" / "micronet-2019"
ROW = re.compile(r"\| `([a-z0-9/-]+)` \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|")
FIGURES = {
    entry: tuple(map(int, figures))
    for entry, *figures in ROW.findall((ROOT / "docs" / "init.md").read_text(encoding="utf-8"))
}

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no layer tables in {FOLDER}")


def facts(entry: Entry) -> dict[str, tuple[Any, Any]]:
    """Return of every layer its op, shape, weights and operations; and its bits."""
    assert entry.graph
    assert entry.cost
    costs = {layer.name: layer for layer in entry.cost.layers}
    return {
        node.layer.name: (
            (
                node.layer.op,
                tuple(side for side in node.shape if side != 1),
                tuple(tensor_shapes(node)),
                *numbers(costs[node.layer.name]),
            ),
            (costs[node.layer.name].stored_bits, costs[node.layer.name].op_bits),
        )
        for node in entry.graph.nodes
    }


def numbers(layer: LayerCost) -> tuple[Any, ...]:
    weights = sum(item.count for item in layer.stored if item.what.endswith("weights"))
    adds = sum(item.count for item in layer.of(Kind.ADD))
    return weights, adds, sum(item.count for item in layer.arithmetic) - adds


@cache
def compared(name: str, folder: Path) -> tuple[int, int, int, int, int]:
    """Return layers of a manifest: all, as drafted, of these with all bits, edited, and added."""
    task, _, stem = name.partition("/")
    output = folder / f"{task}-{stem}.yaml"
    init(FOLDER / f"{task}-{stem}.layers.csv", output, Options(task=task, force=True))
    drafted, committed = facts(load_entry(output)), facts(load_entry(SUBMISSIONS / f"{name}.yaml"))
    same = [it for it in committed if drafted.get(it, (None,))[0] == committed[it][0]]
    exact = [it for it in same if drafted[it] == committed[it]]
    edited = [it for it in committed if it in drafted and it not in same]
    added = len(committed) - len(same) - len(edited)
    return len(committed), len(same), len(exact), len(edited), added


@pytest.mark.parametrize("name", FIGURES)
def test_the_figures_of_the_guide_are_measured(name: str, tmp_path: Path) -> None:
    assert compared(name, tmp_path) == FIGURES[name]


def test_six_entries_are_compared() -> None:
    assert len(FIGURES) == 6
