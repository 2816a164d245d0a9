"""What people see of the audit of the real entries, kept in files so that changes are reviewed.

`UPDATE_GOLDEN=1 make test` writes the files anew.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"
REAL = "submissions/micronet-2019"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("audit.txt", ["audit", "submissions", "--exit-zero"]),
        ("score.txt", ["score", f"{REAL}/cifar100/02-kaist-ai.yaml"]),
        ("explain.txt", ["score", f"{REAL}/cifar100/01-riair.yaml", "--explain", "dense1.0.conv1"]),
    ],
)
def test_output_is_as_reviewed(name: str, arguments: list[str]) -> None:
    _compare(GOLDEN / name, "".join(f"{line.rstrip()}\n" for line in _run(*arguments).splitlines()))


def test_the_audit_is_as_reviewed_to_every_counted_number() -> None:
    audit = json.loads(_run("audit", "submissions", "--exit-zero", "--format", "json"))
    findings = audit.pop("findings")
    entries = audit.pop("entries")
    for changing in ("tool", "spec", "inputs", "pages", "challenges", "people"):
        audit.pop(changing)
    for finding in findings:
        finding.pop("snippet")
    pages = {"audit/board.txt": audit}
    for entry in entries:
        entry["findings"] = [it for it in findings if it["entry"] == entry["entry"]]
        pages[f"audit/{entry['entry'].replace('/', '-')}.txt"] = entry
    for name, page in pages.items():
        _compare(GOLDEN / name, "\n".join(_lines(page)) + "\n")
    kept = {f"audit/{path.name}" for path in (GOLDEN / "audit").iterdir()}
    assert kept == pages.keys()


def _run(*arguments: str) -> str:
    command = [sys.executable, "-m", "micronet_spec", *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout


def _compare(path: Path, printed: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(printed, encoding="utf-8")
    assert printed == path.read_text(encoding="utf-8")


def _lines(page: dict[str, Any]) -> Iterator[str]:
    """Yield a line for every key, and one for every item of a list, so that reviews are short."""
    for key, value in page.items():
        if key == "layers":
            yield "layers:"
            yield from ("  " + " ".join(str(layer[it]) for it in layer) for layer in value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{key}:"
            yield from (f"  {json.dumps(item)}" for item in value)
        else:
            yield f"{key}: {json.dumps(value)}"
