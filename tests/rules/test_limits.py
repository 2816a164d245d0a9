"""The entry limit of a board (E1): who falls, who is pointed at, and what the audit shows of it."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from micronet_spec import rules
from micronet_spec.audit.audit import audit, manifests
from micronet_spec.audit.ranking import Row
from micronet_spec.cli import cli
from micronet_spec.document import parse
from micronet_spec.entry.entry import Entry, understand
from micronet_spec.finding import Finding, Label
from micronet_spec.manifest import read
from micronet_spec.rules import check_board, rule_set

Member = tuple[str | None, str | None]
ADA: Member = ("Ada Lovelace", "ada")
BOB: Member = ("Bob", None)


@dataclass(frozen=True)
class Card:
    """What matters of an entry here."""

    submitted: str
    members: tuple[Member, ...] = (ADA,)
    team: str = "Acme"
    task: str = "cifar100"
    status: str = "entered"
    percent: str = "80.07"

    def manifest(self) -> str:
        """Write the entry down."""
        fields = [
            ", ".join(
                f"{key}: {word}"
                for key, word in zip(("name", "github"), member, strict=True)
                if word
            )
            for member in self.members
        ]
        members = "\n".join(f"    - {{{field}}}" for field in fields)
        return f"""\
manifest: 1
challenge: micronet-2019
task: {self.task}
name: An entry
submitted: {self.submitted}
status: {self.status}
team:
  name: {self.team}
  members:
{members}
quality: {{top1_percent: {self.percent}}}
model:
  input: [3, 4, 4]
  layers:
    - {{name: fc, op: linear, out: 1}}
"""


def entries(cards: Sequence[Card]) -> list[Entry]:
    return [
        understand(read(parse(card.manifest(), Path(f"{number}.yaml"))))
        for number, card in enumerate(cards, 1)
    ]


def found(*cards: Card) -> list[Finding]:
    return check_board(entries(cards))


def places(finding: Finding) -> list[str]:
    """Return file, text pointed at and words of every label of a finding, the primary first."""
    lines = []
    for label in (finding.primary, *finding.related):
        span = label.span
        shown = label.document.lines[span.line - 1][span.column - 1 : span.end - 1]
        lines.append(f"{label.document.path.stem} {shown}: {label.text}")
    return lines


def days(*numbers: int) -> list[Card]:
    return [Card(f"2019-09-{number:02}") for number in numbers]


def test_the_fourth_entry_falls_and_points_at_the_first_three() -> None:
    [finding] = found(*days(4, 1, 3, 2))
    assert finding.code == "MN601"
    assert finding.message == (
        "Ada Lovelace has already contributed to 3 entries of cifar100: "
        "cifar100/2 (2019-09-01), cifar100/4 (2019-09-02), cifar100/3 (2019-09-03)"
    )
    assert places(finding) == [
        "1 Ada Lovelace: one too many, 2019-09-04",
        "2 Ada Lovelace: entry 1 of 3, 2019-09-01",
        "4 Ada Lovelace: entry 2 of 3, 2019-09-02",
        "3 Ada Lovelace: entry 3 of 3, 2019-09-03",
    ]


def test_the_fifth_entry_falls_because_of_the_same_three() -> None:
    fourth, fifth = found(*days(1, 2, 3, 4, 5))
    assert [label.document.path.stem for label in fifth.related] == ["1", "2", "3"]
    assert fourth.related == fifth.related


def test_a_person_is_pointed_at_under_each_name_and_by_handle_if_that_is_all() -> None:
    teams = [((BOB, ("A. L.", "ADA")), "X"), (((None, "ada"),), "Y"), ((ADA,), "Z"), ((ADA,), "Z")]
    cards = [Card(f"2019-09-0{n}", *team) for n, team in enumerate(teams, 1)]
    [finding] = found(*cards)
    assert [place.partition(":")[0] for place in places(finding)] == [
        "4 Ada Lovelace",
        "1 A. L.",
        "2 ada",
        "3 Ada Lovelace",
    ]


def test_a_namesake_in_another_team_is_somebody_else() -> None:
    wang: tuple[Member, ...] = (("Wei Wang", None),)
    assert not found(*(Card(f"2019-09-0{n}", wang, team) for n, team in enumerate("XXY", 1)))
    boards = (Card(f"2019-09-0{n}", wang, team) for n, team in enumerate("XXYYX", 1))
    [finding] = found(*boards)
    assert (finding.code, finding.rule.confidence) == ("MN603", "review")


def test_names_alike_with_too_many_entries_are_evidence_in_every_manifest() -> None:
    jose, other = ("José García", "jose"), ("Garcia Jose", None)
    cards = [Card(f"2019-09-0{n}", (jose,), "X") for n in (1, 2)]
    cards += [Card(f"2019-09-0{n}", (other,), "Y") for n in (3, 4)]
    [finding] = found(*cards)
    assert finding.code == "MN603"
    assert finding.message == (
        "if these are one person, 4 entries of cifar100 are theirs, 3 are allowed: "
        "José García (cifar100/1, cifar100/2), Garcia Jose (cifar100/3, cifar100/4)"
    )
    assert places(finding) == [
        "1 José García: 2019-09-01; github jose",
        "2 José García: 2019-09-02; github jose",
        "3 Garcia Jose: 2019-09-03; the same words in another order as José García, no id",
        "4 Garcia Jose: 2019-09-04; the same words in another order as José García, no id",
    ]


def test_an_alias_joins_what_names_only_suggest(tmp_path: Path) -> None:
    jose, other = ("José García", "jose"), ("Pepe", None)
    cards = [Card(f"2019-09-0{n}", (jose,), "X") for n in (1, 2)]
    cards += [Card(f"2019-09-0{n}", (other,), "Y") for n in (3, 4)]
    folder = written(tmp_path, *cards)
    assert {row.status for row in audited(folder).values()} == {"entered"}
    statement = "same: [{github: JOSE}, {name: Pepe, team: Y}], reason: his page says so"
    text = f"aliases:\n  - {{{statement}, decided_by: the organizers, date: 2019-10-20}}\n"
    (folder / "aliases.yaml").write_text(text, encoding="utf-8")
    assert audited(folder)["04"].status == "disqualified"


def test_all_who_have_too_many_are_named_with_what_came_first() -> None:
    both = (ADA, BOB)
    cards = [Card(f"2019-09-0{n}", both) for n in (1, 2, 3, 4)]
    [finding] = found(*cards)
    assert finding.message.endswith("; the same goes for Bob")
    assert "4 Bob: also in 3 before" in places(finding)
    apart = [*cards[:2], Card("2019-09-03", (ADA,)), Card("2019-09-03", (BOB,)), cards[3]]
    [finding] = found(*apart)
    assert "3 Ada Lovelace: entry 3 of 3, 2019-09-03" in places(finding)
    assert "4 Bob: entry 3 of 3, 2019-09-03" in places(finding)


@pytest.mark.parametrize("dates", [(1, 2, 3, 4), (1, 1, 1, 1)])
def test_of_a_crowd_some_are_pointed_at(dates: tuple[int, ...]) -> None:
    crowd = tuple((f"Ada {n}", f"a{n}") for n in range(30))
    [finding] = found(*(Card(f"2019-09-0{day}", crowd) for day in dates))
    assert finding.code in {"MN601", "MN602"}
    assert len(finding.related) <= 24


def test_what_falls_no_longer_counts_for_the_other_members() -> None:
    bobs = [Card(f"2019-09-0{n}", (BOB,)) for n in (5, 6, 7)]
    [fallen] = found(*days(1, 2, 3), Card("2019-09-04", (ADA, BOB)), *bobs)
    assert fallen.primary.document.path.stem == "4"


def test_a_member_named_twice_counts_once() -> None:
    assert not found(*(Card(f"2019-09-0{n}", (ADA, ADA)) for n in (1, 2, 3)))


@pytest.mark.parametrize(
    "first",
    [
        Card("2019-09-01", status="withdrawn"),
        Card("2019-10-12"),
        Card("2019-10-12T07:00:00Z"),
        Card("2019-09-01", task="imagenet"),
        Card("2019-09-01", team="{}"),
        Card("2019-09-01", status="gone"),
    ],
    ids=["withdrawn", "late", "just late", "other task", "no team", "no status"],
)
def test_what_is_not_in_the_contest_does_not_count(first: Card) -> None:
    assert not found(first, *days(2, 3, 4))


@pytest.mark.parametrize(
    "first",
    [Card("2019-09-01", percent="53.39"), Card("2019-10-12T06:59:59Z"), Card("2019-05-01")],
    ids=["missed the target", "in the last second", "early"],
)
def test_every_other_entry_counts(first: Card) -> None:
    assert [finding.code for finding in found(first, *days(2, 3, 4))] == ["MN601"]


@pytest.mark.parametrize("date", ["9999-12-31", "0001-01-01", "0001-01-01T00:00:00+23:59"])
def test_dates_at_the_ends_of_the_calendar_do_no_harm(date: str) -> None:
    findings = found(Card(date), *days(2, 3, 4))
    assert "MN901" not in {finding.code for finding in findings}


def test_if_dates_do_not_tell_which_falls_all_candidates_are_named() -> None:
    [finding] = found(*days(1, 2), Card("2019-09-03T12:00:00-07:00"), Card("2019-09-03"))
    assert finding.code == "MN602"
    assert finding.message == (
        "one of these falls, but their dates do not tell which: cifar100/4 "
        "(2019-09-03), cifar100/3 (2019-09-03T12:00:00-07:00); Ada Lovelace has 4 entries of "
        "cifar100, 3 are allowed"
    )
    assert places(finding) == [
        "3 Ada Lovelace: may fall, 2019-09-03T12:00:00-07:00",
        "4 Ada Lovelace: may fall, 2019-09-03",
        "1 Ada Lovelace: stands, 2019-09-01",
        "2 Ada Lovelace: stands, 2019-09-02",
    ]


def test_five_entries_of_one_day_leave_two_too_many_and_what_comes_later_falls() -> None:
    later, tie = found(*days(1, 1, 1, 1, 1, 2))
    assert (later.code, tie.code) == ("MN601", "MN602")
    assert later.primary.document.path.stem == "6"
    assert "in whatever order these came: cifar100/1 (2019-09-01)" in later.message
    assert tie.message.startswith("2 of these fall, ")


def test_the_same_instant_in_two_zones_is_a_tie() -> None:
    same = [Card("2019-09-03T00:30:00-07:00"), Card("2019-09-03T07:30:00Z")]
    assert [finding.code for finding in found(*days(1, 2), *same)] == ["MN602"]


def test_an_undated_entry_may_have_come_at_any_time() -> None:
    [finding] = found(Card("2019-02-30"), *days(2, 3, 4))
    assert finding.code == "MN602"
    assert "cifar100/1 (2019-02-30)" in finding.message
    assert not found(Card("2019-02-30"), *days(2, 3))


def test_a_day_is_a_day_where_the_deadline_is() -> None:
    evening = Card("2019-09-03T06:59:59Z")
    [finding] = found(*days(1, 3, 4), evening)
    assert (finding.code, finding.primary.document.path.stem) == ("MN601", "3")


def test_an_unknown_order_that_decides_nothing_is_not_reported() -> None:
    assert not found(*days(1, 1, 1))
    [finding] = found(*days(1, 1, 1, 2))
    assert finding.code == "MN601"


# Hours after the start of 2019-09-01, Pacific; None is late.
DATES: dict[str, tuple[float, float] | None] = {
    "2019-09-01": (0, 23.9),
    "2019-09-01T10:00:00-07:00": (10, 10),
    "2019-09-01T17:00:00Z": (10, 10),
    "2019-09-02T06:59:59Z": (23.9, 23.9),
    "2019-09-02": (24, 47.9),
    "2019-10-12T06:59:59Z": (983.9, 983.9),
    "2019-10-12": None,
}
cards = st.builds(
    Card,
    submitted=st.sampled_from(sorted(DATES)),
    members=st.lists(
        st.sampled_from([ADA, (None, "ADA"), ("Ada Lovelace", None), BOB, ("Bob", "bob")]),
        min_size=1,
        max_size=3,
    ).map(tuple),
    team=st.sampled_from("XXXY"),
    task=st.sampled_from([*["cifar100"] * 7, "imagenet"]),
    status=st.sampled_from([*["entered"] * 7, "withdrawn"]),
    percent=st.sampled_from(["80.07", "53.39"]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(cards, min_size=5, max_size=7))
def test_the_findings_of_a_board_hold_in_every_order_of_submission(board: list[Card]) -> None:
    findings, people = found(*board), persons(board)
    for task in ("cifar100", "imagenet"):
        mine = [finding for finding in findings if f" of {task}" in finding.message]
        falls = {number_of(f.primary) for f in mine if f.code == "MN601"}
        candidates = {
            number_of(label)
            for finding in mine
            for label in (finding.primary, *finding.related)
            if label.text.startswith("may fall")
        }
        outcomes = all_outcomes(board, people, counting(board, task))
        always, ever = set.intersection(*outcomes), set.union(*outcomes)
        assert falls <= always <= ever <= falls | candidates
        busy = Counter(person for n in counting(board, task) for person in people[n])
        if sum(entries > 3 for entries in busy.values()) < 2:
            assert (falls, candidates) == (always, ever - always)


def number_of(label: Label) -> int:
    return int(label.document.path.stem) - 1


def persons(board: list[Card]) -> list[set[int]]:
    """Return the persons of every entry, by joining all that is said of the same one."""
    said = [
        [
            {("@", handle.lower()) for handle in [handle] if handle}
            | {(card.team, name) for name in [name] if name}
            for name, handle in card.members
        ]
        for card in board
    ]
    known: list[set[tuple[str, str]]] = []
    for evidence in (evidence for members in said for evidence in members):
        same = [person for person in known if person & evidence]
        known = [person for person in known if person not in same]
        known.append(evidence.union(*same))
    return [
        {n for n, person in enumerate(known) for member in members if member & person}
        for members in said
    ]


def counting(board: list[Card], task: str) -> list[int]:
    return [
        number
        for number, card in enumerate(board)
        if card.task == task and card.status == "entered" and DATES[card.submitted]
    ]


def all_outcomes(board: list[Card], people: list[set[int]], numbers: list[int]) -> list[set[int]]:
    """Return what falls, in every order in which nothing comes after what is certainly later."""
    outcomes: list[set[int]] = []
    for order in permutations(numbers):
        dates = [DATES[board[number].submitted] or (0, 0) for number in order]
        if all(one[0] <= later[1] for one, later in combinations(dates, 2)):
            standing: list[int] = []
            for number in order:
                before = Counter(person for other in standing for person in people[other])
                if all(before[person] < 3 for person in people[number]):
                    standing.append(number)
            outcomes.append(set(numbers) - set(standing))
    return outcomes


def written(folder: Path, *cards: Card) -> Path:
    for number, card in enumerate(cards, 1):
        (folder / f"{number:02}.yaml").write_text(card.manifest(), encoding="utf-8")
    return folder


def audited(folder: Path) -> dict[str, Row]:
    return {row.entry.document.path.stem: row for row in audit(manifests(folder)).rows}


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """Three entries that stand and one each that is disqualified, withdrawn and late."""
    gone = [Card("2019-09-05", status="withdrawn"), Card("2019-10-12")]
    return written(tmp_path, *days(1, 2, 3, 4), *gone)


def test_what_is_out_of_the_contest_is_listed_without_a_rank(board: Path) -> None:
    rows = audited(board)
    assert [(stem, row.rank, row.status) for stem, row in rows.items()] == [
        ("01", 1, "entered"),
        ("02", 1, "entered"),
        ("03", 1, "entered"),
        ("04", None, "disqualified"),
        ("05", None, "withdrawn"),
        ("06", None, "late"),
    ]


def test_the_finding_is_at_the_row_of_the_entry_that_falls(board: Path) -> None:
    rows = audited(board)
    assert [
        stem for stem, row in rows.items() if "MN601" in {finding.code for finding in row.findings}
    ] == ["04"]


def test_candidates_keep_their_ranks(tmp_path: Path) -> None:
    rows = audited(written(tmp_path, *days(1, 1, 1, 1)))
    assert {(row.rank, row.status) for row in rows.values()} == {(1, "entered")}


def test_people_read_the_state_of_an_entry_beside_its_findings(board: Path) -> None:
    text = CliRunner().invoke(cli, ["audit", str(board)]).output
    table = [line for line in text.splitlines() if re.match(r" +-   \d\d ", line)]
    [fourth, fifth, sixth] = table
    assert "disqualified, " in fourth
    assert "withdrawn, " in fifth
    assert "late, " in sixth


def test_people_see_the_member_in_every_manifest(board: Path) -> None:
    text = CliRunner().invoke(cli, ["audit", str(board)]).output
    shown = text[text.index("error[MN601 entry-limit]") :]
    arrows = [line.split()[1] for line in shown.splitlines() if line.startswith(("  -->", "  :::"))]
    assert arrows[:4] == [f"{board}/{stem}.yaml:10:14" for stem in ("04", "01", "02", "03")]
    assert "- {name: Ada Lovelace, github: ada}" in shown


def test_programs_read_the_state_of_an_entry(board: Path) -> None:
    report = json.loads(CliRunner().invoke(cli, ["audit", str(board), "--format", "json"]).output)
    assert [row["status"] for row in report["entries"]][2:] == [
        "entered",
        "disqualified",
        "withdrawn",
        "late",
    ]
    [finding] = [finding for finding in report["findings"] if finding["code"] == "MN601"]
    assert finding["entry"] == "cifar100/04"
    assert (finding["line"], finding["column"]) == (10, 14)
    assert [Path(place["file"]).name for place in finding["related"]] == [
        "01.yaml",
        "02.yaml",
        "03.yaml",
    ]


def test_linting_several_files_asks_nothing_of_the_board(board: Path) -> None:
    files = [str(path) for path in manifests(board)]
    report = json.loads(CliRunner().invoke(cli, ["lint", *files, "--format", "json"]).output)
    codes = {finding["code"] for finding in report["findings"]}
    assert "MN504" in codes
    assert not codes & {"MN601", "MN602"}


def test_a_board_rule_that_crashes_is_reported_and_the_audit_goes_on(
    board: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(entries: Sequence[Entry]) -> Iterator[Finding]:
        yield Finding("MN601", "an entry falls", entries[0].at("name"))
        raise ValueError("no such thing")

    asked = replace(rule_set().of_boards[0], check=broken)
    broken_too = replace(rule_set(), of_boards=(asked, *rule_set().of_boards))
    monkeypatch.setattr(rules, "rule_set", lambda *_: broken_too)
    rows = audited(board)
    assert [
        (stem, finding.code, finding.message)
        for stem, row in rows.items()
        for finding in row.findings
        if finding.code == "MN901"
    ] == [("01", "MN901", "the rule `entry-limit` failed: ValueError: no such thing")]
    assert rows["04"].status == "disqualified"


def test_an_audit_of_nothing_readable_has_no_board_findings(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("[", encoding="utf-8")
    [row] = audited(tmp_path).values()
    assert {finding.code for finding in row.findings} == {"MN004"}
    assert check_board([]) == []
