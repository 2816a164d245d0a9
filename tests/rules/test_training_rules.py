"""MN311 to MN314: only the task's own training data may shape the weights."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Expected, Made

OWN = "data: [cifar100/train]"
FRESH = "start_weights: none"


@pytest.mark.parametrize(
    "training",
    [
        f"{{{OWN}, {FRESH}}}",
        f"{{{OWN}, start_weights: {{source: own run, trained_on: [cifar100/train]}}}}",
        f"{{{OWN}, {FRESH}, teacher: {{source: big, trained_on: [cifar100/train]}}}}",
        f"{{{OWN}, {FRESH}, teacher: none}}",
        f"{{{OWN}, {FRESH}, calibration: [cifar100/train], statistics: [cifar100/train]}}",
        f"{{{OWN}, {FRESH}, calibration: [], statistics: []}}",
        f"{{{OWN}, {FRESH}, augmentation: []}}",
        f"{{{OWN}, {FRESH}, augmentation: [{{policy: crops, learned_on: none}}]}}",
        f"{{{OWN}, {FRESH}, augmentation: [{{policy: auto, learned_on: [cifar100/train]}}]}}",
    ],
)
def test_the_tasks_own_data_is_no_finding(
    training: str, manifest: "Made", expect: "Expected"
) -> None:
    expect(manifest(training=training))


@pytest.mark.parametrize(
    ("training", "what"),
    [
        (f"{{data: [cifar100/train, «cifar10/train»], {FRESH}}}", "the training"),
        (
            f"{{{OWN}, start_weights: {{source: a, trained_on: [«imagenet/train»]}}}}",
            "the start weights",
        ),
        (
            f"{{{OWN}, {FRESH}, teacher: {{source: a, trained_on: [«imagenet/train»]}}}}",
            "the teacher",
        ),
        (f"{{{OWN}, {FRESH}, calibration: [«imagenet/val»]}}", "the calibration of quantizers"),
        (f"{{{OWN}, {FRESH}, statistics: [«imagenet/train»]}}", "the normalization statistics"),
    ],
)
def test_foreign_data_is_an_error_at_its_name(
    training: str, what: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(training=training), "MN311")
    assert finding.message.endswith(f"` shaped {what}, not cifar100/train")
    assert finding.rule.clauses == ("E3",)


def test_every_foreign_data_set_is_a_finding(manifest: "Made", expect: "Expected") -> None:
    training = f"{{data: [«a», cifar100/train, «b»], {FRESH}, calibration: [«c»]}}"
    expect(manifest(training=training), "MN311", "MN311", "MN311")


@pytest.mark.parametrize(
    "training",
    [
        f"{{data: [cifar100/train, «cifar100/test»], {FRESH}}}",
        f"{{{OWN}, start_weights: {{source: a, trained_on: [«cifar100/test»]}}}}",
        f"{{{OWN}, {FRESH}, teacher: {{source: a, trained_on: [«cifar100/test»]}}}}",
    ],
)
def test_test_data_is_an_error_of_its_own(
    training: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(training=training), "MN313")
    assert "the test data `cifar100/test` shaped" in finding.message


@pytest.mark.parametrize(
    "measured",
    ["calibration: [«cifar100/test»]", "statistics: [cifar100/train, «cifar100/test»]"],
)
def test_what_is_measured_on_test_data_is_found_and_costs_no_rank(
    measured: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(training=f"{{{OWN}, {FRESH}, {measured}}}"), "MN315")
    assert finding.rule.unranks is None


def test_the_training_data_of_another_task_is_foreign(manifest: "Made", expect: "Expected") -> None:
    training = "{data: [«cifar100/train»], start_weights: none}"
    text = manifest(task="imagenet", training=training, quality="{top1_correct: 37500}")
    expect(text, "MN311")


@pytest.mark.parametrize(
    "training",
    [
        f"{{data: «unstated», {FRESH}}}",
        f"{{{OWN}, start_weights: «unstated»}}",
        f"{{{OWN}, start_weights: {{source: a, trained_on: «unstated»}}}}",
        f"{{{OWN}, {FRESH}, teacher: «unstated»}}",
        f"{{{OWN}, {FRESH}, teacher: {{source: a, trained_on: «unstated»}}}}",
        f"{{{OWN}, {FRESH}, calibration: «unstated»}}",
        f"{{{OWN}, {FRESH}, statistics: «unstated»}}",
        f"{{{OWN}, {FRESH}, augmentation: [{{policy: a, learned_on: «unstated»}}]}}",
    ],
)
def test_an_unstated_origin_is_for_review(
    training: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(training=training), "MN312")
    assert finding.rule.confidence == "review"
    assert finding.message.endswith(" is not stated")


def test_no_word_of_the_training_is_one_finding(manifest: "Made", expect: "Expected") -> None:
    [finding] = expect(manifest(name="«Example»", training=None), "MN312")
    assert finding.message.startswith("nothing is said of the training")
    assert finding.primary.text == "this entry"


def test_a_policy_learned_on_cifar10_is_not_one_for_cifar100(
    manifest: "Made", expect: "Expected"
) -> None:
    policies = (
        "[{policy: crops, learned_on: none}, {policy: AutoAugment, learned_on: [«cifar10/train»]}]"
    )
    text = manifest(training=f"{{{OWN}, {FRESH}, augmentation: {policies}}}")
    [finding] = expect(text, "MN314")
    assert finding.message == "the policy was learned on `cifar10/train`, not on cifar100/train"
    assert finding.rule.clauses == ("E4",)


def test_everything_wrong_is_found_at_once(manifest: "Made", expect: "Expected") -> None:
    training = (
        "{data: [«x»], start_weights: «unstated», "
        "teacher: {source: t, trained_on: [«cifar100/test»]}, "
        "augmentation: [{policy: p, learned_on: [«y», cifar100/train]}]}"
    )
    expect(manifest(training=training), "MN311", "MN312", "MN313", "MN314")
