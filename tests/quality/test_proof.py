"""Quality recomputed from predictions: accuracy on labels, perplexity on log-probabilities."""

import hashlib
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from micronet_spec.entry.entry import load_entry
from micronet_spec.quality import Proof, Verdict, prove

if TYPE_CHECKING:
    from tests.conftest import Made

EXAMPLES = 10_000
TRUTH = [example % 100 for example in range(EXAMPLES)]
"""Labels of CIFAR-100's size."""
TOKENS = ["the", "of", "<unk>", "<eos>"] * 25

Proved = Callable[..., Proof]


def right(correct: int) -> list[int]:
    """Return predictions of which so many are right."""
    return [label if n < correct else (label + 1) % 100 for n, label in enumerate(TRUTH)]


@pytest.fixture
def proved(tmp_path: Path, manifest: "Made") -> Proved:
    """Return a function that proves a stated quality by predictions, given line by line."""

    def run(
        stated: str,
        predictions: Sequence[object],
        labels: Sequence[object] = TRUTH,
        *,
        digest: str | None = None,
        file: str = "predictions.txt",
    ) -> Proof:
        task = "wikitext103" if stated.startswith("perplexity") else "cifar100"
        data = "".join(f"{line}\n" for line in predictions).encode()
        (tmp_path / "predictions.txt").write_bytes(data)
        (tmp_path / "labels.txt").write_text("".join(f"{line}\n" for line in labels))
        sha256 = digest or hashlib.sha256(data).hexdigest()
        given = f"{{{stated}, predictions: {{file: {file}, sha256: {sha256}}}}}"
        path = tmp_path / "entry.yaml"
        path.write_text(manifest(quality=given, task=task), encoding="utf-8")
        return prove(load_entry(path), tmp_path / "labels.txt")

    return run


@pytest.mark.parametrize(
    "stated",
    [
        "top1_correct: 8007",
        "top1_percent: 80.07",
        "top1_percent: 80.1",
        "top1_percent: 80",
        "top1_correct: 8007, top1_percent: 80.07",
    ],
)
def test_accuracy_is_proven_by_predictions(stated: str, proved: Proved) -> None:
    proof = proved(stated, right(8007))
    assert (proof.verdict, proof.findings) == (Verdict.PROVEN, ())
    assert (proof.correct, proof.examples, proof.meets_target) == (8007, EXAMPLES, True)


def test_an_entry_below_the_target_can_prove_it(proved: Proved) -> None:
    proof = proved("top1_percent: 53.39", right(5339))
    assert (proof.verdict, proof.meets_target) == (Verdict.PROVEN, False)


@pytest.mark.parametrize(
    ("stated", "correct"),
    [
        ("top1_correct: 8008", 8007),
        ("top1_percent: 80.08", 8007),
        ("top1_percent: 80", 7999),  # rounded, but over the target
    ],
)
def test_another_accuracy_is_contradicted(stated: str, correct: int, proved: Proved) -> None:
    proof = proved(stated, right(correct))
    assert proof.verdict is Verdict.CONTRADICTED
    [finding] = proof.findings
    assert finding.code == "MN744"
    percent = f"{correct / 100:g}"
    assert finding.message == f"{correct:,} of 10,000 predictions are correct, {percent} %"


def test_perplexity_is_proven_by_log_probabilities(proved: Proved) -> None:
    logarithms = [-0.5, -6.5] * 50
    proof = proved("perplexity: 33.12", logarithms, TOKENS)
    assert (proof.verdict, proof.findings) == (Verdict.PROVEN, ())
    assert proof.perplexity == math.exp(3.5)
    assert (proof.examples, proof.meets_target) == (100, True)


def test_many_small_terms_are_summed_without_loss(proved: Proved) -> None:
    logarithms = [-(10**6), *[-1e-10] * 99_999]
    proof = proved("perplexity: 22026.48", logarithms, logarithms)
    assert proof.perplexity == math.exp(math.fsum([10**6, 99_999e-10]) / 10**5)


def test_a_rounded_perplexity_is_not_rounded_over_the_target(proved: Proved) -> None:
    logarithms = [-math.log(35.0001)] * 100
    proof = proved("perplexity: 35.0", logarithms, TOKENS)
    assert proof.verdict is Verdict.CONTRADICTED
    assert proof.meets_target is False


def test_a_perplexity_may_be_too_large_for_a_number(proved: Proved) -> None:
    proof = proved("perplexity: 34", [-1e300] * 100, TOKENS)
    assert proof.verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize(
    "line", ["", "a", "-1", "1.0", "1 2", "+1", "1_0", "٣", "100", "999999999999", "nan", "0x1"]
)
def test_a_line_that_is_no_label_is_found(line: str, proved: Proved) -> None:
    predictions = [*right(8007)]
    proof = proved("top1_correct: 8007", [*predictions[:41], line, *predictions[42:]])
    assert proof.verdict is Verdict.CLAIMED
    [finding] = proof.findings
    assert (finding.code, finding.primary.span.line) == ("MN742", 42)
    assert str(finding.primary.document.path).endswith("predictions.txt")


@pytest.mark.parametrize(
    "line", ["", "the", "0.1", "1e-9", "nan", "-inf", "-1e999", "-1,5", "-1_0", "-1 -1", "-1e99999"]
)
def test_a_line_that_is_no_log_probability_is_found(line: str, proved: Proved) -> None:
    logarithms = ["-3.5"] * 99
    proof = proved("perplexity: 33.1", [*logarithms, line], TOKENS)
    assert proof.verdict is Verdict.CLAIMED
    [finding] = proof.findings
    assert (finding.code, finding.primary.span.line) == ("MN742", 100)


def test_of_many_wrong_lines_the_first_are_shown(proved: Proved) -> None:
    proof = proved("top1_correct: 8007", ["?"] * EXAMPLES)
    assert [finding.primary.span.line for finding in proof.findings] == list(range(1, 12))
    assert proof.findings[-1].message == "this and 9,989 further lines are wrong as well"


@pytest.mark.parametrize("count", [0, 9_999, 10_001])
def test_another_number_of_predictions_proves_nothing(count: int, proved: Proved) -> None:
    proof = proved("top1_correct: 8007", [0] * count)
    assert proof.verdict is Verdict.CLAIMED
    [finding] = proof.findings
    assert finding.code == "MN743"
    assert finding.message == f"{count:,} predictions for 10,000 examples"


@pytest.mark.parametrize("labels", [[], TRUTH[1:], [*TRUTH[1:], "cat"]])
def test_labels_must_be_those_of_the_test_set(labels: list[object], proved: Proved) -> None:
    proof = proved("top1_correct: 8007", right(8007), labels)
    assert proof.verdict is Verdict.CLAIMED
    assert [finding.code for finding in proof.findings] == ["MN745"]


def test_windows_line_ends_and_no_last_line_end_are_fine(proved: Proved, tmp_path: Path) -> None:
    data = b"-3.5\r\n" * 99 + b"-3.5"
    digest = hashlib.sha256(data).hexdigest()
    (tmp_path / "windows.txt").write_bytes(data)
    stated = "perplexity: 33.12"
    proof = proved(stated, [], TOKENS, digest=digest, file="windows.txt")
    assert proof.verdict is Verdict.PROVEN


def test_predictions_of_another_digest_prove_nothing(proved: Proved) -> None:
    proof = proved("top1_correct: 8007", right(8007), digest="a" * 64)
    assert proof.verdict is Verdict.CLAIMED
    [finding] = proof.findings
    assert finding.code == "MN741"
    assert "not the declared one" in finding.message


@pytest.mark.parametrize("file", ["none.txt", "../labels.txt", "/etc/passwd", "link.txt"])
def test_predictions_lie_beside_the_manifest(file: str, proved: Proved, tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to(tmp_path / "predictions.txt")
    proof = proved("top1_correct: 8007", right(8007), file=file)
    assert [finding.code for finding in proof.findings] == ["MN741"]


def test_a_labels_file_may_be_missing(manifest: "Made", proved: Proved, tmp_path: Path) -> None:
    proved("top1_correct: 8007", right(8007))
    proof = prove(load_entry(tmp_path / "entry.yaml"), tmp_path / "none.txt")
    assert (proof.verdict, [f.code for f in proof.findings]) == (Verdict.CLAIMED, ["MN745"])
    (tmp_path / "entry.yaml").write_text(manifest(), encoding="utf-8")
    proof = prove(load_entry(tmp_path / "entry.yaml"), tmp_path / "none.txt")
    assert (proof.verdict, proof.findings) == (Verdict.CLAIMED, ())
