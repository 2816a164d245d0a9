"""Ranks and marks where some figures are only bounded (T3)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micronet_spec.audit.standings import (
    Candidate,
    Figures,
    Interval,
    Place,
    marked,
    marks,
    places,
    standings,
)


def at(low: str, high: str | None = None) -> Interval:
    return Fraction(low), Fraction(high or low)


def test_known_figures_have_one_rank_each_and_equal_ones_share_it() -> None:
    found = places({"a": at("0.2"), "b": at("0.1"), "c": at("0.2"), "d": at("0.3")})
    assert {key: str(place) for key, place in found.items()} == {
        "a": "2",
        "b": "1",
        "c": "2",
        "d": "4",
    }


def test_a_bounded_figure_has_a_range_of_ranks_and_gives_one_to_those_it_overlaps() -> None:
    figures = {"wide": at("0.1", "0.5"), "low": at("0.05"), "in": at("0.3"), "high": at("0.6")}
    found = places(figures)
    assert found == {
        "low": Place(1, 1),
        "wide": Place(2, 3),
        "in": Place(2, 3),
        "high": Place(4, 4),
    }
    assert str(found["wide"]) == "2-3"


def test_a_figure_that_nobody_knows_has_no_rank_and_takes_none() -> None:
    assert places({"a": at("0.2"), "b": None}) == {"a": Place(1, 1)}


intervals = st.tuples(st.fractions(0, 1), st.fractions(0, 1)).map(lambda it: (min(it), max(it)))


@given(st.lists(st.tuples(intervals, st.fractions(0, 1)), min_size=1, max_size=8))
def test_whatever_the_figures_turn_out_to_be_a_rank_is_within_its_range(
    drawn: list[tuple[Interval, Fraction]],
) -> None:
    bounds = {number: bound for number, (bound, _) in enumerate(drawn)}
    actual = {
        number: bound[0] + (bound[1] - bound[0]) * part
        for number, (bound, part) in enumerate(drawn)
    }
    found = places(bounds)
    for number, figure in actual.items():
        rank = 1 + sum(other < figure for other in actual.values())
        assert found[number].best <= rank <= found[number].worst


@pytest.mark.parametrize(("rows", "expected"), [(20, 2), (30, 3), (5, 1), (1, 1), (21, 3)])
def test_a_tenth_of_the_rows_rounded_up_earns_each_mark(rows: int, expected: int) -> None:
    assert marked(rows) == expected


def test_marks_go_to_the_smallest_terms() -> None:
    rows = {
        "small": Figures(at("0.5"), (at("0.1"), at("0.4"))),
        "fast": Figures(at("0.5"), (at("0.4"), at("0.1"))),
        "neither": Figures(at("0.9"), (at("0.5"), at("0.4"))),
    }
    assert marks(rows) == {
        "small": ("yes", "no"),
        "fast": ("no", "yes"),
        "neither": ("no", "no"),
    }


def test_a_term_that_nobody_knows_may_be_anything_up_to_the_score() -> None:
    rows = {
        "known": Figures(at("0.5"), (at("0.1"), at("0.4"))),
        "smaller score": Figures(at("0.3")),
        "second": Figures(at("0.9"), (at("0.2"), at("0.7"))),
    }
    assert marks(rows) == {
        "known": ("possible", "no"),
        "smaller score": (None, None),
        "second": ("no", "no"),
    }


def candidate(
    published: str, recount: Interval | None = None, *, competes: bool = True
) -> Candidate:
    return Candidate(Figures(at(published)), Figures(recount), competes)


def test_what_cannot_be_recounted_stands_by_its_published_score() -> None:
    found = standings(
        {
            "first": candidate("0.1"),
            "second": candidate("0.2", at("0.35")),
            "third": candidate("0.3"),
            "missed": candidate("0.05", at("0.05"), competes=False),
        }
    )
    ranks = {key: (it.published, it.recounted, it.moves) for key, it in found.items()}
    assert ranks == {
        "first": (Place(1, 1), Place(1, 1), False),
        "second": (Place(2, 2), Place(3, 3), True),
        "third": (Place(3, 3), Place(2, 2), True),
        "missed": (None, None, False),
    }


def test_an_interval_that_holds_the_published_rank_moves_nobody_surely() -> None:
    found = standings({"a": candidate("0.1"), "b": candidate("0.2", at("0.05", "0.3"))})
    assert [it.moves for it in found.values()] == [False, False]
