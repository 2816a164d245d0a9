"""Editions: the constants that were published by a date, the rules that stay, what is refused."""

import json
import subprocess
import sys
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pytest

from micronet_spec.audit.audit import lint
from micronet_spec.challenge.challenge import (
    Baseline,
    Challenge,
    ChallengeError,
    Freebie,
    load_challenge,
)
from micronet_spec.challenge.editions import Challenges, in_edition, load_editions
from micronet_spec.document import parse
from micronet_spec.entry.entry import Entry, understand
from micronet_spec.manifest import read
from micronet_spec.rules import check

ROOT = Path(__file__).parents[2]
KAIST = ROOT / "submissions/micronet-2019/cifar100/02-kaist-ai.yaml"
TINY = Path(__file__).parents[1] / "challenges"

FIRST = "2019-05-16"
BOARD = "2019-09-04"
LAST = "2019-09-23"
EARLIER = ["2019-05-16", "2019-05-27", "2019-06-06", "2019-06-18", "2019-07-11", "2019-07-19"]
ALL = [*EARLIER, "2019-08-14", BOARD, LAST]

WORDS = """\
manifest: 1
challenge: micronet-2019
task: wikitext103
name: Nobody
submitted: 2019-09-30T23:59:59-07:00
team: {name: Nobody, members: [{name: No One}]}
repository: {url: "https://example.org/nobody", license: MIT}
training: {data: [wikitext103/train], start_weights: none}
quality: {perplexity: 35}
checkpoint: {file: nobody.pt}
numerics: {freebie: 16-bit}
model:
  input: [1000]
  layers: [{name: fc, op: linear, out: 100, bias: {}}]
"""
VALUES, MULTIPLIES, ADDS = 100 * 1000 + 100, 100 * 1000, 100 * 999 + 100


def constants(edition: str, task: str | None = None) -> Challenge:
    return Challenges(edition=edition).load("micronet-2019", task)


def words(edition: str, text: str = WORDS) -> Entry:
    return understand(read(parse(text)), None, Challenges(edition=edition))


def score(edition: str, text: str = WORDS) -> Fraction:
    counted = words(edition, text).score
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
    path.write_text(WORDS, encoding="utf-8")
    return path


def test_the_editions_of_2019_are_known_oldest_first() -> None:
    assert list(load_editions("micronet-2019")) == ALL == sorted(ALL)


def test_every_edition_says_what_changed_by_clauses_that_exist() -> None:
    clauses = load_challenge("micronet-2019").clauses
    for edition in load_editions("micronet-2019").values():
        assert edition.changes
        for change in edition.changes:
            assert set(change.clauses) <= set(clauses)


def test_baselines_of_editions_are_of_tasks_that_exist() -> None:
    tasks = load_challenge("micronet-2019").tasks
    for edition in load_editions("micronet-2019").values():
        assert set(edition.baselines) <= set(tasks)


@pytest.mark.parametrize("edition", EARLIER)
def test_until_august_the_unit_is_16_bits_and_the_freebie_covers_additions(edition: str) -> None:
    challenge = constants(edition)
    assert challenge.unit_bits == 16
    assert challenge.freebie == Freebie(name="16-bit", bits=16, addition_bits=16)


@pytest.mark.parametrize("edition", ["2019-08-14", BOARD, LAST])
def test_from_august_the_unit_is_32_bits_and_additions_stay_at_32(edition: str) -> None:
    challenge = constants(edition)
    assert challenge.unit_bits == 32
    assert challenge.freebie == Freebie(name="16-bit", bits=16, addition_bits=32)


@pytest.mark.parametrize("edition", ALL)
def test_the_baseline_of_wikitext_changed_in_june(edition: str) -> None:
    baseline = constants(edition, "wikitext103").tasks["wikitext103"].baseline
    old = Baseline(parameters=172_000_000, operations=345_000_000)
    new = load_challenge("micronet-2019").tasks["wikitext103"].baseline
    assert baseline == (old if edition < "2019-06-06" else new)


@pytest.mark.parametrize("edition", ALL)
def test_the_deadline_is_that_of_the_terms_until_the_edition_of_the_boards(edition: str) -> None:
    terms = datetime.fromisoformat("2019-10-01T00:00:00-07:00")
    extended = datetime.fromisoformat("2019-10-12T00:00:00-07:00")
    assert constants(edition).deadline == (terms if edition < BOARD else extended)


@pytest.mark.parametrize("edition", ALL)
def test_the_entry_limit_was_always_three(edition: str) -> None:
    assert constants(edition).entry_limit == 3


@pytest.mark.parametrize("task", ["imagenet", "cifar100"])
@pytest.mark.parametrize("edition", [*EARLIER, "2019-08-14"])
def test_a_baseline_that_nobody_published_is_not_guessed(edition: str, task: str) -> None:
    with pytest.raises(ChallengeError, match=f"constants of {edition}: no baseline of {task} was"):
        constants(edition, task)


@pytest.mark.parametrize("edition", [BOARD, LAST])
def test_the_last_two_editions_have_every_constant_of_the_boards(edition: str) -> None:
    boards = load_challenge("micronet-2019")
    assert constants(edition) == boards.model_copy(update={"edition": edition})


@pytest.mark.parametrize("edition", ALL)
def test_costs_clauses_and_counting_rules_are_always_those_of_the_boards(edition: str) -> None:
    challenge, boards = constants(edition), load_challenge("micronet-2019")
    assert (challenge.edition, challenge.rules) == (edition, BOARD)
    assert challenge.costs == boards.costs
    assert challenge.clauses == boards.clauses
    assert challenge.addition_bits == boards.addition_bits


def test_applying_an_edition_changes_no_challenge_that_others_read() -> None:
    before = load_challenge("micronet-2019").model_dump()
    assert constants(FIRST).unit_bits == 16
    assert load_challenge("micronet-2019").model_dump() == before


def test_the_freebie_of_may_counts_everything_as_one() -> None:
    # Units of 16 bits: every value and every operation of the freebie is one.
    expected = Fraction(VALUES, 172_000_000) + Fraction(MULTIPLIES + ADDS, 345_000_000)
    assert score(FIRST) == score("2019-05-27") == expected


def test_june_divides_by_another_baseline() -> None:
    expected = Fraction(VALUES, 159_000_000) + Fraction(MULTIPLIES + ADDS, 318_000_000)
    assert score("2019-06-06") == score("2019-07-19") == expected


def test_august_halves_what_has_16_bits_but_not_the_additions() -> None:
    storage = Fraction(VALUES, 2) / 159_000_000
    expected = storage + (Fraction(MULTIPLIES, 2) + ADDS) / 318_000_000
    assert score("2019-08-14") == score(BOARD) == score(LAST) == expected


def test_what_is_not_declared_is_one_unit_in_every_edition() -> None:
    text = WORDS.replace("numerics: {freebie: 16-bit}\n", "")
    stored = {edition: words(edition, text).score for edition in (FIRST, BOARD)}
    assert [s.parameters for s in stored.values() if s] == [VALUES, VALUES]


def test_an_entry_of_october_is_late_by_the_terms() -> None:
    text = WORDS.replace("2019-09-30T23:59:59", "2019-10-01T00:00:00")
    found = {
        edition: [finding.code for finding in check(words(edition, text))]
        for edition in ("2019-08-14", BOARD)
    }
    assert found == {"2019-08-14": ["MN504"], BOARD: []}
    assert check(words("2019-08-14")) == []


def test_no_edition_and_that_of_the_boards_are_the_same() -> None:
    plain, named = lint(KAIST)[0], lint(KAIST, Challenges(edition=BOARD))[0]
    assert plain.score
    assert plain.score == named.score
    assert plain.challenge is named.challenge


def test_a_score_says_which_edition_its_constants_are_of(manifest: Path) -> None:
    result = run("score", manifest, "--edition", "2019-06-06")
    assert result.returncode == 0
    assert "constants of 2019-06-06, counted by the rules of 2019-09-04" in result.stdout
    result = run("score", manifest, "--edition", "2019-06-06", "--explain", "fc")
    assert "constants of 2019-06-06, counted by the rules of 2019-09-04" in result.stdout


def test_an_audit_says_it_once(manifest: Path) -> None:
    manifest.with_name("another.yaml").write_text(WORDS, encoding="utf-8")
    result = run("audit", manifest.parent, "--edition", FIRST)
    assert result.returncode == 0
    assert result.stdout.count("constants of 2019-05-16, counted by the rules of 2019-09-04") == 1


def test_the_edition_of_the_boards_need_not_be_mentioned(manifest: Path) -> None:
    assert "constants of" not in run("score", manifest).stdout
    assert "constants of" not in run("audit", manifest.parent).stdout


@pytest.mark.parametrize(
    ("options", "edition"), [((), BOARD), (("--edition", "2019-06-06"), "2019-06-06")]
)
def test_json_carries_the_edition_of_constants_and_rules(
    manifest: Path, options: tuple[str, ...], edition: str
) -> None:
    scored = json.loads(run("score", manifest, "--format", "json", *options).stdout)
    audited = json.loads(run("audit", manifest.parent, "--format", "json", *options).stdout)
    for printed in (scored, audited, *audited["entries"]):
        assert (printed["edition"], printed["rules"]) == (edition, BOARD)
    assert scored["score"] == audited["entries"][0]["rulebook"] == float(score(edition))


def test_json_of_an_entry_that_cannot_be_counted_carries_them_too(manifest: Path) -> None:
    manifest.write_text(WORDS.replace("out: 100", "out: none"), encoding="utf-8")
    result = run("score", manifest, "--format", "json", "--edition", FIRST)
    printed = json.loads(result.stdout)
    assert result.returncode == 1
    assert (printed["edition"], printed["rules"]) == (FIRST, BOARD)
    assert printed["findings"]


@pytest.mark.parametrize("command", ["score", "audit"])
def test_an_absent_constant_is_a_usage_error_that_names_it(command: str) -> None:
    target = KAIST if command == "score" else KAIST.parent
    result = run(command, target, "--edition", "2019-06-06")
    assert result.returncode == 2
    assert result.stdout == ""
    assert "no baseline of cifar100 was published" in result.stderr
    assert "mistake of micronet-spec" not in result.stderr


@pytest.mark.parametrize("command", ["score", "audit"])
def test_an_unknown_edition_is_a_usage_error_that_lists_those_known(
    command: str, manifest: Path
) -> None:
    target = manifest if command == "score" else manifest.parent
    result = run(command, target, "--edition", "2019-06-07")
    assert result.returncode == 2
    assert "2019-06-07" in result.stderr
    assert ", ".join(ALL) in result.stderr


def test_a_challenge_without_editions_has_its_own() -> None:
    assert Challenges(TINY, "2031-01-01").load("tiny") == load_challenge("tiny", TINY)
    with pytest.raises(ChallengeError, match=r"tiny has no edition 2030-01-01; it has 2031-01-01$"):
        Challenges(TINY, "2030-01-01").load("tiny")


def own(folder: Path, editions: str) -> Challenges:
    """Copy the tiny challenge with a file of editions."""
    (folder / "tiny").mkdir()
    for path in (TINY / "tiny").iterdir():
        (folder / "tiny" / path.name).write_bytes(path.read_bytes())
    (folder / "tiny/editions.yaml").write_text(editions, encoding="utf-8")
    return Challenges(folder, "2030-01-01")


def test_every_constant_that_is_absent_is_named(tmp_path: Path) -> None:
    challenges = own(tmp_path, "2030-01-01: {changes: [], unit_bits: 8}\n")
    with pytest.raises(ChallengeError) as refusal:
        challenges.load("tiny", "words")
    for name in ("freebie", "entry_limit", "deadline", "baseline of words"):
        assert name in str(refusal.value)
    assert "unit_bits" not in str(refusal.value)


def test_a_later_edition_builds_on_that_of_the_challenge(tmp_path: Path) -> None:
    own(
        tmp_path,
        "2030-01-01: {changes: [], unit_bits: 8}\n"
        "2031-01-01: {changes: []}\n"
        "2032-01-01: {changes: [], entry_limit: 9}\n",
    )
    later = Challenges(tmp_path, "2032-01-01").load("tiny", "words")
    assert (later.unit_bits, later.entry_limit) == (64, 9)
    assert later.tasks == load_challenge("tiny", TINY).tasks


@pytest.mark.parametrize(
    ("editions", "problem"),
    [
        ("2030-01-01: {changes: [], unit: 8}\n", "unit: Extra inputs are not permitted"),
        ("2030-01-01: {unit_bits: 8}\n", "changes: Field required"),
        ("- 2030-01-01\n", "not a mapping"),
    ],
)
def test_a_mistake_in_a_file_of_editions_is_named(
    tmp_path: Path, editions: str, problem: str
) -> None:
    challenges = own(tmp_path, editions)
    with pytest.raises(ChallengeError, match=problem):
        challenges.load("tiny", "words")


def test_a_task_without_a_baseline_does_not_keep_others_from_being_counted() -> None:
    challenge = load_challenge("micronet-2019")
    editions = load_editions("micronet-2019")
    assert list(in_edition(challenge, editions, FIRST, "wikitext103").tasks) == ["wikitext103"]
