"""What people see of the audit of the real entries, kept in a file so that changes are reviewed.

`UPDATE_GOLDEN=1 make test` writes the files anew.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("audit.txt", ["audit", "submissions", "--exit-zero"]),
        ("audit.json", ["audit", "submissions", "--exit-zero", "--format", "json"]),
        ("score.txt", ["score", "submissions/micronet-2019/cifar100/02-kaist-ai.yaml"]),
        (
            "explain.txt",
            [
                "score",
                "submissions/micronet-2019/cifar100/01-riair.yaml",
                "--explain",
                "dense1.0.conv1",
            ],
        ),
    ],
)
def test_output_is_as_reviewed(name: str, arguments: list[str]) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "micronet_spec", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    printed = "".join(f"{line.rstrip()}\n" for line in result.stdout.splitlines())
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / name).write_text(printed, encoding="utf-8")
    assert printed == (GOLDEN / name).read_text(encoding="utf-8")
