"""Waivers of what a checkpoint shows, and which of it a command shows to whom."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from safetensors.numpy import save_file

from tests.verify.conftest import dense

if TYPE_CHECKING:
    from tests.conftest import Made, Run

LAYERS = [
    "{name: pool, op: global_avg_pool}",
    "{name: fc, op: linear, out: 100, weight: {tensor: fc.weight, store: mask, nonzero: 1}}",
]
CHECKPOINT = "{file: file.safetensors}"
WEIGHT = dense(100, 3)
WEIGHT[:50, 0] = 0
REASON = ("--reason", "the table is of the training", "--by", "the organizers")


@pytest.fixture
def board(tmp_path: Path, manifest: "Made") -> Path:
    """Return a folder with one entry: other nonzeros than declared, and a tensor more (MN712)."""
    entry = tmp_path / "cifar100" / "01-acme.yaml"
    entry.parent.mkdir()
    entry.write_text(manifest(layers=LAYERS, checkpoint=CHECKPOINT), encoding="utf-8")
    tensors = {"fc.weight": WEIGHT, "table": dense(2, 3)}
    save_file(tensors, tmp_path / "file.safetensors")
    return tmp_path


@pytest.fixture
def entry(board: Path) -> Path:
    return board / "cifar100" / "01-acme.yaml"


def waived(board: Path, micronet: "Run", code: str, *more: str) -> None:
    ran = micronet("waive", board / "cifar100" / "01-acme.yaml", code, *REASON, *more)
    assert ran.code == 0, ran.err
    path = board / "waivers.yaml"
    before = path.read_text(encoding="utf-8") if path.exists() else "waivers:\n"
    path.write_text(before + ran.out, encoding="utf-8")


def verify(entry: Path, *more: str) -> tuple[str, ...]:
    return ("verify", str(entry), "--checkpoint", str(entry.parents[1] / "file.safetensors"), *more)


def found(ran_out: str) -> dict[str, bool]:
    """Return which codes a record has, and whether they are waived."""
    findings = json.loads(ran_out)["result"]["findings"]
    return {finding["code"]: finding["waived"] is not None for finding in findings}


def test_a_finding_of_a_checkpoint_is_set_aside_everywhere(
    board: Path, entry: Path, micronet: "Run"
) -> None:
    file = str(board / "file.safetensors")
    for code in ("MN712", "MN721"):
        waived(board, micronet, code, "--checkpoint", file)
    ran = micronet(*verify(entry, "--format", "json"))
    assert found(ran.out) == {"MN702": False, "MN712": True, "MN721": True}
    assert ran.code == 0
    # The verdict is about the file, whatever is asked of it.
    assert json.loads(ran.out)["result"]["verdict"] == "discrepancy"
    assert micronet(*verify(entry, "--no-waivers")).code == 1
    text = micronet(*verify(entry)).out
    assert "the table is of the training" in text
    assert "verify: 1 note, 2 waived in 1 file" in text
    audit = ("audit", board, "--checkpoints", board, "--format", "json")
    [row] = json.loads(micronet(*audit).out)["entries"]
    assert (row["waived"], "error" in row["findings"]) == (2, False)


def test_a_waiver_of_a_checkpoint_is_unused_only_where_one_was_read(
    board: Path, entry: Path, micronet: "Run", manifest: "Made"
) -> None:
    waived(board, micronet, "MN721", "--checkpoint", str(board / "file.safetensors"))
    save_file({"fc.weight": dense(100, 3), "table": dense(2, 3)}, board / "file.safetensors")
    right = LAYERS[1].replace("nonzero: 1", "nonzero: 300")
    entry.write_text(manifest(layers=[LAYERS[0], right], checkpoint=CHECKPOINT), encoding="utf-8")

    def beside(*arguments: str | Path) -> set[str]:
        listed = json.loads(micronet(*arguments, "--format", "json").out)
        findings = listed.get("result", listed)["findings"]
        return {finding["code"] for finding in findings if finding["entry"] is None}

    assert beside("lint", entry) == set()
    assert beside("audit", board) == set()
    assert beside("verify", entry) == set()
    assert beside("audit", board, "--checkpoints", board) == {"MN611"}
    assert beside(*verify(entry)) == {"MN611"}
    (board / "file.safetensors").write_bytes(b"nothing that can be read")
    assert beside("audit", board, "--checkpoints", board) == set()
    assert beside(*verify(entry)) == set()


def test_a_waiver_ends_when_the_file_changes(board: Path, entry: Path, micronet: "Run") -> None:
    waived(board, micronet, "MN712", "--checkpoint", str(board / "file.safetensors"))
    save_file({"fc.weight": WEIGHT, "table": dense(9, 9)}, board / "file.safetensors")
    assert found(micronet(*verify(entry, "--format", "json")).out)["MN613"] is False


def test_that_nothing_was_read_cannot_be_waived(board: Path, entry: Path, micronet: "Run") -> None:
    (board / "file.safetensors").write_bytes(b"nothing that can be read")
    file = str(board / "file.safetensors")
    ran = micronet("waive", entry, "MN703", *REASON, "--checkpoint", file)
    assert (ran.code, "cannot be waived" in ran.err) == (2, True)


def test_codes_and_readers_are_chosen(entry: Path, micronet: "Run") -> None:
    def codes(*more: str) -> set[str]:
        return set(found(micronet(*verify(entry, "--format", "json", *more)).out))

    assert codes() == {"MN702", "MN712", "MN721"}
    assert codes("--persona", "contestant") == {"MN702", "MN721"}
    assert codes("--select", "MN72") == {"MN721"}
    ran = micronet(*verify(entry, "--ignore", "mn721"))
    assert (ran.code, "MN721" in ran.out) == (0, False)
    hidden = micronet(*verify(entry, "--persona", "contestant")).out
    assert "1 for review by the organizers" in hidden


def test_other_formats_have_the_same_findings(entry: Path, micronet: "Run") -> None:
    ran = micronet(*verify(entry, "--format", "sarif"))
    [run] = json.loads(ran.out)["runs"]
    results = {result["ruleId"]: result["properties"] for result in run["results"]}
    assert set(results) == {"MN702", "MN712", "MN721"}
    assert results["MN712"]["storageEffect"] == pytest.approx(6 / 36_500_000)
    assert ran.code == 1
    lines = micronet(*verify(entry, "--format", "github")).out.splitlines()
    kinds = [line.partition(" ")[0] for line in lines]
    assert sorted(kinds) == ["::error", "::notice", "::warning"]


def test_what_cannot_be_compared_says_why_in_every_format(
    entry: Path, micronet: "Run", manifest: "Made"
) -> None:
    broken = ["{name: fc, op: lineal, out: 100}"]
    entry.write_text(manifest(layers=broken, checkpoint=CHECKPOINT), encoding="utf-8")
    assert found(micronet(*verify(entry, "--format", "json")).out).keys() >= {"MN105", "MN704"}


@pytest.mark.parametrize("more", [["--fix", "--format", "json"], ["--diff"]])
def test_options_that_would_do_nothing_are_usage_errors(
    entry: Path, micronet: "Run", more: list[str]
) -> None:
    assert micronet(*verify(entry, *more)).code == 2


def test_nothing_checked_is_no_success_whatever_is_ignored(entry: Path, micronet: "Run") -> None:
    absent = ("verify", entry, "--checkpoint", "none.pt", "--ignore", "MN706")
    assert micronet(*absent).code == 3
    assert micronet(*absent, "--exit-zero").code == 0
