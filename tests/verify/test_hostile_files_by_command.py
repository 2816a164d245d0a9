"""Hostile files as an organizer meets them: by `micronet verify`, and among others in an audit."""

import json
import os
import signal
import unicodedata
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from safetensors.numpy import save_file

from micronet_spec.checkpoint.sandbox import Limits
from micronet_spec.verify import reading
from tests.checkpoint.hostile import ATTACKS, Attack
from tests.verify.conftest import dense

if TYPE_CHECKING:
    from tests.conftest import Made, Ran, Run

LAYERS = [
    "{name: pool, op: global_avg_pool}",
    "{name: fc, op: linear, out: 100, weight: {tensor: fc.weight}}",
]
LESS = ("--max-steps", "200000", "--max-tensors", "2000")
"""Less than usual, so that the bombs take less time."""
ENDS = {"refused": 1, "incomplete": 1, "crashed": 3}
"""What may become of a hostile file, and the exit code of `micronet verify` then."""
IN_PROCESSES = (
    "call os system",
    "10^12 values of stride 0",
    "npz: a bomb",
    "an archive cut short",
    "safetensors: a number of a megabyte",
    "onnx: data at nothing",
)


class _Here:
    """Calls the function of a reading process in this one: the reader is the same."""

    def __init__(self, function: str, argument: Any, _: Limits) -> None:
        self._function, self._argument = function, argument

    def __iter__(self) -> Iterator[Any]:
        module, name = self._function.split(":")
        for item in getattr(import_module(module), name)(self._argument):
            yield json.loads(json.dumps(item, default=vars))


@pytest.fixture
def mine(tmp_path: Path, manifest: "Made") -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(manifest(layers=LAYERS), encoding="utf-8")
    return path


def is_harmless(ran: "Ran", folder: Path) -> bool:
    """Tell whether nothing was executed, nothing crashed, and no terminal is acted on."""
    said = ran.out + ran.err
    unseen = {c for c in said.replace("\n", "") if unicodedata.category(c).startswith("C")}
    return not (unseen or "Traceback" in said or any(folder.rglob("canary")))


def is_stopped(ran: "Ran", folder: Path) -> bool:
    """Tell whether a command that was given a hostile file ended as it should."""
    [verdict] = [word for word in ENDS if f"Example: {word}\n" in ran.out]
    return ran.code == ENDS[verdict] and is_harmless(ran, folder)


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
def test_verify_stops_at_every_attack(
    attack: Attack, mine: Path, micronet: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "Child", _Here)
    folder = mine.parent
    options = ("--checkpoint", attack.make(folder), "--external", folder, *LESS)
    ran = micronet("verify", mine, *options)
    assert is_stopped(ran, folder)
    assert "refused" in ran.out


@pytest.mark.parametrize("name", IN_PROCESSES)
def test_verify_stops_in_a_process_of_its_own(name: str, mine: Path, micronet: "Run") -> None:
    [attack] = [attack for attack in ATTACKS if attack.name == name]
    file = attack.make(mine.parent)
    assert is_stopped(micronet("verify", mine, "--checkpoint", file, *LESS), mine.parent)


@pytest.mark.parametrize("part", range(4))
def test_an_audit_goes_on_after_every_attack(
    part: int, tmp_path: Path, manifest: "Made", micronet: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "Child", _Here)
    entries, files = tmp_path / "entries", tmp_path / "files"
    entries.mkdir()
    files.mkdir()
    save_file({"fc.weight": dense(100, 3)}, files / "honest.pt")
    names = {f"{number:03}": attack for number, attack in enumerate(ATTACKS[part::4])}
    for name, attack in names.items():
        folder = tmp_path / name
        folder.mkdir()
        (files / f"{name}.pt").write_bytes(attack.content(folder))
    for name in (*names, "honest"):
        team = f"{{name: T{name}, members: [{{github: u{name}}}]}}"
        text = manifest(layers=LAYERS, checkpoint=f"{{file: {name}.pt}}", name=name, team=team)
        (entries / f"{name}.yaml").write_text(text, encoding="utf-8")
    ran = micronet("audit", entries, "--checkpoints", files, *LESS, "--format", "json")
    rows = json.loads(ran.out)["verifications"]
    verdicts = {row["entry"].removeprefix("cifar100/"): row["verdict"] for row in rows}
    assert verdicts.pop("honest") == "verified"
    assert verdicts.keys() == names.keys()
    # Without a folder for them, external data are only missing.
    outside = {name for name, attack in names.items() if attack.name.startswith("onnx: data")}
    assert {name for name, verdict in verdicts.items() if verdict not in ENDS} <= outside
    assert "verified" not in verdicts.values()
    assert ran.code == 1
    assert is_harmless(ran, tmp_path)


def test_names_of_a_stranger_do_not_act_on_a_terminal(mine: Path, micronet: "Run") -> None:
    file = mine.parent / "a\x1b[2Jb\u202e.pt"
    save_file({"evil\x1b[31m\u202e.weight": dense(100, 4), "fc.weight": dense(100, 3)}, file)
    for form in ("text", "json", "sarif", "github"):
        ran = micronet("verify", mine, "--checkpoint", file, "--format", form)
        assert ran.code in {0, 1}
        assert is_harmless(ran, mine.parent)


def test_an_audit_goes_on_after_a_reader_that_died(
    tmp_path: Path, manifest: "Made", micronet: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    some = import_module("tests.checkpoint.called").die_of_some
    monkeypatch.setattr(reading, "measured", some)
    ends = {
        f"signal-{int(signal.SIGKILL)}": "crashed",  # As the machine does that has no memory left.
        f"signal-{int(signal.SIGSEGV)}": "crashed",
        "memory": "refused",
        "whole": "verified",
    }
    for name in ends:
        save_file({"fc.weight": dense(100, 3)}, tmp_path / f"{name}.pt")
        text = manifest(layers=LAYERS, checkpoint=f"{{file: {name}.pt}}", name="Example")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    ran = micronet("audit", tmp_path, "--checkpoints", tmp_path, "--format", "json")
    rows = json.loads(ran.out)["verifications"]
    assert {row["entry"].removeprefix("cifar100/"): row["verdict"] for row in rows} == ends
    killed = f"signal-{int(signal.SIGKILL)}.yaml"
    ran = micronet("verify", tmp_path / killed)
    assert ran.code == 3
    assert "error[MN705 reader-crashed]" in ran.out


def test_a_folder_of_the_stranger_is_no_place_for_libraries(
    mine: Path, micronet: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    (mine.parent / "numpy.py").write_text("open('canary', 'w')", encoding="utf-8")
    save_file({"fc.weight": dense(100, 3)}, mine.parent / "model.pt")
    monkeypatch.chdir(mine.parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([".", "", os.environ.get("PYTHONPATH", "")]))
    ran = micronet("verify", "mine.yaml", "--checkpoint", "model.pt")
    assert ran.code == 0, ran.out
    assert is_harmless(ran, mine.parent)
