"""What README.md prints: its commands are run, and its manifest is an entry without a mistake."""

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
PROGRAM = ".venv/bin/micronet "
MADE = ("mine.yaml", "acme.yaml", "submissions")
"""What there is in the folder that the commands are run in."""


def _commands() -> list[tuple[str, str]]:
    """Return the commands that are followed by what they print, with that."""
    texts = (text for _, block in BLOCKS for text in f"\n{block}".split("\n$ ")[1:])
    pairs = (text.partition("\n") for text in texts)
    return [
        (command.removeprefix(PROGRAM), printed)
        for command, _, printed in pairs
        if printed.strip() and any(word.startswith(MADE) for word in command.split())
    ]


SHOWN = _commands()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of somebody who does what README.md says."""
    kaist = (ROOT / "submissions/micronet-2019/cifar100/02-kaist-ai.yaml").read_text("utf-8")
    mistaken = kaist.replace("kernel: 3", "kernal: 3", 1).replace("80.07", "79.996", 1)
    (tmp_path / "mine.yaml").write_text(mistaken, encoding="utf-8")
    [acme] = [text for kind, text in BLOCKS if kind == "yaml"]
    (tmp_path / "acme.yaml").write_text(acme, encoding="utf-8")
    (tmp_path / "submissions").symlink_to(ROOT / "submissions")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _checkpoint(path: Path) -> None:
    """Write the network of the manifest in README.md, with 650 nonzeros in its convolution."""
    numpy = pytest.importorskip("numpy")
    values = numpy.random.default_rng(0)
    sizes = {"conv1.weight": (32, 3, 3, 3), "fc.weight": (100, 32), "fc.bias": (100,)}
    norm = ("weight", "bias", "running_mean", "running_var")
    sizes |= {f"bn1.{word}": (32,) for word in norm}
    tensors = {name: values.standard_normal(shape, "float32") for name, shape in sizes.items()}
    tensors["conv1.weight"].ravel()[values.permutation(864)[650:]] = 0
    numpy.savez(path, **tensors)


def _squeezed(text: str) -> str:
    return re.sub("─+", "─", " ".join(text.split()))


def _is_in(printed: str, expected: str) -> None:
    """Compare line by line and word by word; `...` is the rest of a line, or any lines."""
    lines = iter([_squeezed(line) for line in printed.splitlines()])
    for line in map(_squeezed, expected.splitlines()):
        begin, cut, _ = line.partition("...")
        if begin or not cut:
            assert any(it.startswith(begin.strip()) if cut else it == line for it in lines), line


@pytest.mark.parametrize(("command", "printed"), SHOWN, ids=[command for command, _ in SHOWN])
def test_a_command_prints_what_is_shown(
    folder: Path, micronet: "Run", command: str, printed: str
) -> None:
    if "acme.npz" in command:
        _checkpoint(folder / "acme.npz")
    _is_in(micronet(*shlex.split(command)).out, printed)


def test_no_command_that_shows_its_output_is_forgotten() -> None:
    assert len(SHOWN) == 5


def test_the_first_lines_are_those_of_the_audit() -> None:
    audit = (ROOT / "tests/golden/audit.txt").read_text(encoding="utf-8")
    _is_in(audit, BLOCKS[0][1])


def test_the_manifest_is_an_entry_without_a_mistake(folder: Path, micronet: "Run") -> None:
    result = micronet("lint", folder / "acme.yaml", "--fail-on", "note")
    assert result.code == 0, result.out
