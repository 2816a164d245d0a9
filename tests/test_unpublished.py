"""Entries of which nobody published the layers, the quality, or figures in the usual units."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Expected, Made, Understood


def test_an_entry_without_layers_stays_and_is_not_recounted(
    manifest: "Made", expect: "Expected", understood: "Understood"
) -> None:
    text = manifest(model="«unpublished»")
    [finding] = expect(text, "MN121")
    assert finding.rule.severity == "note"
    entry = understood(manifest(model="unpublished"))
    assert entry.score is None
    assert entry.manifest.name == "Example"


def test_mistakes_elsewhere_are_found_in_an_entry_without_layers(
    manifest: "Made", expect: "Expected"
) -> None:
    expect(manifest(model="«unpublished»", team="{«nme»: Team, members: [{name: Ada}]}"), *PAIR)


PAIR = ("MN101", "MN121")


def test_an_unknown_quality_is_for_review_and_no_target_is_met(
    manifest: "Made", expect: "Expected", understood: "Understood"
) -> None:
    [finding] = expect(manifest(quality="«unknown»"), "MN306")
    assert finding.rule.confidence == "review"
    assert understood(manifest(quality="unknown")).score


def test_a_checkpoint_and_members_nobody_knows_are_for_review(
    manifest: "Made", expect: "Expected", understood: "Understood"
) -> None:
    for section in ({"checkpoint": "«unknown»"}, {"team": "{name: Team, members: «unknown»}"}):
        [finding] = expect(manifest(**section), "MN509" if "checkpoint" in section else "MN609")
        assert finding.rule.confidence == "review"
    assert understood(manifest(team="{name: Team, members: unknown}")).score


def test_figures_are_kept_in_the_unit_they_were_published_in(
    manifest: "Made", understood: "Understood"
) -> None:
    figures = "[{what: storage, value: '2.37', unit: MiB, source: README.md}]"
    entry = understood(manifest(claims=f"{{figures: {figures}}}"))
    assert entry.manifest.claims
    assert entry.manifest.claims.figures[0].unit == "MiB"


def test_tiled_values_are_stored_once_and_all_multiplied(
    manifest: "Made", understood: "Understood"
) -> None:
    # 4 x 192 weights of which a quarter is stored.
    layer = "{{name: fc, op: linear, out: 4, weight: {{tiled: {}}}}}"
    once, four = (understood(manifest(layers=[layer.format(n)])) for n in (1, 4))
    assert once.score
    assert four.score
    assert once.score.stored_bits == 4 * 192 * 32
    assert four.score.stored_bits == 192 * 32
    assert four.score.op_bits == once.score.op_bits
