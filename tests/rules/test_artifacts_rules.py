"""MN501 to MN508: code, licence, checkpoint, and dates to the second."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Expected, Made

URL = 'url: "https://example.org/code"'


def test_no_repository(manifest: "Made", expect: "Expected") -> None:
    [finding] = expect(manifest(name="«Example»", repository=None), "MN501")
    assert finding.primary.text == "this entry"


def test_no_licence(manifest: "Made", expect: "Expected") -> None:
    expect(manifest(repository=None, **{"«repository»": f"{{{URL}}}"}), "MN502")


@pytest.mark.parametrize("licence", ["Apache-2.0", "GPL-3.0-only", "none", "mit", "MIT-0"])
def test_another_licence_than_mit(licence: str, manifest: "Made", expect: "Expected") -> None:
    [finding] = expect(manifest(repository=f"{{{URL}, license: «{licence}»}}"), "MN506")
    assert finding.message == f"the licence is {licence}, not MIT"
    assert finding.rule.clauses == ("E5",)


@pytest.mark.parametrize("licence", ["unknown", "Unknown", "UNKNOWN"])
def test_an_unknown_licence_is_for_review(
    licence: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(repository=f"{{{URL}, license: «{licence}»}}"), "MN507")
    assert finding.rule.confidence == "review"


@pytest.mark.parametrize("licence", ["MIT", '"MIT"'])
def test_the_mit_licence_is_no_finding(licence: str, manifest: "Made", expect: "Expected") -> None:
    expect(manifest(repository=f"{{{URL}, license: {licence}}}"))


def test_no_checkpoint(manifest: "Made", expect: "Expected") -> None:
    expect(manifest(name="«Example»", checkpoint=None), "MN503")


ON_TIME = [
    "2019-06-01",
    "2019-10-11",
    "2019-06-01T00:00:00-07:00",
    "2019-06-01T07:00Z",
    "2019-10-11T23:59:59-07:00",
    "2019-10-11T23:59-07:00",
    "2019-10-12T06:59:59Z",
    "2019-10-12T08:59:59+02:00",
    "2019-10-12T15:59:59+09:00",
    "2019-10-12T12:29:59+05:30",
    "2019-10-11T20:59:59-10:00",
]
LATE = [
    "2019-10-12",
    "2020-01-01",
    "9999-12-31T23:59:59-23:59",
    "2019-10-12T00:00:00-07:00",
    "2019-10-12T00:00-07:00",
    "2019-10-12T07:00:00Z",
    "2019-10-12T09:00:00+02:00",
    "2019-10-12T16:00:00+09:00",
    "2019-10-12T12:30:00+05:30",
    "2019-10-11T21:00:00-10:00",
]
EARLY = [
    "2019-05-31",
    "2019-05-31T23:59:59-07:00",
    "2019-06-01T06:59:59Z",
    "2019-06-01T15:59:59+09:00",
    "0001-01-01",
    "0001-01-01T00:00:00+23:59",
]
NO_DAY = ["2019-02-29", "2019-06-31", "2019-09-31T12:00:00Z", "0000-01-01"]


@pytest.mark.parametrize("submitted", ON_TIME)
def test_an_entry_on_time_is_no_finding(
    submitted: str, manifest: "Made", expect: "Expected"
) -> None:
    expect(manifest(submitted=submitted))


@pytest.mark.parametrize("submitted", LATE)
def test_an_entry_after_the_deadline_is_late(
    submitted: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(submitted=f"«{submitted}»"), "MN504")
    assert finding.message.endswith("the deadline was before 2019-10-12T00:00:00-07:00")


@pytest.mark.parametrize("submitted", EARLY)
def test_an_entry_before_the_opening_is_for_review(
    submitted: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(submitted=f"«{submitted}»"), "MN508")
    assert finding.rule.confidence == "review"


@pytest.mark.parametrize("submitted", NO_DAY)
def test_a_day_that_is_not_in_the_calendar(
    submitted: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(submitted=f"«{submitted}»"), "MN505")
    assert finding.message == f"there is no {submitted}"
