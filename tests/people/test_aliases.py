"""What the organizers state of persons, and every mistake in it at its line."""

from pathlib import Path

import pytest

from micronet_spec.challenge.dates import Period
from micronet_spec.finding import Finding
from micronet_spec.people.aliases import Aliases, aliases_beside
from micronet_spec.people.census import Census, Contest, Record
from micronet_spec.people.mention import Mention

CONTEST = Contest("micronet-2019", "cifar100", 3)
BY = "reason: their pages, decided_by: the organizers, date: 2019-10-20"


def stated(folder: Path, *statements: str) -> Aliases:
    lines = "".join(f"  - {{{statement}}}\n" for statement in statements)
    (folder / "aliases.yaml").write_text(f"aliases:\n{lines}", encoding="utf-8")
    return aliases_beside([folder / "entry.yaml"])


def census(aliases: Aliases, *members: Mention) -> Census:
    entries = (Record(str(n), CONTEST, Period(n, n), (one,)) for n, one in enumerate(members))
    return Census(entries, aliases)


def person(each: Census, number: int) -> int:
    [found] = each.members(number)
    return found


def shown(finding: Finding) -> tuple[str, str]:
    span = finding.primary.span
    line = finding.primary.document.lines[span.line - 1]
    return finding.code, line[span.column - 1 : span.end - 1]


ADA, BOB = Mention("X", "Ada", (("github", "ada"),)), Mention("Y", "Bob")


def test_who_is_said_to_be_the_same_is_one_person(tmp_path: Path) -> None:
    aliases = stated(tmp_path, f"same: [{{github: Ada}}, {{name: Bob, team: Y}}], {BY}")
    assert not aliases.findings
    board = census(aliases, ADA, BOB)
    assert person(board, 0) == person(board, 1)
    assert not board.absent


def test_namesakes_of_one_team_who_are_said_to_be_different_are_two(tmp_path: Path) -> None:
    one, other = (Mention("X", "Wei Wang", (("github", handle),)) for handle in ("w1", "w2"))
    joined = census(Aliases(), one, other)
    assert person(joined, 0) == person(joined, 1)
    apart = census(
        stated(tmp_path, f"different: [{{github: w1}}, {{github: w2}}], {BY}"), one, other
    )
    assert person(apart, 0) != person(apart, 1)
    assert not list(apart.contradictions())


def test_who_is_said_to_be_different_is_not_suspected(tmp_path: Path) -> None:
    wei = [Mention(team, "Wei Wang") for team in "XXYY"]
    [suspicion] = census(Aliases(), *wei).suspicions()
    assert suspicion.entries == (0, 1, 2, 3)
    different = "different: [{name: Wei Wang, team: X}, {name: Wei Wang, team: Y}]"
    assert not list(census(stated(tmp_path, f"{different}, {BY}"), *wei).suspicions())


def test_a_statement_about_nobody_says_so(tmp_path: Path) -> None:
    board = census(stated(tmp_path, f"same: [{{github: ada}}, {{github: eve}}], {BY}"), ADA)
    [(_, key, index)] = board.absent
    assert (key, index) == ("same", 1)


def test_two_of_one_id_cannot_be_said_to_be_different(tmp_path: Path) -> None:
    statement = f"different: [{{github: ada}}, {{orcid: 0000-0002-1825-0097}}], {BY}"
    both = Mention("X", "Ada", (("github", "ada"), ("orcid", "0000-0002-1825-0097")))
    [stated_] = census(stated(tmp_path, statement), both).contradictions()
    assert stated_.route == ("aliases", 0)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (f"same: [{{github: a}}], {BY}", ("MN104", "[{github: a}]")),
        (f"same: [{{github: a}}, {{gihtub: b}}], {BY}", ("MN101", "gihtub")),
        (f"same: [{{github: a}}, {{name: B}}], {BY}", ("MN102", "B")),
        (f"same: [{{github: a}}, {{note: b}}], {BY}", ("MN102", "{note: b}")),
        (f"same: [{{github: a}}, {{github: 'b c'}}], {BY}", ("MN104", "'b c'")),
        (BY, ("MN104", f"{{{BY}}}")),
        ("same: [{github: a}, {github: b}], reason: r, date: 2019-10-20", ("MN102", "...")),
        ("same: [{github: a}, {github: b}], reason: r, decided_by: o, date: now", ("MN104", "now")),
    ],
)
def test_every_mistake_is_at_its_place(
    statement: str, found: tuple[str, str], tmp_path: Path
) -> None:
    sound = f"same: [{{github: ada}}, {{name: Bob, team: Y}}], {BY}"
    aliases = stated(tmp_path, statement, sound)
    assert [finding.code for finding in aliases.findings][-1:] == [found[0]]
    assert found[1] in {"...", shown(aliases.findings[-1])[1]}
    board = census(aliases, ADA, BOB)
    assert person(board, 0) == person(board, 1)


@pytest.mark.parametrize("text", ["", "[", "aliases: 5", "- same", "other: []", "\0"])
def test_a_file_that_is_no_list_of_aliases_is_a_finding(text: str, tmp_path: Path) -> None:
    (tmp_path / "aliases.yaml").write_text(text, encoding="utf-8")
    aliases = aliases_beside([tmp_path / "entry.yaml"])
    assert aliases.findings
    assert not aliases.stated
