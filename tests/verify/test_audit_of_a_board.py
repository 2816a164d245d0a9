"""An audit that verifies: by the files of a folder, or by records of them."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from safetensors.numpy import save_file

from micronet_spec.verify import board
from tests.verify.conftest import dense

if TYPE_CHECKING:
    from tests.conftest import Made, Run

LAYERS = [
    "{name: pool, op: global_avg_pool}",
    "{name: fc, op: linear, out: 100, weight: {tensor: fc.weight}}",
]


@pytest.fixture
def entries(tmp_path: Path, manifest: "Made") -> Path:
    """Return a folder of entries: right, found by its name, refused and without a file."""
    folder, files = tmp_path / "entries", tmp_path / "files"
    folder.mkdir()
    files.mkdir()
    save_file({"fc.weight": dense(100, 3)}, files / "other-name.bin")
    data = (files / "other-name.bin").read_bytes()
    save_file({"fc.weight": dense(100, 3), "more": dense(2)}, files / "named.pt")
    (files / "broken.pt").write_bytes(b"nothing")
    digest = hashlib.sha256(data).hexdigest()
    checkpoints = {
        "a-right": f"{{file: a.pt, sha256: {digest}, bytes: {len(data)}}}",
        "b-named": "{file: folder/named.pt}",
        "c-broken": "{file: broken.pt}",
        "d-absent": "{file: absent.pt}",
        "e-unknown": "unknown",
    }
    for name, checkpoint in checkpoints.items():
        text = manifest(layers=LAYERS, checkpoint=checkpoint, name=name, team=team(name))
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def team(name: str) -> str:
    return f"{{name: {name}, members: [{{github: {name}}}]}}"


def verdicts(printed: str) -> dict[str, str]:
    rows: list[dict[str, Any]] = json.loads(printed)["verifications"]
    return {row["entry"].rpartition("/")[2]: row["verdict"] for row in rows}


EXPECTED = {
    "a-right": "verified",
    "b-named": "discrepancy",
    "c-broken": "refused",
    "d-absent": "absent",
    "e-unknown": "absent",
}


def test_every_entry_is_verified_whatever_the_others_are(entries: Path, micronet: "Run") -> None:
    arguments = ("audit", entries, "--checkpoints", entries.parent / "files")
    ran = micronet(*arguments, "--format", "json")
    assert verdicts(ran.out) == EXPECTED
    found = {finding["code"] for finding in json.loads(ran.out)["findings"]}
    assert {"MN703", "MN712"} <= found
    assert "MN706" not in found
    shown = micronet(*arguments).out
    assert all(verdict in shown for verdict in EXPECTED.values())


def test_a_crash_of_ours_is_a_verdict(
    entries: Path, micronet: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(board, "verify", fail)
    ran = micronet("audit", entries, "--checkpoints", entries, "--format", "json")
    assert set(verdicts(ran.out).values()) == {"crashed"}


def test_records_stand_for_files(entries: Path, micronet: "Run") -> None:
    records, files = entries.parent / "records", entries.parent / "files"
    records.mkdir()
    for manifest, file in (("a-right", "other-name.bin"), ("b-named", "named.pt")):
        command = ("verify", entries / f"{manifest}.yaml", "--checkpoint", files / file)
        record = micronet(*command, "--format", "json").out
        (records / f"{manifest}.json").write_text(record, encoding="utf-8")
    (records / "none.json").write_text("{}", encoding="utf-8")
    ran = micronet("audit", entries, "--evidence", records, "--format", "json")
    absent = {"c-broken": "absent", "d-absent": "absent", "e-unknown": "absent"}
    assert verdicts(ran.out) == EXPECTED | absent
    assert "none.json: no evidence record" in ran.err


def test_without_either_nothing_is_said_of_checkpoints(entries: Path, micronet: "Run") -> None:
    assert "verifications" not in json.loads(micronet("audit", entries, "--format", "json").out)
    assert "verdict" not in micronet("audit", entries).out
