"""What a page says of an entry: bars, the way from the claim to the recount, what is unknown."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micronet_spec.report.recorded.read import load_record
from micronet_spec.site.charts.labels import Label, place
from micronet_spec.site.entry import EntryView
from micronet_spec.site.view import SiteView, view

ROUNDING = 1e-9


@pytest.fixture(scope="module")
def site(real: Path) -> SiteView:
    return view(load_record(real.parent / "audit.json"))


def _entry(site: SiteView, name: str) -> EntryView:
    return next(it for it in site.entries if it.entry.entry == name)


def test_the_way_to_the_recount_has_no_gap(site: SiteView) -> None:
    ways = [entry.steps for entry in site.entries if entry.steps]
    assert len(ways) > 20
    for steps in ways:
        assert steps[0].start is None
        for before, after in pairwise(steps):
            begin = after.end if after.start is None else after.start
            assert abs(before.end - begin) < ROUNDING, after.name


def test_a_bar_is_no_longer_at_least_than_at_most(site: SiteView) -> None:
    # A published total over layers lets one cost more where the whole network costs least.
    for entry in site.entries:
        for bar in entry.bars:
            assert all(low <= high for low, high in zip(bar.least, bar.most, strict=True))


def test_it_is_said_in_words_what_nobody_published(site: SiteView) -> None:
    brain = _entry(site, "cifar100/16-brain")
    assert "the layers" in brain.unknown
    assert "the published score" in brain.known
    riair = _entry(site, "cifar100/01-riair")
    assert "every count of every layer" in riair.known


def test_both_dates_say_what_gives_their_figure(site: SiteView) -> None:
    scores = {score.date: score for score in _entry(site, "cifar100/17-wavecomp").dated}
    assert scores["2019-12-04"].origin is not None
    assert scores["2019-12-04"].origin.endswith("operations, as they were written")
    assert scores["2019-12-06"].origin == "the team's own counts"
    assert [it.entry.entry for it in site.redated] == [
        f"cifar100/{number}-wavecomp" for number in (17, 18, 19)
    ]


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=20))
def test_no_label_lies_upon_another_while_there_is_room(places: list[tuple[int, int]]) -> None:
    points = [(float(x), float(y)) for x, y in places]
    labels = [Label(str(number), point) for number, point in enumerate(points)]
    offsets = place(labels, points)
    assert len(offsets) == len(labels)
    if len({(x // 90, y // 90) for x, y in places}) < len(places):
        return
    areas = [label.area(offset) for label, offset in zip(labels, offsets, strict=True)]
    for number, (left, bottom, right, top) in enumerate(areas):
        for other in areas[:number]:
            apart = left >= other[2] or other[0] >= right or bottom >= other[3] or other[1] >= top
            assert apart
