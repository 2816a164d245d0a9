"""Small networks and what an entrant counts of them."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from micronet_spec.audit.audit import audit
from micronet_spec.entry.claims import COLUMNS

if TYPE_CHECKING:
    from tests.conftest import Made

Causes = dict[tuple[str, str], str]
Explained = Callable[..., Causes]


@pytest.fixture
def causes(tmp_path: Path, manifest: "Made") -> Explained:
    """Return a function that counts layers, and says why each part differs from the claims."""

    def explain(layers: Sequence[str], *claims: str, **sections: str) -> Causes:
        path = tmp_path / "entry.yaml"
        path.write_text(manifest(layers=layers, **sections))
        rows = (f"{claim},somewhere" for claim in claims)
        path.with_suffix(".claims.csv").write_text("\n".join((",".join(COLUMNS), *rows)))
        [row] = audit([path]).rows
        assert row.rulebook is not None
        assert row.counted_total is not None
        departures = row.departures
        assert sum((it.score for it in departures), Fraction()) == row.rulebook - row.counted_total
        return {(it.difference.layer, it.difference.part): it.cause for it in departures}

    return explain
