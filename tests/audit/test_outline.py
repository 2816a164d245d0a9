"""What an audit keeps of an entry says the same as the whole."""

from pathlib import Path

import pytest

from micronet_spec.audit.audit import lint, manifests
from micronet_spec.audit.outline import outline
from micronet_spec.entry.claims import load_claims, path_beside
from micronet_spec.report.json import finding_json
from micronet_spec.report.text import finding_text

SUBMISSIONS = Path(__file__).parents[2] / "submissions"
COUNTED = [path for path in manifests(SUBMISSIONS) if load_claims(path_beside(path))]


@pytest.mark.parametrize("path", COUNTED, ids=lambda path: path.stem)
def test_findings_of_an_outline_are_shown_at_the_same_places(path: Path) -> None:
    entry, findings = lint(path)
    short, placed = outline(entry, findings)
    assert findings
    assert short.challenge
    for before, after in zip(findings, placed, strict=True):
        assert finding_json(after, short.id) == finding_json(before, entry.id)
        clauses = short.challenge.clauses
        assert finding_text(after, clauses, 100) == finding_text(before, clauses, 100)


@pytest.mark.parametrize(
    ("path", "exact"),
    [("cifar100/02-kaist-ai.yaml", True), ("wikitext103/01-mit-han-lab.yaml", False)],
)
def test_an_outline_keeps_the_head_and_the_cost(path: str, exact: bool, root: Path) -> None:  # noqa: FBT001
    entry, findings = lint(root / "submissions/micronet-2019" / path)
    short, _ = outline(entry, findings)
    assert short.interval == entry.interval
    assert short.interval_with_wide_additions == entry.interval_with_wide_additions
    assert short.manifest.team == entry.manifest.team
    assert short.at("team", "members", 0).span == entry.at("team", "members", 0).span
    assert entry.exact is short.exact is exact
    assert short.has("model") is not exact
    assert not any(route[:1] == ("model",) for route in short.document.nodes)
