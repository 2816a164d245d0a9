"""Another challenge, with other numbers everywhere: none of those of 2019 is in the program.

Every score here is derived by hand from `challenges/tiny`: units of 64 bits, additions of 48, a
freebie of 24 bits with additions of 40.
"""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from micronet_spec.challenge.challenge import ChallengeError, load_challenge, read_challenge
from micronet_spec.challenge.editions import Challenges
from micronet_spec.document import load, parse
from micronet_spec.entry.entry import Entry, understand
from micronet_spec.finding import Finding, rules
from micronet_spec.manifest import read
from micronet_spec.manifest.schema import manifest_schema
from micronet_spec.rules import check

ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).parent / "challenges"
TINY = Challenges(FOLDER)

HEAD = """\
manifest: 1
challenge: tiny
task: shapes
name: Nobody
submitted: 2031-02-28
team: {name: Nobody, members: [{name: No One}]}
repository: {url: "https://example.org/nobody", license: Apache-2.0}
training: {data: [shapes/train], start_weights: none}
quality: {top1_percent: 90}
checkpoint: {file: nobody.pt}
"""
MODEL = """\
model:
  input: [2, 4, 4]
  layers:
    - {name: conv, op: conv2d, out: 3, kernel: 3, padding: same, bias: {},
       weight: {store: mask, nonzero: [4, 0, 2]}}
    - {name: act, op: hswish}
    - {name: pool, op: global_avg_pool}
    - {name: fc, op: linear, out: 5, bias: {}}
    - {name: last, op: relu}
"""
ELEMENTWISE = """\
model:
  input: [2, 2, 2]
  layers:
    - {name: scaled, op: scale, bias: {}}
    - {name: product, op: mul, from: [scaled, input]}
    - {name: sum, op: add, from: [product, scaled]}
    - {name: gate, op: sigmoid}
    - {name: mean, op: avg_pool, kernel: 2}
"""
WORDS = """\
model:
  input: [6]
  layers: [{name: fc, op: linear, out: 4}]
"""

# MODEL has 6 nonzeros, 3 + 5 biases and 5 x 3 weights, and a mask of 3 x 18 bits.
VALUES, MASK = 6 + 3 + 5 + 15, 54
# conv: 6 products at 16 positions. act: 7 for each of 48. pool: 3 for each of 3. fc: 5 x 3.
# last: 5 for each of 5.
MULTIPLIES = 96 + 336 + 9 + 15 + 25
# conv: 3 + 0 + 1 at 16 positions, and 2 biases there. act: 3 for each of 48. pool: 2 for each of
# 15 x 3. fc: 2 + 1 for each of 5.
ADDS = 64 + 32 + 144 + 90 + 15


def entry(text: str) -> Entry:
    return understand(read(parse(text)), None, TINY)


def codes(text: str) -> list[str]:
    return [finding.code for finding in check(entry(text))]


def found(text: str, code: str) -> Finding:
    [finding] = [finding for finding in check(entry(text)) if finding.code == code]
    return finding


def numerics(text: str) -> str:
    return f"{HEAD}numerics: {text}\n{MODEL}"


def score(text: str) -> Fraction:
    counted = entry(text).score
    assert counted
    return counted.score


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "micronet_spec", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "nobody.yaml"
    path.write_text(HEAD + MODEL, encoding="utf-8")
    return path


def test_a_sound_entry_has_no_findings() -> None:
    assert codes(HEAD + MODEL) == []


def test_what_is_not_declared_has_the_widths_of_the_challenge() -> None:
    storage = Fraction(VALUES * 64 + MASK, 64)
    ops = Fraction(MULTIPLIES * 64 + ADDS * 48, 64)
    assert (storage, ops) == (Fraction("29.84375"), Fraction("739.75"))
    assert score(HEAD + MODEL) == storage / 1000 + ops / 50_000 == Fraction("0.04463875")


def test_the_freebie_has_the_widths_of_the_challenge() -> None:
    storage = Fraction(VALUES * 24 + MASK, 64)
    ops = Fraction(MULTIPLIES * 24 + ADDS * 40, 64)
    assert (storage, ops) == (Fraction("11.71875"), Fraction(396))
    text = numerics("{freebie: 24-bit}")
    assert codes(text) == []
    assert score(text) == storage / 1000 + ops / 50_000 == Fraction("0.01963875")


def test_the_score_with_full_additions_adds_at_the_width_of_the_challenge() -> None:
    ops = Fraction(MULTIPLIES * 24 + ADDS * 48, 64)
    expected = Fraction(VALUES * 24 + MASK, 64) / 1000 + ops / 50_000
    interval = entry(numerics("{freebie: 24-bit}")).interval_with_wide_additions
    assert interval == (expected, expected)


def test_functions_of_elements_cost_what_the_challenge_says() -> None:
    multiplies = 8 * 2 + 8 * 3 + 8 * 4 + 2 * 3
    adds = 8 * 4 + 8 * 2 + 8 * 6 + 2 * 3 * 2
    ops = Fraction(multiplies * 64 + adds * 48, 64)
    assert score(HEAD + ELEMENTWISE) == Fraction(4, 1000) + ops / 50_000


def test_a_task_has_the_baseline_of_the_challenge() -> None:
    text = HEAD.replace("task: shapes", "task: words") + WORDS
    ops = Fraction(24 * 64 + 4 * 5 * 48, 64)
    assert score(text) == Fraction(24, 2000) + ops / 8000 == Fraction("0.016875")


def test_a_format_as_wide_as_in_2019_is_quantized_here() -> None:
    finding = found(numerics("{freebie: 24-bit, defaults: {weight: float32}}"), "MN202")
    assert [label.text for label in finding.related] == ["float32: float of 32 bits"]
    assert finding.effect
    # Forfeited: 24 bits for all but the 6 + 15 weights, and additions at 40.
    storage = Fraction(21 * 32 + 8 * 24 + MASK, 64)
    products = 96 + 15
    ops = Fraction(products * 32 + (MULTIPLIES - products) * 24 + ADDS * 40, 64)
    assert finding.effect.before == storage / 1000 + ops / 50_000
    assert finding.effect.after == score(numerics("{defaults: {weight: float32}}"))


def test_the_freebie_of_2019_does_not_exist_here() -> None:
    finding = found(numerics("{freebie: 16-bit}"), "MN110")
    assert "`16-bit`" in finding.message
    assert "`24-bit`" in finding.help
    assert score(numerics("{freebie: 16-bit}")) == score(HEAD + MODEL)


@pytest.mark.parametrize(("width", "narrow"), [(47, True), (48, False), (56, False)])
def test_an_addition_is_narrow_below_the_width_of_the_challenge(
    width: int, *, narrow: bool
) -> None:
    text = numerics(f"{{defaults: {{accumulator: {width}}}}}")
    assert ("MN203" in codes(text)) is narrow
    if narrow:
        assert "below 48 bits" in found(text, "MN203").message


@pytest.mark.parametrize(
    ("declared", "exotic"),
    [
        ("{kind: integer, bits: 12, signed: true}", False),
        ("{kind: integer, bits: 13, signed: true}", True),
        ("{kind: float, bits: 20}", False),
        ("{kind: float, bits: 21}", True),
    ],
)
def test_conversions_are_free_up_to_the_widths_of_the_challenge(
    declared: str, *, exotic: bool
) -> None:
    assert ("MN206" in codes(numerics(f"{{formats: {{mine: {declared}}}}}"))) is exotic


@pytest.mark.parametrize(
    ("task", "quality", "missed"),
    [
        ("shapes", "top1_percent: 90", False),
        ("shapes", "top1_percent: 89.99", True),
        ("shapes", "top1_correct: 270", False),
        ("shapes", "top1_correct: 269", True),
        ("words", "perplexity: 12", False),
        ("words", "perplexity: 12.01", True),
    ],
)
def test_the_target_is_that_of_the_challenge(task: str, quality: str, *, missed: bool) -> None:
    text = HEAD.replace("task: shapes", f"task: {task}").replace("top1_percent: 90", quality)
    assert ("MN301" in codes(text + WORDS)) is missed


def test_a_missed_target_says_how_many_examples_are_needed() -> None:
    finding = found(HEAD.replace("percent: 90", "correct: 269") + MODEL, "MN301")
    assert "269 of 300" in finding.message
    assert "270 are needed" in finding.message


@pytest.mark.parametrize(
    ("submitted", "code"),
    [
        ("2031-01-14", "MN508"),
        ("2031-01-15", None),
        ("2031-02-28T23:59:59+09:00", None),
        ("2031-02-28T15:00:00Z", "MN504"),
        ("2031-03-01", "MN504"),
    ],
)
def test_the_dates_are_those_of_the_challenge(submitted: str, code: str | None) -> None:
    assert codes(HEAD.replace("2031-02-28", submitted) + MODEL) == ([code] if code else [])


def test_the_licence_is_that_of_the_challenge() -> None:
    finding = found(HEAD.replace("Apache-2.0", "MIT") + MODEL, "MN506")
    assert finding.message == "the licence is MIT, not Apache-2.0"
    assert "Apache-2.0" in finding.help


def test_the_entry_limit_is_that_of_the_challenge() -> None:
    assert load_challenge("tiny", FOLDER).entry_limit == 7


def test_a_tiny_manifest_is_scored_on_the_command_line(manifest: Path) -> None:
    result = run("score", manifest, "--challenges", FOLDER, "--format", "json")
    assert result.returncode == 0
    printed = json.loads(result.stdout)
    assert printed["score"] == pytest.approx(0.04463875, abs=1e-12)
    assert (printed["edition"], printed["rules"]) == ("2031-01-01", "2031-01-01")


def test_the_report_of_a_score_speaks_of_the_widths_of_the_challenge(manifest: Path) -> None:
    manifest.write_text(numerics("{freebie: 24-bit}"), encoding="utf-8")
    result = run("score", manifest, "--challenges", FOLDER)
    assert "with every addition at 48 bits" in result.stdout
    assert "counted by the 24-bit freebie" in result.stdout
    assert not re.search(r"\b(16|32)[ -]bit", result.stdout)


def test_a_finding_gives_the_clause_of_the_challenge(manifest: Path) -> None:
    text = (HEAD + MODEL).replace("percent: 90", "percent: 33")
    manifest.write_text(text, encoding="utf-8")
    result = run("lint", manifest, "--challenges", FOLDER)
    assert result.returncode == 1
    assert "Nine shapes in ten" in result.stdout


def test_an_audit_ranks_entries_of_the_challenge(manifest: Path) -> None:
    result = run("audit", manifest.parent, "--challenges", FOLDER, "--format", "json")
    assert result.returncode == 0
    [row] = json.loads(result.stdout)["entries"]
    assert (row["entry"], row["rank"]) == ("shapes/nobody", 1)


def test_without_the_option_the_challenge_is_unknown(manifest: Path) -> None:
    result = run("lint", manifest)
    assert result.returncode == 1
    assert "there is no challenge `tiny`" in result.stdout


def test_the_option_replaces_the_programs_own_challenges(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text((HEAD + MODEL).replace("tiny", "micronet-2019"), encoding="utf-8")
    result = run("lint", path, "--challenges", FOLDER)
    assert "there is no challenge `micronet-2019`" in result.stdout
    assert "one of: tiny" in result.stdout


def test_a_folder_without_challenges_is_a_usage_error(manifest: Path, tmp_path: Path) -> None:
    result = run("score", manifest, "--challenges", tmp_path)
    assert result.returncode == 2
    assert "no challenge" in result.stderr


def copy(folder: Path, replaced: str, by: str) -> Path:
    """Copy the tiny challenge with one text of its main file replaced."""
    (folder / "tiny").mkdir()
    for path in (FOLDER / "tiny").iterdir():
        text = path.read_text(encoding="utf-8")
        if path.name == "challenge.yaml":
            assert replaced in text
            text = text.replace(replaced, by)
        (folder / "tiny" / path.name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("replaced", "by", "problem"),
    [
        ("entry_limit: 7\n", "", "entry_limit: Field required"),
        ("unit_bits: 64", "unit_bits: 0", "unit_bits: Input should be greater"),
        ("unit_bits: 64", "unit_bits: 65", "unit_bits: Input should be less"),
        ("T00:00:00+09:00\ndeadline", "\ndeadline", "opens: Input should have timezone info"),
        ("tasks:", "tusks:", "tasks: Field required"),
        ("id: tiny", "id: other", "the folder `tiny` has the id `other`"),
        ("id: tiny", "id: [", "challenge.yaml"),
    ],
)
def test_a_mistake_in_an_organizers_files_is_a_usage_error_that_names_it(
    manifest: Path, tmp_path: Path, replaced: str, by: str, problem: str
) -> None:
    (tmp_path / "own").mkdir()
    folder = copy(tmp_path / "own", replaced, by)
    result = run("score", manifest, "--challenges", folder)
    assert result.returncode == 2
    assert problem in result.stderr


def test_a_missing_file_of_a_challenge_is_named(tmp_path: Path) -> None:
    folder = copy(tmp_path, "id: tiny", "id: tiny")
    (folder / "tiny/clauses.yaml").unlink()
    with pytest.raises(ChallengeError, match=r"clauses\.yaml: the file cannot be opened"):
        read_challenge(folder / "tiny")


# Where a number of 2019 stands in the program by coincidence, and why it is none of its constants.
COINCIDENCES = {
    ("checkpoint/onnx.py", 16): "the number of a field",
    ("checkpoint/formats.py", 32): "the width of formats that files store",
    ("checkpoint/formats.py", 16): "the width of formats that files store",
    ("document/", 32): "how deep a document may nest",
    ("manifest/", 10_000): "how long a list may be",
    ("measure/", 16): "widths of stored formats, and how many codes can be told apart",
    ("measure/", 32): "the width of the stored format float32",
    ("score/precision.py", 32): "the width of the IEEE format float32",
    ("score/precision.py", 16): "the width of the IEEE format float16",
}
COMMON = 10
"""Numbers below this, such as the entry limit of three, stand for too much else."""


def numbers(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        for item in value.values():
            yield from numbers(item)
    elif isinstance(value, list):
        for item in value:
            yield from numbers(item)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value


def constants(*names: str) -> set[int]:
    folder = ROOT / "spec/micronet-2019"
    found = {n for name in names for n in numbers(load(folder / f"{name}.yaml").values)}
    return {number for number in found if number >= COMMON}


def modules() -> list[Path]:
    return sorted((ROOT / "micronet_spec").rglob("*.py"))


def words(tree: ast.Module) -> Iterator[str]:
    """Yield every text of a module but its documentation."""
    spoken = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in spoken
        ):
            yield node.value


def test_the_constants_of_2019_are_looked_for() -> None:
    assert {36_500_000, 10_490_000_000, 6_900_000, 1_170_000_000} < constants("challenge")
    assert {10_000, 50_000, 75, 80, 35, 32, 24, 16} < constants("challenge")
    assert {159_000_000, 318_000_000, 172_000_000, 345_000_000} < constants("editions")


def test_no_constant_of_2019_is_a_number_in_the_program() -> None:
    known = constants("challenge", "editions")
    found = {
        (path.relative_to(ROOT / "micronet_spec").as_posix(), node.value)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value in known
    }
    unexplained = {
        (path, number)
        for path, number in found
        if not any(path.startswith(p) and number == n for p, n in COINCIDENCES)
    }
    assert unexplained == set()
    for place, number in COINCIDENCES:
        assert any(path.startswith(place) and number == n for path, n in found)


def test_no_text_of_the_program_speaks_of_2019() -> None:
    known = "|".join(map(str, sorted(constants("challenge", "editions"))))
    names = "|".join(load_challenge("micronet-2019").tasks)
    forbidden = re.compile(rf"\b({known})([ -]bits?\b| %)|\b({names}|MIT|FP32|micronet-2019)\b")
    texts = [
        text for path in modules() for text in words(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert len(texts) > 1000
    assert [text for text in texts if forbidden.search(text)] == []


def test_no_finding_and_no_description_of_the_language_states_a_width() -> None:
    texts = [rule.help for rule in rules().values()]
    texts += re.findall(r'"description": "([^"]*)"', json.dumps(manifest_schema()))
    assert len(texts) > 100
    assert [text for text in texts if re.search(r"\b(16|24|32)\b|\bMIT\b", text)] == []


def test_an_op_the_challenge_states_no_cost_for_is_a_finding() -> None:
    text = f"{HEAD}model:\n  input: [6]\n  layers: [{{name: a, op: elu}}]\n"
    assert found(text, "MN213").message == "the challenge states no cost for `elu`"
    assert entry(text).score is None
