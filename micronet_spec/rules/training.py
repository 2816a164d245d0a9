"""What shaped the weights: training data, start weights, teachers, policies (E3, E4)."""

from collections.abc import Iterator, Sequence

from micronet_spec.challenge.challenge import Task
from micronet_spec.document import Route
from micronet_spec.entry.entry import Entry
from micronet_spec.finding import Finding, Label
from micronet_spec.manifest.entry import Origin, Training
from micronet_spec.rules.registry import check

_UNSTATED = "unstated"
_CALIBRATION, _STATISTICS = _MEASURED = (
    "the calibration of quantizers",
    "the normalization statistics",
)
"""What is measured on data, not trained."""


@check
def unstated_origin(entry: Entry) -> Iterator[Finding]:
    """MN312: an origin that nobody stated."""
    training = entry.manifest.training
    if training is None:
        message = "nothing is said of the training: data, start weights, teacher, augmentation"
        yield Finding("MN312", message, entry.at("training", key=True))
        return
    for route, what, data in _origins(training):
        if data == _UNSTATED:
            yield Finding("MN312", f"the origin of {what} is not stated", entry.at(*route))
    for index, policy in enumerate(training.augmentation):
        if policy.learned_on == _UNSTATED:
            route = ("training", "augmentation", index, "learned_on")
            yield Finding("MN312", "the origin of the policy is not stated", entry.at(*route))


@check
def foreign_training_data(entry: Entry) -> Iterator[Finding]:
    """MN311: data other than the task's shaped the weights."""
    for label, what, name, task in _foreign_origins(entry):
        if name != task.test:
            message = f"`{name}` shaped {what}, not {' or '.join(task.train)}"
            yield Finding("MN311", message, label)


@check
def trained_on_test_data(entry: Entry) -> Iterator[Finding]:
    """MN313: the test data shaped the weights."""
    for label, what, name, task in _foreign_origins(entry):
        if name == task.test and what not in _MEASURED:
            yield Finding("MN313", f"the test data `{name}` shaped {what}", label)


@check
def measured_on_test_data(entry: Entry) -> Iterator[Finding]:
    """MN315: the test data shaped quantizers or the normalization, but no weight."""
    for label, what, name, task in _foreign_origins(entry):
        if name == task.test and what in _MEASURED:
            yield Finding("MN315", f"the test data `{name}` shaped {what}", label)


@check
def foreign_augmentation_policy(entry: Entry) -> Iterator[Finding]:
    """MN314: an augmentation policy that was learned on other data."""
    training, task = entry.manifest.training, entry.task
    if training is None or task is None:
        return
    for index, policy in enumerate(training.augmentation):
        for place, name in _foreign(policy.learned_on, task.train):
            label = entry.at("training", "augmentation", index, "learned_on", place)
            message = f"the policy was learned on `{name}`, not on {' or '.join(task.train)}"
            yield Finding("MN314", message, label)


def _foreign_origins(entry: Entry) -> Iterator[tuple[Label, str, str, Task]]:
    """Yield place, what was learned and data other than the task's training data."""
    training, task = entry.manifest.training, entry.task
    if training is None or task is None:
        return
    for route, what, sets in _origins(training):
        for index, name in _foreign(sets, task.train):
            yield entry.at(*route, index), what, name, task


def _origins(training: Training) -> Iterator[tuple[Route, str, Sequence[str] | str]]:
    """Yield route, name and data of everything learned, `unstated` included."""
    yield ("training", "data"), "the training", training.data
    yield ("training", "calibration"), _CALIBRATION, training.calibration
    yield ("training", "statistics"), _STATISTICS, training.statistics
    named = {"start_weights": "the start weights", "teacher": "the teacher"}
    for key, what in named.items():
        origin = getattr(training, key)
        if isinstance(origin, Origin):
            yield ("training", key, "trained_on"), what, origin.trained_on
        elif origin == _UNSTATED:
            yield ("training", key), what, origin


def _foreign(sets: Sequence[str] | str, allowed: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    if not isinstance(sets, str):
        yield from ((index, name) for index, name in enumerate(sets) if name not in allowed)
