"""`micronet verify` as people and programs see it."""

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.verify.conftest import Arrays, dense, pruned

if TYPE_CHECKING:
    from tests.conftest import Made, Run

GOLDEN = Path(__file__).parents[1] / "golden" / "verify"
LAYERS = [
    "{name: conv, op: conv2d, out: 4, kernel: 3, weight: {store: mask, nonzero: 60}}",
    "{name: bn, op: batch_norm, fold: {into: conv, tensors: bn}}",
    "{name: act, op: relu}",
    "{name: pool, op: global_avg_pool}",
    "{name: fc, op: linear, out: 100, weight: {tensor: fc.weight}, bias: {tensor: fc.bias}}",
]
TENSORS: Arrays = {
    "conv.weight": pruned(4, 3, 3, 3),
    "bn.weight": dense(4),
    "bn.bias": dense(4, seed=1),
    "bn.running_mean": dense(4, seed=2),
    "bn.running_var": dense(4, seed=3),
    "bn.num_batches_tracked": np.array([3]),
    "fc.weight": dense(100, 4),
    "table": dense(2, 3),
}
CLAIMS = """\
layer,stored_bits,multiplies,multiply_bits,adds,add_bits,source
conv,2156,2160,32,2016,32,counted
act,,144,32,,,
pool,,4,32,140,32,
fc,16000,400,32,400,32,
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manifest: "Made") -> Path:
    """Return a folder with a manifest, its claims and its checkpoint; it is the current one."""
    text = manifest(layers=LAYERS, claims="{score: 0.0000160}", name="Example")
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "mine.claims.csv").write_text(CLAIMS, encoding="utf-8")
    save_file(dict(TENSORS), tmp_path / "file.safetensors")
    monkeypatch.chdir(tmp_path)
    return tmp_path


COMMAND = ("verify", "mine.yaml", "--checkpoint", "file.safetensors")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("discrepancy", []),
        ("diff", ["--map", "--fix", "--diff"]),
        ("refused", ["--max-file-bytes", "100"]),
    ],
)
def test_output_is_as_reviewed(
    folder: Path, micronet: "Run", name: str, arguments: list[str]
) -> None:
    before = (folder / "mine.yaml").read_bytes()
    ran = micronet(*COMMAND, *arguments)
    printed = "".join(f"{line.rstrip()}\n" for line in ran.out.splitlines())
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / f"{name}.txt").write_text(printed, encoding="utf-8")
    assert printed == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert (ran.code, ran.err) == (1, "")
    assert (folder / "mine.yaml").read_bytes() == before


def test_what_is_written_verifies_but_for_what_a_person_decides(
    folder: Path, micronet: "Run"
) -> None:
    path = folder / "mine.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("claims:", "# claims:"))
    assert (
        "wrote 4 values into mine.yaml; lint: no findings"
        in micronet(*COMMAND, "--map", "--fix").out
    )
    text = path.read_text(encoding="utf-8")
    assert hashlib.sha256((folder / "file.safetensors").read_bytes()).hexdigest() in text
    ran = micronet(*COMMAND, "--format", "json")
    codes = {finding["code"] for finding in json.loads(ran.out)["result"]["findings"]}
    assert codes == {"MN711", "MN712"}


def test_json_is_a_record_that_can_be_judged_again(
    folder: Path, micronet: "Run", root: Path
) -> None:
    record = json.loads(micronet(*COMMAND, "--format", "json").out)
    schema = json.loads((root / "schemas" / "evidence.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(record, schema)
    (folder / "record.json").write_text(json.dumps(record), encoding="utf-8")
    (folder / "file.safetensors").unlink()
    again = micronet("verify", "mine.yaml", "--evidence", "record.json", "--format", "json")
    assert json.loads(again.out) == record
    assert again.code == 1


def test_a_record_of_nothing_is_a_usage_error(folder: Path, micronet: "Run") -> None:
    (folder / "record.json").write_text('{"evidence": 2}', encoding="utf-8")
    ran = micronet("verify", "mine.yaml", "--evidence", "record.json")
    assert ran.code == 2
    assert "record.json: no evidence record: evidence:" in ran.err


@pytest.mark.parametrize("arguments", [[], ["--checkpoint", "none.pt"], ["--checkpoint", "."]])
@pytest.mark.usefixtures("folder")
def test_without_a_file_nothing_is_checked(micronet: "Run", arguments: list[str]) -> None:
    ran = micronet("verify", "mine.yaml", *arguments)
    assert ran.code == 3
    assert "error[MN706 checkpoint-absent]" in ran.out
    assert "cifar100/mine Example: absent" in ran.out


def test_a_picture_of_the_way_from_claimed_to_measured(folder: Path, micronet: "Run") -> None:
    assert micronet(*COMMAND, "--plot", "way.svg").code == 1
    picture = (folder / "way.svg").read_text(encoding="utf-8")
    assert ">measured<" in picture
    assert ">undeclared tensors<" in picture
    assert micronet(*COMMAND, "--plot", "way.txt").code == 2


def test_labels_prove_the_quality(folder: Path, micronet: "Run") -> None:
    labels = "".join(f"{number % 100}\n" for number in range(10_000))
    guesses = labels.replace("99\n", "98\n")
    (folder / "labels.txt").write_text(labels, encoding="utf-8")
    (folder / "guesses.txt").write_text(guesses, encoding="utf-8")
    digest = hashlib.sha256(guesses.encode()).hexdigest()
    stated = f"top1_correct: 9900, predictions: {{file: guesses.txt, sha256: {digest}}}"
    path = folder / "mine.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("top1_correct: 8050", stated))
    ran = micronet(*COMMAND, "--labels", "labels.txt")
    assert "quality proven: 9,900 of 10,000 correct" in ran.out
    assert ran.out.splitlines()[-2].endswith("widths of additions")


def test_a_manifest_that_is_not_counted_shows_why(folder: Path, micronet: "Run") -> None:
    path = folder / "mine.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("op: relu", "op: rely"))
    ran = micronet(*COMMAND)
    assert "error[MN105 unknown-op]" in ran.out
    assert "Example: incomplete" in ran.out
    assert ran.code == 1
