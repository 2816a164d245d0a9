"""How published scores come from the figures behind them."""

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from micronet_spec.causes.rounding import explanation

if TYPE_CHECKING:
    from tests.conftest import Made, Understood

TERMS = "{storage_term: 0.0123, ops_term: 0.0456}"
FIGURES = (
    "{{figures: [{{what: a, value: '{}', unit: {}}}, {{what: b, value: '1049', unit: M ops}}]}}"
)


@pytest.mark.parametrize(
    ("claims", "figures", "expected"),
    [
        ("{score: 0.2}", ("0.12344", "0.1234"), "the team's own counts"),
        ("{score: 0.2}", ("0.12345", "0.1235"), "the team's own counts"),
        ("{score: 0.2}", ("0.12349", "0.1234"), "the team's own counts, cut off, not rounded"),
        (TERMS, (None, "0.0579"), "the claimed terms 0.0123 + 0.0456"),
        (TERMS, ("0.05784", "0.0579"), "the claimed terms 0.0123 + 0.0456"),
        ("{score: 0.19996}", (None, "0.2"), "the claimed 0.19996"),
        ("{score: 0.19996}", (None, "0.3"), None),
        # 3.65 M parameters of 32 bits are a tenth of the baseline, 1,049 M operations another.
        (
            FIGURES.format("3.65", "million parameters"),
            (None, "0.2000"),
            "3.65 million parameters and 1049 M ops, as they were written",
        ),
        (
            FIGURES.format("14.6", "MB"),
            (None, "0.2000"),
            "14.6 MB and 1049 M ops, as they were written",
        ),
        (FIGURES.format("14.6", "MiB"), (None, "0.2000"), None),
        (FIGURES.format("14.6", "half words"), (None, "0.2000"), None),
        (FIGURES.format("about 3.65", "M parameters"), (None, "0.2000"), None),
    ],
)
def test_the_first_that_gives_the_published_digits(
    claims: str,
    figures: tuple[str | None, str],
    expected: str | None,
    manifest: "Made",
    understood: "Understood",
) -> None:
    entry = understood(manifest(claims=claims))
    total, published = figures
    counted = Fraction(total) if total else None
    assert explanation(entry, Decimal(published), counted) == expected
