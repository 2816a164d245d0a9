"""Which findings are shown to whom: `--persona`, `--select`, `--ignore`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Made, Run


@pytest.fixture
def entry(tmp_path: Path, manifest: "Made") -> Path:
    """Return an entry that is late, misses the target and has an unknown licence."""
    path = tmp_path / "entry.yaml"
    unknown = '{url: "https://example.org/code", license: unknown}'
    text = manifest(
        submitted="2019-10-12", quality="{top1_percent: 79}", repository=unknown, checkpoint=None
    )
    path.write_text(text, encoding="utf-8")
    return path


def codes(micronet: "Run", *arguments: str | Path) -> list[str]:
    answer = json.loads(micronet(*arguments, "--format", "json").out)
    return sorted(finding["code"] for finding in answer["findings"])


def test_a_contestant_sees_what_is_proven_and_how_much_is_for_review(
    entry: Path, micronet: "Run"
) -> None:
    assert codes(micronet, "lint", entry) == ["MN301", "MN503", "MN504"]
    out = micronet("lint", entry).out
    assert out.endswith("1 for review by the organizers, shown with --persona organizer\n")


def test_an_organizer_sees_everything(entry: Path, micronet: "Run") -> None:
    everything = ["MN301", "MN503", "MN504", "MN507"]
    assert codes(micronet, "lint", entry, "--persona", "organizer") == everything
    assert codes(micronet, "audit", entry.parent) == everything
    assert "--persona" not in micronet("audit", entry.parent).out


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--select", "MN3"], ["MN301"]),
        (["--select", "MN3,mn504"], ["MN301", "MN504"]),
        (["--ignore", "MN5"], ["MN301"]),
        (["--select", "MN5", "--ignore", "MN503"], ["MN504"]),
        (["--select", "MN9"], []),
    ],
)
def test_codes_are_chosen_by_their_beginning(
    options: list[str], expected: list[str], entry: Path, micronet: "Run"
) -> None:
    assert codes(micronet, "lint", entry, *options) == expected


def test_the_exit_code_is_that_of_what_is_shown(entry: Path, micronet: "Run") -> None:
    assert micronet("lint", entry, "--select", "MN9").code == 0
    assert micronet("lint", entry, "--select", "MN3").code == 1


def test_what_is_not_shown_still_decides_the_status(entry: Path, micronet: "Run") -> None:
    ran = micronet("audit", entry.parent, "--ignore", "MN504", "--format", "json")
    [row] = json.loads(ran.out)["entries"]
    assert row["status"] == "late"


@pytest.mark.parametrize("code", ["", "MN-1", "MN3,,MN4"])
def test_what_cannot_begin_a_code_is_a_usage_error(code: str, entry: Path, micronet: "Run") -> None:
    assert micronet("lint", entry, "--select", code).code == 2


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize("code", ["MN3O1", "XX9", "MN999"])
def test_a_code_of_no_rule_is_no_way_to_pass(
    entry: Path, micronet: "Run", option: str, code: str
) -> None:
    refused = micronet("lint", entry, option, code)
    assert refused.code == 2
    assert f"no rule has a code {code}..." in refused.err
