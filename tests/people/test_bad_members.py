"""Members written badly or to deceive: what lint says, and that the table of people is harmless."""

import json
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Made, Run

TEAMS = {
    "a handle twice": ("{name: T, members: [{github: ada}, {github: ada}]}", ["MN605"]),
    "in another case": ("{name: T, members: [{github: ada}, {github: ADA}]}", ["MN605"]),
    "no members": ("{name: T, members: []}", ["MN104"]),
    "no list of members": ("{name: T}", ["MN102"]),
    "no name of a team": ('{name: "", members: [{name: Ada}]}', ["MN104"]),
    "nobody": ("{name: T, members: [{}]}", ["MN604"]),
    "a blank": ('{name: T, members: [{name: "  "}]}', ["MN604"]),
    "an address": ("{name: T, members: [{github: 'https://github.com/ada'}]}", ["MN104"]),
    "a remark": ("{name: T, members: [{github: ada (author)}]}", ["MN104"]),
    "a letter of another script": ('{name: T, members: [{name: "\u0410da"}]}', ["MN607"]),
    "a letter of no width": ('{name: T, members: [{name: "A\u200bda"}]}', ["MN607"]),
    "a mark of direction": ('{name: T, members: [{name: "Ada\u200f"}]}', ["MN607"]),
    "a change of direction": ('{name: T, members: [{name: "\u202eAda"}]}', ["MN104"]),
    "a color": ('{name: T, members: [{name: "\\x1b[31mAda"}]}', ["MN104"]),
    "a long name": (f"{{name: T, members: [{{name: {'x' * 2000}}}]}}", ["MN104"]),
    "a wrong ORCID": ("{name: T, members: [{orcid: 0000-0002-1825-0098}]}", ["MN606"]),
}
ACTING = {"Cc", "Cf"}


@pytest.mark.parametrize(("team", "codes"), TEAMS.values(), ids=TEAMS.keys())
def test_a_bad_member_is_found_and_shown_without_harm(
    team: str, codes: list[str], tmp_path: Path, manifest: "Made", micronet: "Run"
) -> None:
    path = tmp_path / "01.yaml"
    path.write_text(manifest(team=team), encoding="utf-8")
    found = micronet("lint", path, "--persona", "organizer", "--format", "json")
    assert [finding["code"] for finding in json.loads(found.out)["findings"]] == codes
    for command in ("people", "lint"):
        ran = micronet(command, tmp_path if command == "people" else path)
        acting = [c for c in ran.out.replace("\n", "") if unicodedata.category(c) in ACTING]
        assert (ran.err, acting) == ("", [])


def test_ten_thousand_members_of_every_entry_fit_on_some_lines(
    tmp_path: Path, manifest: "Made", micronet: "Run"
) -> None:
    members = ", ".join(f"{{github: ada{n}}}" for n in range(10_000))
    text = manifest(team=f"{{name: T, members: [{members}]}}")
    for number in range(1, 5):
        (tmp_path / f"{number:02}.yaml").write_text(text, encoding="utf-8")
    ran = micronet("audit", tmp_path, "--full")
    assert (ran.code, "warning[MN602" in ran.out) == (0, True)
    assert len(ran.out) < 50_000
