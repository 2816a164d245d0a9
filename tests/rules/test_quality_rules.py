"""MN301 to MN305: quality against the hard target, on exact numbers."""

from typing import TYPE_CHECKING

import pytest

from micronet_spec.quality.target import meets_target

if TYPE_CHECKING:
    from tests.conftest import Expected, Made, Understood

TRAINING = "{data: [TASK/train], start_weights: none}"


def of(task: str, quality: str) -> dict[str, str]:
    return {"task": task, "quality": quality, "training": TRAINING.replace("TASK", task)}


@pytest.mark.parametrize(
    ("task", "quality"),
    [
        ("cifar100", "{top1_correct: 8000}"),
        ("cifar100", "{top1_correct: 10000}"),
        ("cifar100", "{top1_percent: 80}"),
        ("cifar100", "{top1_percent: 80.00}"),
        ("cifar100", "{top1_percent: 80.000}"),
        ("cifar100", "{top1_percent: 8.007e1}"),
        ("cifar100", "{top1_percent: 100}"),
        ("cifar100", "{top1_correct: 8050, top1_percent: 80.5}"),
        ("cifar100", "{top1_correct: 8051, top1_percent: 80.5}"),
        ("imagenet", "{top1_correct: 37500}"),
        ("imagenet", "{top1_percent: 75.002}"),
        ("wikitext103", "{perplexity: 35}"),
        ("wikitext103", "{perplexity: 35.0000}"),
        ("wikitext103", "{perplexity: 3.49999e1}"),
    ],
)
def test_what_meets_the_target_is_no_finding(
    task: str, quality: str, manifest: "Made", expect: "Expected", understood: "Understood"
) -> None:
    text = manifest(**of(task, quality))
    expect(text)
    assert meets_target(understood(text)) is True


MISSES = {
    "cifar100 {top1_correct: «7999»}": (
        "79.99 % misses the target of 80 %: "
        "7,999 of 10,000 test examples are correct, 8,000 are needed"
    ),
    "cifar100 {top1_percent: «79.996»}": (
        "79.996 % misses the target of 80 %: "
        "7,999.6 of 10,000 test examples are correct, 8,000 are needed"
    ),
    "imagenet {top1_correct: «37499»}": (
        "74.998 % misses the target of 75 %: "
        "37,499 of 50,000 test examples are correct, 37,500 are needed"
    ),
    "wikitext103 {perplexity: «35.0001»}": "a perplexity of 35.0001 misses the target of 35",
}


@pytest.mark.parametrize("written", MISSES)
def test_what_misses_the_target_is_one_finding(
    written: str, manifest: "Made", expect: "Expected", understood: "Understood"
) -> None:
    task, quality = written.split(" ", 1)
    marked = manifest(**of(task, quality))
    [finding] = expect(marked, "MN301")
    assert finding.message == MISSES[written]
    assert finding.rule.clauses == ("T1",)
    assert meets_target(understood(marked.replace("«", "").replace("»", ""))) is False


@pytest.mark.parametrize(
    "quality",
    [
        "{top1_percent: «79.9999999999999999999»}",
        "{top1_percent: «0»}",
        "{top1_correct: «0»}",
        "{top1_correct: «7999», top1_percent: 79.99}",
        "{top1_percent: 80, top1_correct: «7999»}",
    ],
)
def test_no_rounding_saves_a_figure_below(
    quality: str, manifest: "Made", expect: "Expected"
) -> None:
    expect(manifest(quality=quality), "MN301")


def test_a_miss_is_never_told_as_the_target_itself(manifest: "Made", expect: "Expected") -> None:
    [finding] = expect(manifest(quality=f"{{top1_percent: «79.{'9' * 35}»}}"), "MN301")
    assert not finding.message.startswith("80 %")
    assert "8,000 of 10,000 test examples are correct" not in finding.message


@pytest.mark.parametrize("percent", ["80.073", "80.0050", "99.999"])
def test_a_figure_of_no_whole_number_of_examples_is_for_review(
    percent: str, manifest: "Made", expect: "Expected", understood: "Understood"
) -> None:
    marked = manifest(quality=f"{{top1_percent: «{percent}»}}")
    [finding] = expect(marked, "MN303")
    assert finding.rule.confidence == "review"
    assert str(finding.rule.severity) == "warning"
    assert meets_target(understood(marked.replace("«", "").replace("»", ""))) is True


def test_the_figure_is_told_in_examples(manifest: "Made", expect: "Expected") -> None:
    [finding] = expect(manifest(quality="{top1_percent: «80.073»}"), "MN303")
    assert finding.message == "80.073 % of 10,000 test examples is 8,007.3, not a whole number"


def test_the_number_of_examples_settles_a_rounded_figure(
    manifest: "Made", expect: "Expected"
) -> None:
    expect(manifest(**of("imagenet", "{top1_percent: 75.0, top1_correct: 37501}")))


@pytest.mark.parametrize(("quality", "code"), [(None, "MN302"), ("{}", "MN302")])
def test_absent_quality_is_an_error_and_the_entry_is_scored_all_the_same(
    quality: str | None, code: str, manifest: "Made", expect: "Expected", understood: "Understood"
) -> None:
    sections = {"name": "«Example»", "quality": None} if quality is None else {"quality": None}
    extra = {} if quality is None else {"«quality»": quality}
    marked = manifest(**sections, **extra)
    expect(marked, code)
    entry = understood(marked.replace("«", "").replace("»", ""))
    assert meets_target(entry) is None
    intact = understood(manifest())
    assert entry.score
    assert entry.score == intact.score


@pytest.mark.parametrize(
    ("task", "quality"),
    [
        ("cifar100", "{«perplexity»: 30}"),
        ("imagenet", "{«perplexity»: 30}"),
        ("wikitext103", "{«top1_percent»: 80}"),
        ("wikitext103", "{«top1_correct»: 8000}"),
        ("cifar100", "{top1_correct: 8050, «perplexity»: 30}"),
        ("wikitext103", "{perplexity: 30, «top1_percent»: 101}"),
    ],
)
def test_quality_in_the_metric_of_another_task(
    task: str, quality: str, manifest: "Made", expect: "Expected"
) -> None:
    expect(manifest(**of(task, quality)), "MN304")


@pytest.mark.parametrize(
    ("quality", "message"),
    [
        ("{top1_correct: «10001»}", "10,001 correct of 10,000 test examples"),
        ("{top1_percent: «100.01»}", "100.01 % is more than all"),
        (
            "{top1_correct: 8050, top1_percent: «80.49»}",
            "8,050 of 10,000 is 80.5 %, not 80.49 %",
        ),
        (
            "{top1_correct: 8007, top1_percent: «80.073»}",
            "8,007 of 10,000 is 80.07 %, not 80.073 %",
        ),
    ],
)
def test_figures_that_cannot_be(
    quality: str, message: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(quality=quality), "MN305")
    assert finding.message == message


def test_figures_that_disagree_are_shown_both(manifest: "Made", expect: "Expected") -> None:
    text = manifest(quality="{top1_correct: 8050, top1_percent: «80.6»}")
    [finding] = expect(text, "MN305")
    assert [(label.span.line, label.span.column) for label in finding.related] == [(9, 25)]


def test_figures_that_disagree_and_miss_are_two_findings(
    manifest: "Made", expect: "Expected"
) -> None:
    expect(manifest(quality="{top1_correct: «7999», top1_percent: «80.10»}"), "MN301", "MN305")
