"""The real entries of 2019: their scores to the last digit, and where their own counts differ."""

from fractions import Fraction
from pathlib import Path

import pytest

from micronet_spec.audit.audit import audit, manifests
from micronet_spec.audit.ranking import Row
from micronet_spec.causes import UNEXPLAINED
from micronet_spec.entry.claims import Part
from micronet_spec.score import Kind

ROOT = Path(__file__).parents[1]
SUBMISSIONS = ROOT / "submissions"
EXACT = Fraction(1, 10**7)


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    return {row.entry.id: row for row in audit(manifests(SUBMISSIONS)).rows}


def near(number: Fraction | None, expected: str, tolerance: Fraction = EXACT) -> bool:
    return number is not None and abs(number - Fraction(expected)) <= tolerance


def test_riair_by_the_rulebook(rows: dict[str, Row]) -> None:
    entry = rows["cifar100/01-riair"].entry
    assert entry.score
    assert near(entry.score.score, "0.0047227116")
    assert entry.interval_with_wide_additions
    assert near(entry.interval_with_wide_additions[1], "0.0087821257")
    assert entry.score.operations == Fraction("31664255")
    assert entry.score.parameters == Fraction("62203.0625")


def test_kaist_ai_by_the_rulebook(rows: dict[str, Row]) -> None:
    entry = rows["cifar100/02-kaist-ai"].entry
    assert entry.score
    assert entry.cost
    assert near(entry.score.score, "0.0054597190")
    assert entry.score.parameters == Fraction("108108.75")
    totals = {
        kind: sum(item.count for layer in entry.cost.layers for item in layer.of(kind))
        for kind in Kind
    }
    assert totals == {
        Kind.MULTIPLY: 19_059_861,
        Kind.ADD: 16_672_363,
        Kind.COMPARE: 0,
        Kind.TRANSCENDENTAL: 0,
        Kind.BITWISE: 0,
    }


@pytest.mark.parametrize(
    ("entry", "total"),
    [("cifar100/01-riair", "0.0043749305"), ("cifar100/02-kaist-ai", "0.0054454026")],
)
def test_the_claims_file_adds_up_to_the_teams_unrounded_total(
    rows: dict[str, Row], entry: str, total: str
) -> None:
    assert near(rows[entry].counted_total, total, Fraction(1, 10**6))


@pytest.mark.parametrize("entry", ["cifar100/01-riair", "cifar100/02-kaist-ai"])
def test_the_shares_sum_to_the_whole_difference(rows: dict[str, Row], entry: str) -> None:
    row = rows[entry]
    assert row.rulebook is not None
    assert row.counted_total is not None
    shares = sum((share.score for share in row.shares), Fraction())
    assert shares == row.rulebook - row.counted_total


def test_most_of_riairs_difference_is_the_storage_of_its_scales(rows: dict[str, Row]) -> None:
    largest = rows["cifar100/01-riair"].shares[0]
    assert (largest.op, largest.part) == ("scale", Part.STORAGE)
    assert near(largest.score, "0.00033966", Fraction(1, 10**8))


def test_kaists_counter_did_not_see_gates_and_residual_sums(rows: dict[str, Row]) -> None:
    shares = {(share.op, share.part): share.score for share in rows["cifar100/02-kaist-ai"].shares}
    assert near(shares["add", Part.ADDS], "0.00000961", Fraction(1, 10**8))
    assert near(shares["mul", Part.MULTIPLIES], "0.00000480", Fraction(1, 10**8))


def test_kaists_unused_gates_stay_in_and_are_reported_with_what_they_cost(
    rows: dict[str, Row],
) -> None:
    row = rows["cifar100/02-kaist-ai"]
    [finding] = [finding for finding in row.findings if finding.code == "MN115"]
    assert finding.rule.confidence == "review"
    assert finding.effect
    assert near(-finding.effect.change, "0.0000660")
    assert len(finding.related) == 2


def test_riairs_adder_tree_is_reported_with_its_effect(rows: dict[str, Row]) -> None:
    row = rows["cifar100/01-riair"]
    [finding] = [finding for finding in row.findings if finding.code == "MN203"]
    assert finding.effect
    assert near(finding.effect.change, "0.00405941")


def test_published_scores_come_from_the_board(rows: dict[str, Row]) -> None:
    assert str(rows["cifar100/01-riair"].published) == "0.0044"
    assert str(rows["cifar100/02-kaist-ai"].published) == "0.0054"
    assert str(rows["wikitext103/01-mit-han-lab"].published) == "0.0475"
    first = ("cifar100/01-riair", "cifar100/02-kaist-ai", "wikitext103/01-mit-han-lab")
    ranks = [rows[entry].rank or 0 for entry in first]
    assert 0 < ranks[0] < ranks[1]


def test_every_difference_of_a_real_entry_has_a_cause(rows: dict[str, Row]) -> None:
    # What a team counts in one total for several layers need not be one slip.
    found = {
        (entry, departure.difference.layer, departure.difference.part)
        for entry, row in rows.items()
        for departure in row.departures
        if departure.cause == UNEXPLAINED and not departure.difference.layers
    }
    assert found == set()
