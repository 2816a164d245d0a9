"""`micronet people`: the table of persons, for people, programs and spreadsheets."""

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Made, Run


@pytest.fixture
def folder(tmp_path: Path, manifest: "Made") -> Path:
    """Four entries of Ada, one with Bob, and one whose team cannot be read."""
    ada = "{name: Ada Lovelace, github: ada}"
    for number in range(1, 5):
        members = f"[{ada}, {{name: =Bob}}]" if number == 1 else f"[{ada}]"
        team = f"{{name: Team, members: {members}}}"
        text = manifest(team=team, submitted=f"2019-09-{number:02}")
        (tmp_path / f"{number:02}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "05.yaml").write_text(manifest(team="[]"), encoding="utf-8")
    return tmp_path


def test_people_read_who_has_what_and_what_is_not_known(folder: Path, micronet: "Run") -> None:
    code, out, _ = micronet("people", folder)
    assert code == 1
    assert "error[MN601 entry-limit]" in out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "Ada Lovelace github:ada cifar100 01, 02, 03, 04 (falls) 0" in lines
    assert "=Bob - cifar100 01 2" in lines
    assert "2 persons; 1 of them have no public id" in lines
    assert f"not read: {folder}/05.yaml" in lines


def test_programs_read_the_same(folder: Path, micronet: "Run") -> None:
    code, out, _ = micronet("people", folder, "--format", "json")
    report = json.loads(out)
    assert code == 1
    ada, bob = report["people"]
    assert ada["ids"] == [{"site": "github", "id": "ada"}]
    assert ada["tasks"][0]["fallen"] == ["cifar100/04"]
    assert (ada["tasks"][0]["slots_left"], bob["tasks"][0]["slots_left"]) == (0, 2)
    assert [finding["code"] for finding in report["findings"]] == ["MN601"]
    assert report["not_read"] == [f"{folder}/05.yaml"]
    assert report["without_id"] == 1


def test_a_spreadsheet_takes_no_name_for_a_formula(folder: Path, process: "Run") -> None:
    code, out, _ = process("people", folder, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 1
    assert [row["person"] for row in rows] == ["Ada Lovelace", "'=Bob"]
    assert rows[0]["fallen"] == "cifar100/04"


def test_a_board_without_violations_is_clean(folder: Path, micronet: "Run") -> None:
    (folder / "04.yaml").unlink()
    assert micronet("people", folder).code == 0


def test_a_folder_without_manifests_has_nothing_to_show(tmp_path: Path, micronet: "Run") -> None:
    (tmp_path / "aliases.yaml").write_text("aliases: []\n", encoding="utf-8")
    assert micronet("people", tmp_path).code == 3


def waive(micronet: "Run", path: Path, code: str) -> None:
    ran = micronet("waive", path, code, "--reason", "r", "--by", "the organizers", "--append")
    assert ran.code == 0, ran.err


def late(folder: Path, number: int) -> Path:
    path = folder / f"{number:02}.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("submitted: 2019-09-", "submitted: 2019-11-"), encoding="utf-8")
    return path


def test_a_late_entry_takes_no_slot_unless_it_is_admitted(folder: Path, micronet: "Run") -> None:
    path = late(folder, 2)
    assert micronet("people", folder).code == 0
    waive(micronet, path, "MN504")
    ran = micronet("people", folder)
    assert (ran.code, "01, 03, 04, 02 (falls)" in " ".join(ran.out.split())) == (1, True)
    assert micronet("people", folder, "--no-waivers").code == 0
    audited = json.loads(micronet("audit", folder, "--format", "json").out)
    status = {row["entry"]: row["status"] for row in audited["entries"]}
    assert status["cifar100/02"] == "disqualified"


def test_a_waived_finding_is_counted_and_not_shown(folder: Path, micronet: "Run") -> None:
    for path in folder.glob("0[1-4].yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("submitted: 2019-09-", "submitted: 2019-13-"), "utf-8")
    assert "warning[MN602" in micronet("people", folder).out
    waive(micronet, folder / "04.yaml", "MN602")
    out = micronet("people", folder).out
    assert "MN602" not in out
    assert "1 waived" in out
