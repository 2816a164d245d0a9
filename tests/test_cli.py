"""The command line: exit codes, JSON for programs, and nothing heavy on the way."""

import gc
import json
import os
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from micronet_spec.audit import audit as auditing
from micronet_spec.cli import COMMANDS

if TYPE_CHECKING:
    from micronet_spec.challenge.editions import Challenges
    from micronet_spec.entry.entry import Entry
    from micronet_spec.finding import Finding
    from tests.conftest import Made, Run

GOOD = {"name": "Good"}
WARNING = {"name": "Warned", "quality": "{top1_percent: 80.073}"}
ERROR = {"name": "Missed", "quality": "{top1_percent: 79}"}
UNCOUNTED = {"name": "Broken", "model": "{input: [3], layers: [{name: a, op: relu, from: z}]}"}

Write = Callable[..., Path]

FINDING_KEYS = {
    *("code", "name", "severity", "confidence", "clauses", "message", "entry", "file", "line"),
    *("column", "end_column", "effect", "storage_effect", "math_effect", "rank_before"),
    *("rank_after", "effect_text", "help", "snippet", "waived", "related"),
}
SCORE_KEYS = {
    "entry",
    "edition",
    "rules",
    "score",
    "score_with_32_bit_additions",
    "interval",
    "stated_shapes",
    "storage",
    "math_ops",
    "layers",
}
ROW_KEYS = {
    *("entry", "name", "task", "file", "rank", "rulebook", "rulebook_with_32_bit_additions"),
    *("claimed", "published", "difference", "quality", "meets_target", "findings", "differences"),
    *("interval", "edition", "rules", "status", "published_is", "waived", "best_of_team", "lacks"),
}


@pytest.fixture
def write(tmp_path: Path, manifest: "Made") -> Write:
    """Return a function that writes a manifest and returns its path."""

    def write(name: str, sections: dict[str, str]) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(manifest(**sections), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("sections", "options", "code"),
    [
        (GOOD, [], 0),
        (GOOD, ["--fail-on", "note"], 0),
        (WARNING, [], 0),
        (WARNING, ["--fail-on", "error"], 0),
        (WARNING, ["--fail-on", "warning"], 1),
        (WARNING, ["--fail-on", "note"], 1),
        (WARNING, ["--fail-on", "warning", "--exit-zero"], 0),
        (ERROR, [], 1),
        (ERROR, ["--fail-on", "warning"], 1),
        (ERROR, ["--fail-on", "never"], 0),
        (ERROR, ["--exit-zero"], 0),
        (UNCOUNTED, [], 1),
    ],
)
def test_lint_and_audit_leave_with_the_code_of_what_was_found(
    sections: dict[str, str], options: list[str], code: int, write: Write, micronet: "Run"
) -> None:
    path = write("entry.yaml", sections)
    for form in ("text", "json", "sarif", "github"):
        as_organizer = ("--persona", "organizer", "--format", form, *options)
        assert micronet("lint", path, *as_organizer).code == code
        assert micronet("audit", path.parent, "--format", form, *options).code == code


@pytest.mark.parametrize(
    ("sections", "code"), [(GOOD, 0), (WARNING, 0), (ERROR, 0), (UNCOUNTED, 1)]
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_score_leaves_with_0_if_it_could_count(
    sections: dict[str, str], code: int, form: str, write: Write, micronet: "Run"
) -> None:
    assert micronet("score", write("entry.yaml", sections), "--format", form).code == code


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["guess"],
        ["lint"],
        ["lint", "x.yaml", "--fail-on", "typos"],
        ["lint", "x.yaml", "--format", "xml"],
        ["lint", "--wrong"],
        ["score"],
        ["score", "a.yaml", "b.yaml"],
        ["audit"],
        ["audit", "no/such/folder"],
        ["audit", __file__],
        ["schema", "more"],
    ],
    ids=" ".join,
)
def test_wrong_usage_leaves_with_2(arguments: list[str], micronet: "Run") -> None:
    ran = micronet(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert "Usage: " in ran.err


def test_the_layer_to_explain_must_exist(write: Write, micronet: "Run") -> None:
    path = write("entry.yaml", GOOD)
    ran = micronet("score", path, "--explain", "cnv")
    assert ran.code == 2
    assert "no layer cnv; did you mean conv?" in ran.err
    assert micronet("score", path, "--explain", "conv").code == 0


def test_a_layer_is_explained_item_by_item(write: Write, micronet: "Run") -> None:
    out = micronet("score", write("entry.yaml", GOOD), "--explain", "fc").out
    assert out.startswith("fc: linear\n")
    for part in ("400 nonzero weights x 1 positions", "store: weights", "12,800", "R2 R3"):
        assert part in out


def test_a_free_layer_is_explained_in_words(
    manifest: "Made", micronet: "Run", tmp_path: Path
) -> None:
    path = tmp_path / "entry.yaml"
    path.write_text(manifest(layers=["{name: part, op: slice, channels: [0, 1]}"]))
    ran = micronet("score", path, "--explain", "part")
    assert ran.out == "part: slice\nnothing stored, nothing computed\n"


def test_an_explanation_asked_for_as_json_is_json_or_wrong_usage(
    write: Write, micronet: "Run"
) -> None:
    path = write("entry.yaml", GOOD)
    ran = micronet("score", path, "--explain", "conv", "--format", "json")
    assert ran.code == 2 or json.loads(ran.out)


def test_a_folder_without_manifests_leaves_with_3(tmp_path: Path, micronet: "Run") -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / ".hidden.yaml").write_text("x")
    ran = micronet("audit", tmp_path)
    assert ran.code == 3
    assert "no manifest" in ran.err


def test_our_own_mistake_leaves_with_3_and_no_traceback(
    write: Write, micronet: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, *_: object) -> None:
        raise ZeroDivisionError(f"\x1b[31m{path.name}")

    monkeypatch.setattr(auditing, "lint", fail)
    ran = micronet("lint", write("entry.yaml", GOOD))
    assert ran.code == 3
    assert "micronet failed: ZeroDivisionError: \ufffd[31mentry.yaml" in ran.err
    assert "please report it" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"], ["lint", "-h"]])
def test_help_and_version_leave_with_0(arguments: list[str], micronet: "Run") -> None:
    ran = micronet(*arguments)
    assert ran.code == 0
    assert ran.out


def test_commands_are_listed_and_none_is_imported_for_that() -> None:
    program = (
        "import sys; from micronet_spec.cli import cli\n"
        "cli.main(['--help'], standalone_mode=False)\n"
        "print(*sorted(name for name in sys.modules if name.startswith('micronet_spec')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    *listed, imported = done.stdout.splitlines()
    assert {line.split()[0] for line in listed if line.startswith("  ")} >= set(COMMANDS)
    assert not {f"micronet_spec.cli.{name}" for name in COMMANDS} & set(imported.split())
    assert "micronet_spec.manifest" not in imported.split()


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_listed_is_a_command(name: str, micronet: "Run") -> None:
    assert micronet(name, "--help").code == 0


@pytest.mark.parametrize(("sections", "code"), [(GOOD, 0), (ERROR, 1)], ids=["good", "error"])
def test_a_process_leaves_with_the_same_code(
    sections: dict[str, str], code: int, write: Write, process: "Run"
) -> None:
    path = write("entry.yaml", sections)
    assert process("lint", path).code == code
    assert process("audit", path.parent).code == code


def test_lint_prints_findings_with_their_lines(write: Write, micronet: "Run") -> None:
    path = write("entry.yaml", ERROR)
    ran = micronet("lint", path)
    assert ran.out.startswith("error[MN301 quality-below-target]: 79 % misses the target of 80 %")
    assert f" --> {path}:9:25\n" in ran.out
    assert "   = why [T1]: " in ran.out
    assert ran.out.endswith(f"{path}: score 0.0000147\n1 error in 1 file\n")
    assert ran.err == ""


def test_lint_of_several_files_sums_them_up(write: Write, micronet: "Run") -> None:
    paths = [write("a.yaml", GOOD), write("b.yaml", WARNING), write("c.yaml", ERROR)]
    ran = micronet("lint", *paths, "--persona", "organizer")
    assert ran.code == 1
    assert ran.out.endswith("1 error, 1 warning (1 for review) in 3 files\n")


def test_lint_keeps_no_entry_to_the_end(
    write: Write, micronet: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    lint = auditing.lint
    read: list[weakref.ref[Entry]] = []

    def watched(path: Path, challenges: "Challenges") -> "tuple[Entry, list[Finding]]":
        gc.collect()
        assert sum(reference() is not None for reference in read) <= 1
        entry, findings = lint(path, challenges)
        read.append(weakref.ref(entry))
        return entry, findings

    monkeypatch.setattr(auditing, "lint", watched)
    paths = [write(f"{number}.yaml", WARNING) for number in range(4)]
    for form in ("text", "json"):
        assert micronet("lint", *paths, "--format", form).code == 0
    assert len(read) == 8


def test_lint_for_programs(write: Write, micronet: "Run") -> None:
    paths = [write("a.yaml", WARNING), write("b.yaml", ERROR), write("c.yaml", GOOD)]
    asked = ("--persona", "organizer", "--format", "json")
    answer = json.loads(micronet("lint", *paths, *asked).out)
    assert set(answer) == {"findings", "hidden"}
    assert [finding["code"] for finding in answer["findings"]] == ["MN303", "MN301"]
    for finding, path in zip(answer["findings"], paths, strict=False):
        assert set(finding) == FINDING_KEYS
        assert finding["file"] == str(path)
        assert finding["entry"] == f"cifar100/{path.stem}"
        assert (finding["line"], finding["column"]) == (9, 25)
        assert finding["clauses"] == ["T1"]
        assert finding["effect"] is None
    assert answer["findings"][0]["confidence"] == "review"
    assert answer["findings"][1]["severity"] == "error"


def test_an_effect_is_the_change_of_the_score(write: Write, micronet: "Run") -> None:
    path = write("a.yaml", {"numerics": "{defaults: {accumulator: 16}}"})
    asked = ("--persona", "organizer", "--format", "json")
    [finding] = json.loads(micronet("lint", path, *asked).out)["findings"]
    assert finding["effect"] == pytest.approx(2022 / 10_490_000_000)


def test_score_for_programs(write: Write, micronet: "Run") -> None:
    ran = micronet("score", write("a.yaml", GOOD), "--format", "json")
    answer = json.loads(ran.out)
    assert set(answer) == SCORE_KEYS
    assert answer["entry"] == "cifar100/a"
    assert answer["storage"] == {
        "parameters": 508.0,
        "term": pytest.approx(508 / 36_500_000),
        "stored_bits": 508 * 32,
    }
    assert answer["math_ops"] == {
        "operations": 8476.0,
        "term": pytest.approx(8476 / 10_490_000_000),
        "op_bits": 8476 * 32,
    }
    assert answer["score"] == pytest.approx(508 / 36_500_000 + 8476 / 10_490_000_000)
    assert answer["score_with_32_bit_additions"] == answer["score"]
    assert answer["layers"][0] == {
        "name": "conv",
        "op": "conv2d",
        "stored_bits": 3456,
        "op_bits": (3888 + 3744) * 32,
    }
    assert [layer["name"] for layer in answer["layers"]] == ["conv", "pool", "fc"]


def test_score_of_what_cannot_be_counted_says_why(write: Write, micronet: "Run") -> None:
    path = write("a.yaml", {**UNCOUNTED, "quality": "{top1_percent: 80.073}"})
    ran = micronet("score", path)
    assert "error[MN112 unknown-layer]" in ran.out
    assert "MN303" not in ran.out
    assert ran.out.endswith("not counted: 1 error in 1 file\n")
    answer = json.loads(micronet("score", path, "--format", "json").out)
    assert [finding["code"] for finding in answer["findings"]] == ["MN112"]
    assert set(answer["findings"][0]) == FINDING_KEYS


def test_score_shows_the_totals_and_every_layer(write: Write, micronet: "Run") -> None:
    out = micronet("score", write("a.yaml", WARNING)).out
    for part in ("conv", "pool", "fc", "100.00%"):
        assert part in out
    assert "score    0.0000147" in out
    assert "0.0000147  with every addition at 32 bits (R3)" in out
    assert out.endswith("lint: 1 warning (1 for review) in 1 file\n")


def test_audit_for_programs(write: Write, micronet: "Run", tmp_path: Path) -> None:
    write("cifar100/02-error.yaml", ERROR)
    write("cifar100/03-good.yaml", {**GOOD, "claims": "{score: 0.0000147}"})
    write("cifar100/01-broken.yaml", UNCOUNTED)
    write("cifar100/04-warned.yml", WARNING)
    listed = "cifar100,1,0.5\ncifar100,2,0.5\ncifar100,3,0.0044\ncifar100,4,0.5\n"
    (tmp_path / "board.csv").write_text(f"task,position,score\n{listed}")
    answer = json.loads(micronet("audit", tmp_path, "--format", "json").out)
    assert {"format", "edition", "rules", "entries", "findings"} <= set(answer)
    rows = {row["entry"]: row for row in answer["entries"]}
    assert len(rows) == 4
    assert all(set(row) >= ROW_KEYS for row in rows.values())
    good = rows["cifar100/03-good"]
    assert good["rank"] == 1
    assert good["name"] == "Good"
    assert good["task"] == "cifar100"
    assert good["rulebook"] == pytest.approx(0.0000147258, abs=1e-10)
    assert good["claimed"] == 0.0000147
    assert good["published"] == 0.0044
    assert good["difference"] == pytest.approx(0.0000000258, abs=1e-10)
    assert good["quality"] == "8,050 correct"
    assert good["meets_target"] is True
    assert good["findings"] == {}
    missed = rows["cifar100/02-error"]
    assert (missed["rank"], missed["meets_target"]) == (None, False)
    assert missed["rulebook"] == good["rulebook"]
    assert missed["findings"] == {"error": 1}
    broken = rows["cifar100/01-broken"]
    assert (broken["rank"], broken["rulebook"], broken["difference"]) == (None, None, None)
    assert rows["cifar100/04-warned"]["rank"] == 1
    assert {finding["entry"] for finding in answer["findings"]} == set(rows) - {"cifar100/03-good"}
    assert all(set(finding) == FINDING_KEYS for finding in answer["findings"])


def test_a_late_entry_is_not_ranked(write: Write, micronet: "Run", tmp_path: Path) -> None:
    write("cifar100/01-late.yaml", {"name": "Late", "submitted": "2019-10-12"})
    write("cifar100/02-good.yaml", GOOD)
    answer = json.loads(micronet("audit", tmp_path, "--format", "json").out)
    assert {row["name"]: row["rank"] for row in answer["entries"]} == {"Late": None, "Good": 1}


@pytest.mark.parametrize(
    ("sections", "status"),
    [
        ({"claims": "{score: 1}"}, "entered"),
        ({"checkpoint": None}, "entered"),
        ({"training": "{data: [imagenet/train], start_weights: none}"}, "ineligible"),
        ({"training": "{data: [cifar100/test], start_weights: none}"}, "ineligible"),
        ({"colour": "red"}, "invalid"),
        ({"'name'": "again"}, "invalid"),
        ({"quality": None}, "entered"),
    ],
)
def test_an_error_may_cost_the_rank(
    sections: dict[str, str], status: str, write: Write, micronet: "Run", tmp_path: Path
) -> None:
    write("cifar100/01-bad.yaml", {"name": "Bad", **sections})
    write("cifar100/02-good.yaml", GOOD)
    answer = json.loads(micronet("audit", tmp_path, "--format", "json").out)
    rows = {row["entry"]: row for row in answer["entries"]}
    bad = rows["cifar100/01-bad"]
    ranked = status == "entered" and bad["meets_target"] is not None
    assert (bad["status"], bad["rank"]) == (status, 1 if ranked else None)
    assert rows["cifar100/02-good"]["rank"] == 1
    if status != "entered":
        shown = micronet("audit", tmp_path).out
        assert f"{status}, 1 error" in shown


def test_schema_prints_the_committed_schema(root: Path, micronet: "Run") -> None:
    ran = micronet("schema")
    assert ran.code == 0
    assert ran.out == (root / "schemas/submission.schema.json").read_text(encoding="utf-8")


IMPORTS = """
import importlib.abc, json, sys
asked = []
class Recorder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        asked.append(name)
sys.meta_path.insert(0, Recorder())
import micronet_spec
from micronet_spec.cli import cli
for arguments in (
    ["lint", sys.argv[1]], ["score", sys.argv[1]], ["audit", sys.argv[2]],
    ["lint", "--format", "json", sys.argv[1]], ["audit", "--format", "json", sys.argv[2]],
):
    cli.main(arguments, standalone_mode=False)
print("\\n" + json.dumps(asked))
"""


def test_nothing_heavy_is_imported_or_looked_for(write: Write, tmp_path: Path) -> None:
    path = write("cifar100/01-entry.yaml", ERROR)
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, str(path), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    asked = {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
    assert {"micronet_spec", "yaml", "pydantic", "rich"} <= asked
    assert not asked & {"torch", "onnx", "numpy", "jsonschema", "tensorflow", "pandas", "scipy"}


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("audit submissions", 1),
        ("audit submissions --format json", 1),
        ("lint submissions/micronet-2019/cifar100/02-kaist-ai.yaml", 1),
        ("lint submissions/micronet-2019/cifar100/02-kaist-ai.yaml --format json", 1),
        ("lint submissions/micronet-2019/cifar100/02-kaist-ai.yaml --exit-zero", 0),
        ("score submissions/micronet-2019/cifar100/02-kaist-ai.yaml", 0),
        ("schema", 0),
    ],
)
def test_without_a_reader_the_exit_code_is_the_same(command: str, code: int, root: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "micronet_spec", *command.split()],
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        os.close(writer)
    assert done.stderr == ""
    assert done.returncode == code


def test_the_first_line_can_be_taken_from_a_pipe(root: Path) -> None:
    command = f"'{sys.executable}' -m micronet_spec audit submissions | head -1"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_the_letters_is_no_mistake_of_ours(encoding: str, write: Write) -> None:
    path = write("entry.yaml", {"name": "漢字", "team": "{name: 漢, members: [{漢: Ü}]}"})
    done = subprocess.run(
        [sys.executable, "-m", "micronet_spec", "lint", str(path)],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert b"unknown key" in done.stdout
    assert b"micronet failed" not in done.stderr


def loads(text: str) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_json_is_ascii_and_strict(write: Write, micronet: "Run") -> None:
    path = write("é漢.yaml", {"name": "Ünï 😀", "quality": "{top1_percent: .nan}"})
    for command in ("lint", "score"):
        ran = micronet(command, path, "--format", "json")
        assert ran.out.isascii()
        assert loads(ran.out)
    ran = micronet("audit", path.parent, "--format", "json")
    assert ran.out.isascii()
    assert loads(ran.out)["entries"][0]["name"] == "Ünï 😀"
