"""Drafts of the layer tables of 2019, where these are at hand.

They are looked for in the folder that `MICRONET_EVIDENCE` names, or in `../shared/evidence`.
"""

import os
from collections import Counter
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from micronet_spec.audit.audit import lint
from micronet_spec.document import load
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding, Severity
from micronet_spec.init import read_table
from micronet_spec.init.drafting import Options, init

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("MICRONET_EVIDENCE", ROOT.parent / "shared" / "evidence"))
TABLES = sorted(path.name.removesuffix(".layers.csv") for path in FOLDER.glob("*.layers.csv"))

TO_FILL_IN = {"MN302", "MN501", "MN503"}
UNBOUNDED = "MN207"
RANKS_UNKNOWN = {"cifar100-17-wavecomp", "cifar100-18-wavecomp", "cifar100-19-wavecomp"}
"""Tables that leave the channels inside factorized layers empty: no bound on what they store."""
REPRODUCED = [
    "cifar100-01-riair",
    "cifar100-02-kaist-ai",
    "cifar100-11-woody",
    "cifar100-12-mb-pm-research",
    "cifar100-14-mb-pm-research",
    "cifar100-23-frenzy",
    "cifar100-24-proxylessnas-ttq",
    "cifar100-26-punynet",
    "cifar100-27-id56",
    "imagenet-02-rocker",
    "imagenet-05-distillers",
    "imagenet-09-dqstarter",
    "imagenet-10-qualcommai-m0",
    "imagenet-12-dqstarter",
    "imagenet-14-mb-pm-research",
    "imagenet-15-sisyphus",
    "imagenet-19-sisyphus",
    "wikitext103-01-mit-han-lab",
]
"""Tables whose counts sum to the operations that the entrants' programs print."""

pytestmark = pytest.mark.skipif(not TABLES, reason=f"no layer tables in {FOLDER}")


@cache
def drafted(name: str, folder: Path) -> tuple[Entry, list[Finding], str]:
    output = folder / f"{name}.yaml"
    outcome = init(FOLDER / f"{name}.layers.csv", output, Options(force=True))
    assert not outcome.findings
    return (*lint(output), output.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drafts")


@pytest.mark.parametrize("name", TABLES)
def test_a_draft_lints_with_what_the_table_cannot_know(name: str, folder: Path) -> None:
    entry, findings, _ = drafted(name, folder)
    errors = {found.code for found in findings if found.rule.severity is Severity.ERROR}
    assert errors == TO_FILL_IN | ({UNBOUNDED} if name in RANKS_UNKNOWN else set())
    assert (entry.score is None) == (name in RANKS_UNKNOWN)


@pytest.mark.parametrize("name", TABLES)
def test_no_row_is_lost(name: str, folder: Path) -> None:
    entry, _, text = drafted(name, folder)
    rows = read_table(FOLDER / f"{name}.layers.csv").rows
    assert entry.claims_file
    claimed = entry.claims_file.rows
    assert [row.multiplies for row in claimed] == [row.mults or 0 for row in rows]
    assert [row.adds for row in claimed] == [row.adds or 0 for row in rows]
    assert len(entry.reading.layers) >= len(rows)
    for original, count in Counter(row.name for row in rows).items():
        assert text.count(original) >= count


@pytest.mark.parametrize("name", [name for name in REPRODUCED if name in TABLES])
def test_the_claims_sum_to_the_operations_of_the_entrants_program(name: str, folder: Path) -> None:
    entry, _, _ = drafted(name, folder)
    assert entry.claims_file
    values = load(FOLDER / f"{name}.yaml").values
    printed = Fraction(values["reproduced"]["math_ops_m"]) * 10**6
    assert abs(entry.claims_file.op_bits / 32 - printed) <= printed / 100_000


@pytest.mark.skipif("cifar100-01-riair" not in TABLES, reason="no table of RIAIR")
def test_the_draft_of_riair_scores_what_the_reviewed_manifest_does(folder: Path) -> None:
    entry, _, _ = drafted("cifar100-01-riair", folder)
    reviewed, _ = lint(ROOT / "submissions/micronet-2019/cifar100/01-riair.yaml")
    assert entry.score
    assert reviewed.score
    assert entry.score.parameters == reviewed.score.parameters
    assert abs(entry.score.score - reviewed.score.score) < Fraction(1, 10**6)
