"""Shared fixtures: a small valid manifest to break, and ways to see what is found in it.

A test marks the places it expects findings at with « and », in the text itself; the marks are
taken out before the text is read.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest
from hypothesis import settings

from micronet_spec import cli
from micronet_spec.document import Span, parse
from micronet_spec.entry.entry import Entry, understand
from micronet_spec.finding import Finding
from micronet_spec.manifest import read
from micronet_spec.rules import check

settings.register_profile("reproducible", derandomize=True, database=None, deadline=None)
settings.load_profile("reproducible")

ROOT = Path(__file__).parents[1]

LAYERS = (
    "{name: conv, op: conv2d, out: 4, kernel: 3}",
    "{name: pool, op: global_avg_pool}",
    "{name: fc, op: linear, out: 100}",
)
"""4 x 27 + 100 x 4 weights; 4 channels of 6 x 6 positions."""

SECTIONS = {
    "manifest": "1",
    "challenge": "micronet-2019",
    "task": "cifar100",
    "name": "Example",
    "submitted": "2019-10-01",
    "team": "{name: Team, members: [{name: Ada}]}",
    "repository": '{url: "https://example.org/code", license: MIT}',
    "training": "{data: [cifar100/train], start_weights: none}",
    "quality": "{top1_correct: 8050}",
    "checkpoint": "{file: model.pt}",
}

_MARKS = re.compile("[«»]")


class Made(Protocol):
    """Makes the text of a manifest."""

    def __call__(self, *, layers: Sequence[str] = LAYERS, **sections: str | None) -> str:
        """Return a valid manifest but for `layers` and `sections`; None leaves one out."""


class Expected(Protocol):
    """Compares findings with marks."""

    def __call__(self, text: str, *codes: str) -> list[Finding]:
        """Assert that exactly `codes` are found, each at its mark, and return the findings."""


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


Linted = Callable[[str], list[Finding]]
Understood = Callable[[str], Entry]
Unmarked = Callable[[str], tuple[str, list[Span]]]
Run = Callable[..., Ran]


def _manifest(*, layers: Sequence[str] = LAYERS, **sections: str | None) -> str:
    network = "\n  input: [3, 8, 8]\n  layers:" + "".join(f"\n    - {layer}" for layer in layers)
    model = sections.pop("model", network)
    values: dict[str, str | None] = {**SECTIONS, **sections, "model": model}
    return "".join(f"{key}: {value}\n" for key, value in values.items() if value is not None)


def _unmark(text: str) -> tuple[str, list[Span]]:
    spans: list[Span] = []
    plain = _MARKS.sub("", text)
    for number, line in enumerate(text.split("\n"), start=1):
        rest, bare = line, ""
        while "«" in rest:
            before, inside, rest = re.split("«|»", rest, maxsplit=2)
            bare += before + inside
            spans.append(Span(number, len(bare) - len(inside) + 1, len(bare) + 1))
    return plain, spans


def _understand(text: str) -> Entry:
    return understand(read(parse(text, Path("entry.yaml"))))


def _lint(text: str) -> list[Finding]:
    return check(_understand(text))


def _expect(text: str, *codes: str) -> list[Finding]:
    plain, spans = _unmark(text)
    assert len(spans) == len(codes), "one code for every mark"
    findings = _lint(plain)
    found = [(finding.primary.span, finding.code) for finding in findings]
    wanted = [
        (span, code) for span, group in zip(spans, codes, strict=True) for code in group.split()
    ]
    messages = [f"{finding.code} {finding.message}" for finding in findings]
    assert sorted(found, key=str) == sorted(wanted, key=str), messages
    return findings


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the repository."""
    return ROOT


@pytest.fixture(scope="session")
def manifest() -> Made:
    """Return a function that makes the text of a small manifest."""
    return _manifest


@pytest.fixture(scope="session")
def unmark() -> Unmarked:
    """Return a function that takes the marks out of a text, and says where they were."""
    return _unmark


@pytest.fixture(scope="session")
def understood() -> Understood:
    """Return a function that reads and counts the text of a manifest."""
    return _understand


@pytest.fixture(scope="session")
def lint() -> Linted:
    """Return a function that finds everything about the text of a manifest."""
    return _lint


@pytest.fixture(scope="session")
def expect() -> Expected:
    """Return a function that compares what is found in a marked text with codes."""
    return _expect


@pytest.fixture
def micronet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command line in this process."""

    def run(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["micronet", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        captured = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return Ran(left.value.code, captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def process() -> Run:
    """Return a function that runs the command line in a process of its own, for 20 seconds."""

    def run(*arguments: str | Path) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "micronet_spec", *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=20,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run
