"""An audit of entries and a board that do not fit together, through the command line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from micronet_spec.cli import audit as command

if TYPE_CHECKING:
    from tests.conftest import Made, Run

HOSTILE = "<img src=x onerror=alert(1)>\u202e"


@pytest.fixture
def folder(tmp_path: Path, manifest: "Made") -> Path:
    """Return a folder with two entries and their board."""
    task = tmp_path / "board/cifar100"
    task.mkdir(parents=True)
    for name in ("01-a", "02-b"):
        (task / f"{name}.yaml").write_text(manifest(name=name), encoding="utf-8")
    _board(tmp_path, 1, 2)
    return tmp_path


def _board(folder: Path, *positions: int, name: str = "") -> None:
    rows = "".join(f"cifar100,{position},{name},0.5\n" for position in positions)
    text = f"task,position,name,score\n{rows}"
    (folder / "board/board.csv").write_text(text, encoding="utf-8")


def _audited(folder: Path, micronet: "Run") -> tuple[dict[str, Any], set[str]]:
    ran = micronet("audit", folder, "--format", "json", "--exit-zero")
    assert (ran.code, ran.err) == (0, "")
    answer = json.loads(ran.out)
    shown = micronet("audit", folder, "--exit-zero")
    assert (shown.code, shown.err) == (0, "")
    assert "\u202e" not in shown.out
    return answer, {finding["code"] for finding in answer["findings"]}


def test_a_manifest_that_disappears_meanwhile_is_a_finding(
    folder: Path, micronet: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    def progress(paths: list[Path]) -> Iterator[Path]:
        for path in paths:
            path.unlink()
            yield path

    monkeypatch.setattr(command, "progress", progress)
    ran = micronet("audit", folder, "--format", "json")
    assert (ran.code, ran.err) == (1, "")
    answer = json.loads(ran.out)
    assert [finding["code"] for finding in answer["findings"]][:1] == ["MN001"]
    assert {entry["kind"] for entry in answer["entries"]} == {"not counted"}


def test_a_claims_file_with_layers_of_another_network_is_a_finding(
    folder: Path, micronet: "Run"
) -> None:
    header = "layer,stored_bits,multiplies,multiply_bits,adds,add_bits,source"
    claims = f"{header}\nresnet.conv9,1,1,32,1,32,\n"
    (folder / "board/cifar100/01-a.claims.csv").write_text(claims, encoding="utf-8")
    answer, codes = _audited(folder, micronet)
    assert "MN402" in codes
    assert {entry["kind"] for entry in answer["entries"]} == {"recounted"}


def test_a_row_without_an_entry_is_a_finding(folder: Path, micronet: "Run") -> None:
    _board(folder, 1, 2, 3, name=HOSTILE)
    _, codes = _audited(folder, micronet)
    assert codes >= {"MN632"}


def test_two_entries_of_one_row_are_a_finding(
    folder: Path, manifest: "Made", micronet: "Run"
) -> None:
    (folder / "board/cifar100/02-c.yaml").write_text(manifest(name="c"), encoding="utf-8")
    _, codes = _audited(folder, micronet)
    assert codes >= {"MN633"}


def test_an_entry_on_no_board_is_a_finding(folder: Path, micronet: "Run") -> None:
    _board(folder, 1)
    _, codes = _audited(folder, micronet)
    assert codes >= {"MN634"}
