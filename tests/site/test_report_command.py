"""`micronet report`: what it needs, what it refuses, and that the record is all it reads."""

import json
from pathlib import Path

import pytest

from micronet_spec.cli import report as command
from tests.conftest import Run


def test_a_record_of_a_newer_version_is_refused(tmp_path: Path, micronet: Run) -> None:
    path = tmp_path / "audit.json"
    path.write_text(json.dumps({"format": "micronet-audit/2"}), encoding="utf-8")
    ran = micronet("report", path, "-o", tmp_path / "site")
    assert ran.code == 2
    assert "written by a newer version (micronet-audit/2)" in ran.err
    assert not (tmp_path / "site").exists()


def test_the_inputs_are_not_needed_and_the_same_record_gives_the_same_bytes(
    tmp_path: Path, micronet: Run
) -> None:
    (tmp_path / "cifar100").mkdir()
    manifest = tmp_path / "cifar100/01-a.yaml"
    manifest.write_text("manifest: 1\nname: A\n", encoding="utf-8")
    record = tmp_path / "audit.json"
    answer = micronet("audit", tmp_path, "--format", "json", "--exit-zero")
    record.write_text(answer.out, encoding="utf-8")
    manifest.unlink()
    for name in ("one", "two"):
        ran = micronet("report", record, "-o", tmp_path / name)
        assert (ran.code, ran.err) == (0, "")
    first = {path.name: path.read_bytes() for path in (tmp_path / "one").rglob("*.*")}
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "two").rglob("*.*")}


@pytest.mark.parametrize("form", ["text", "sarif", "github"])
@pytest.mark.parametrize("full", [(), ("--full",)])
def test_a_record_is_printed_as_the_audit_was(
    form: str, full: tuple[str, ...], tmp_path: Path, micronet: Run
) -> None:
    (tmp_path / "cifar100").mkdir()
    for name in "ab":
        path = tmp_path / f"cifar100/{name}.yaml"
        path.write_text(f"manifest: 1\nname: {name}\nclaims: {{score: 1, scor: 2}}\n")
    (tmp_path / "audit.json").write_text(
        micronet("audit", tmp_path, "--format", "json").out, encoding="utf-8"
    )
    printed = micronet("audit", tmp_path, "--format", form, "--exit-zero", *full)
    again = micronet("report", tmp_path / "audit.json", "--format", form, *full)
    assert (again.code, again.err) == (0, "")
    assert "MN101" in again.out
    assert again.out == printed.out


def test_a_folder_is_for_a_site_and_a_site_for_a_folder(tmp_path: Path, micronet: Run) -> None:
    for arguments in ([], ["--format", "text", "-o", str(tmp_path)]):
        ran = micronet("report", tmp_path / "audit.json", *arguments)
        assert ran.code == 2
        assert "a site needs --output FOLDER, and nothing else does" in ran.err


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, micronet: Run) -> None:
    record = tmp_path / "audit.json"
    (tmp_path / "a.yaml").write_text("manifest: 1\n", encoding="utf-8")
    record.write_text(micronet("audit", tmp_path, "--format", "json").out, encoding="utf-8")
    ran = micronet("report", record, "-o", record / "site")
    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_what_is_not_installed_is_named(
    tmp_path: Path, micronet: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "jinja2" else name)
    ran = micronet("report", tmp_path / "audit.json", "-o", tmp_path)
    assert ran.code == 2
    assert "a site needs jinja2: install micronet-spec[report]" in ran.err
