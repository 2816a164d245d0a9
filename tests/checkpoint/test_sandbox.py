"""The reading process: what it tells, what it may take, and how its end is told."""

import signal
from pathlib import Path
from typing import Any

import pytest

from micronet_spec.checkpoint.refusal import Reason, RefusedError
from micronet_spec.checkpoint.request import Request
from micronet_spec.checkpoint.sandbox import Child, CrashedError, Limits
from tests.checkpoint import forge
from tests.checkpoint.hostile import ATTACKS

LIMITS = Limits(memory_bytes=2**31, cpu_seconds=10, wall_seconds=20)
BOMBS = (
    "ten million tensors",
    "three million empty dictionaries",
    "lists that double a hundred times",
    "10^12 values of stride 0",
    "npz: a bomb",
    "call os system",
)


def _call(name: str, argument: Any = None, limits: Limits = LIMITS) -> list[Any]:
    return list(Child(f"tests.checkpoint.called:{name}", argument, limits))


def _read(path: Path) -> Child:
    request = Request(path=path)
    return Child(
        "micronet_spec.checkpoint.request:tensors",
        request.json(),
        request.limits(),
    )


def test_a_checkpoint_is_told_tensor_by_tensor(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    path.write_bytes(forge.torch_zip(forge.GOOD))
    child = _read(path)
    assert list(child) == [
        {"format": "torch zip", "ignored": [], "unread": []},
        {"name": "w", "dtype": "float32", "shape": [2, 2]},
    ]
    assert 0 < child.peak_bytes < 150e6


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_little_memory(name: str, tmp_path: Path) -> None:
    (attack,) = (attack for attack in ATTACKS if attack.name == name)
    child = _read(attack.make(tmp_path))
    with pytest.raises(RefusedError) as refused:
        list(child)
    assert refused.value.reason is attack.reason
    assert child.peak_bytes < 500e6
    assert not (tmp_path / "canary").exists()


def test_a_file_beside_the_checkpoint_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numpy.py").write_text("open('canary', 'w')")
    (tmp_path / "model.pt").write_bytes(forge.torch_zip(forge.GOOD))
    monkeypatch.chdir(tmp_path)
    assert len(list(_read(Path("model.pt")))) == 2
    assert not (tmp_path / "canary").exists()


def test_any_json_goes_there_and_back() -> None:
    value = {"a": [1, None, "é\n\ud800"], "b": 0.1}
    assert _call("echo", value) == [value]


def test_too_much_memory_is_over_budget() -> None:
    with pytest.raises(RefusedError, match="bytes of memory") as refused:
        _call("hoard")
    assert refused.value.reason is Reason.OVER_BUDGET


def test_what_came_before_a_crash_is_kept() -> None:
    items = iter(Child("tests.checkpoint.called:die", signal.SIGSEGV, LIMITS))
    assert next(items) == "before"
    with pytest.raises(CrashedError, match="Segmentation fault"):
        next(items)


@pytest.mark.parametrize(
    ("name", "argument", "limits", "message"),
    [
        ("fail", None, LIMITS, "ValueError: a mistake of ours"),
        ("sleep", None, Limits(2**31, 10, 0.5), "0.5 seconds were not enough"),
        ("spin", None, Limits(2**31, 1, 20), "used up its time"),
        ("absent", None, LIMITS, "AttributeError"),
    ],
)
def test_a_crash_is_told(name: str, argument: Any, limits: Limits, message: str) -> None:
    with pytest.raises(CrashedError, match=message):
        _call(name, argument, limits)


def test_it_cannot_fill_the_disk(tmp_path: Path) -> None:
    with pytest.raises(CrashedError):
        _call("write", str(tmp_path / "large"))
    assert (tmp_path / "large").stat().st_size <= 2**16
