"""Records that are none, or that somebody made to do harm: a word of refusal, or a quiet site."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

Change = Callable[[dict[str, Any]], object]
MANIFEST = """\
manifest: 1
challenge: micronet-2019
task: cifar100
name: A
claims: {score: 0.5}
model:
  input: [3, 32, 32]
  layers:
    - {name: conv, op: conv2d, out: 8, kernel: 3}
"""


@pytest.fixture
def record(tmp_path: Path, micronet: Run) -> dict[str, Any]:
    """Return the record of one entry."""
    folder = tmp_path / "entries/cifar100"
    folder.mkdir(parents=True)
    (folder / "01-a.yaml").write_text(MANIFEST, encoding="utf-8")
    (folder.parent / "board.csv").write_text("task,position,score\ncifar100,1,0.25\n")
    printed = micronet("audit", tmp_path / "entries", "--format", "json", "--exit-zero").out
    loaded: dict[str, Any] = json.loads(printed)
    return loaded


FILES = {
    "empty": (b"", "not JSON"),
    "truncated": (b'{"format": "micronet-audit/1", "entries": [{"en', "not JSON"),
    "not JSON": (b"<html>", "not JSON"),
    "not text": (b"\xff\xfe\x00", "not JSON"),
    "deep": (b"[" * 1_000_000, "not JSON"),
    "a long number": (b"9" * 10_000, "not JSON"),
    "a list": (b"[]", "no record of an audit"),
    "no format": (b"{}", "no record of an audit"),
    "another format": (b'{"format": "sarif/3"}', "no record of an audit"),
    "newer": (b'{"format": "micronet-audit/2"}', "written by a newer version (micronet-audit/2)"),
    "nothing but a format": (b'{"format": "micronet-audit/1"}', "no record of an audit: tool"),
}


@pytest.mark.parametrize(("written", "said"), FILES.values(), ids=FILES)
@pytest.mark.parametrize("form", ["site", "text", "sarif", "github"])
def test_what_is_no_record_is_refused_in_every_format(
    written: bytes, said: str, form: str, tmp_path: Path, micronet: Run
) -> None:
    path = tmp_path / "audit.json"
    path.write_bytes(written)
    where = ["-o", tmp_path / "site"] if form == "site" else []
    ran = micronet("report", path, "--format", form, *where)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not (tmp_path / "site").exists()


def test_a_huge_file_is_not_read(tmp_path: Path, micronet: Run) -> None:
    path = tmp_path / "audit.json"
    path.touch()
    os.truncate(path, 2**40)
    ran = micronet("report", path, "--format", "text")
    assert ran.code == 2
    assert "audit.json" in ran.err


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path, micronet: Run) -> None:
    for path in (tmp_path / "missing.json", tmp_path):
        ran = micronet("report", path, "--format", "text")
        assert (ran.code, ran.out) == (2, "")
        assert str(path) in ran.err


CONTENTS: dict[str, Change] = {
    "no number": lambda it: it["entries"][0].update(rulebook=float("nan")),
    "infinity": lambda it: it["entries"][0].update(interval=[0.1, float("inf")]),
    "a claim that is no number": lambda it: it["entries"][0]["claims"].update(score="high"),
    "a published score that is none": lambda it: it["entries"][0]["board"].update(score="1/0"),
    "bits over nothing": lambda it: it["entries"][0]["layers"][0].update(stored_bits="1/0"),
    "a baseline of nothing": lambda it: it["challenges"]["micronet-2019"]["tasks"]["cifar100"][
        "baseline"
    ].update(parameters=0),
    "an unknown severity": lambda it: it["findings"][0].update(severity="fatal"),
    "an entry that is text": lambda it: it.update(entries=["a"]),
}


@pytest.mark.parametrize("change", CONTENTS.values(), ids=CONTENTS)
def test_a_record_with_a_wrong_part_is_refused_with_its_place(
    change: Change, record: dict[str, Any], tmp_path: Path, micronet: Run
) -> None:
    change(record)
    (tmp_path / "audit.json").write_text(json.dumps(record), encoding="utf-8")
    ran = micronet("report", tmp_path / "audit.json", "-o", tmp_path / "site")
    assert ran.code == 2
    assert "no record of an audit: " in ran.err
    assert not (tmp_path / "site").exists()


def test_ids_that_are_paths_stay_within_the_site(
    record: dict[str, Any], tmp_path: Path, micronet: Run
) -> None:
    [entry] = record["entries"]
    ids = [
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        "a\x00b",
        "\u202e<script>",
        "C:\\x",
        "x" * 5_000,
    ]
    record["entries"] = [{**entry, "entry": each, "task": each} for each in ids]
    (tmp_path / "audit.json").write_text(json.dumps(record), encoding="utf-8")
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    ran = micronet("report", tmp_path / "audit.json", "-o", tmp_path / "site")
    assert (ran.code, ran.err) == (0, "")
    written = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert all(path.is_relative_to(tmp_path / "site") for path in written)
    assert len(list((tmp_path / "site/entries").iterdir())) == len(ids)
    printed = micronet("report", tmp_path / "audit.json", "--format", "text").out
    assert "\u202e" not in printed
    assert "\x00" not in printed


def test_files_of_others_in_the_folder_stay(
    record: dict[str, Any], tmp_path: Path, micronet: Run
) -> None:
    (tmp_path / "audit.json").write_text(json.dumps(record), encoding="utf-8")
    (tmp_path / "site").mkdir()
    (tmp_path / "site/CNAME").write_text("board.example.org\n", encoding="utf-8")
    for _ in range(2):
        assert micronet("report", tmp_path / "audit.json", "-o", tmp_path / "site").code == 0
    assert (tmp_path / "site/CNAME").read_text(encoding="utf-8") == "board.example.org\n"
    assert (tmp_path / "site/index.html").exists()


def test_a_file_where_a_folder_is_needed_is_said(
    record: dict[str, Any], tmp_path: Path, micronet: Run
) -> None:
    (tmp_path / "audit.json").write_text(json.dumps(record), encoding="utf-8")
    (tmp_path / "site").mkdir()
    (tmp_path / "site/entries").write_text("", encoding="utf-8")
    ran = micronet("report", tmp_path / "audit.json", "-o", tmp_path / "site")
    assert ran.code == 2
    assert "cannot be written" in ran.err
