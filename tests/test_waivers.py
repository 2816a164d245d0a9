"""Findings that organizers set aside: what a waiver means, and when it means nothing any more."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from micronet_spec.audit.audit import Audit, audit, manifests
from micronet_spec.finding import Finding

if TYPE_CHECKING:
    from tests.conftest import Made, Run

DAY = date(2026, 1, 1)
NARROW = "{defaults: {accumulator: 16}}"
MISSED = "{top1_correct: 7999}"
REASON = ("--reason", "their kernels round", "--by", "the organizers", "--date", "2019-12-06")


class Board:
    """A folder with one entry, `cifar100/01-acme`, and the waivers above it."""

    def __init__(self, folder: Path, manifest: "Made", micronet: "Run") -> None:
        self.folder, self._manifest, self.micronet = folder, manifest, micronet
        self.path = folder / "cifar100" / "01-acme.yaml"
        self.path.parent.mkdir()
        self.write()

    def write(self, numerics: str = NARROW, before: str = "", **sections: str) -> None:
        """Write the entry anew."""
        text = before + self._manifest(numerics=numerics, **sections)
        self.path.write_text(text, encoding="utf-8")

    def waive(self, code: str, *more: str) -> str:
        """Append what `micronet waive` prints."""
        printed = self.micronet("waive", self.path, code, *REASON, *more)
        assert printed.code == 0, printed.err
        self.append(printed.out)
        return printed.out

    def append(self, text: str) -> None:
        """Append to the waivers."""
        waivers = self.folder / "waivers.yaml"
        before = waivers.read_text(encoding="utf-8") if waivers.exists() else "waivers:\n"
        waivers.write_text(before + text, encoding="utf-8")

    def audited(self, day: date | None = DAY) -> Audit:
        """Audit the folder on a day, or without waivers."""
        return audit(manifests(self.folder), waivers_on=day)


@pytest.fixture
def board(tmp_path: Path, manifest: "Made", micronet: "Run") -> Board:
    return Board(tmp_path, manifest, micronet)


def codes(findings: list[Finding] | tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings if not finding.waived]


def test_a_waived_finding_is_set_aside_and_keeps_its_effect(board: Board) -> None:
    [before] = board.audited().rows
    assert codes(before.findings) == ["MN203"]
    board.waive("MN203")
    [row] = board.audited().rows
    [waived] = row.waived
    assert waived.waived
    assert (waived.waived.reason, waived.waived.date) == ("their kernels round", "2019-12-06")
    assert waived.effect == before.findings[0].effect
    assert row.entry.score == before.entry.score
    assert codes(row.findings) == []
    assert board.audited().beside == ()


def test_an_auditor_sees_what_was_waived(board: Board) -> None:
    board.waive("MN203")
    [row] = board.audited(None).rows
    assert codes(row.findings) == ["MN203"]
    shown = ("audit", board.folder, "--fail-on", "warning")
    assert board.micronet(*shown).code == 0
    assert board.micronet(*shown, "--no-waivers").code == 1


def test_every_output_counts_what_is_waived(board: Board) -> None:
    board.waive("MN203")
    for command in (("audit", board.folder), ("lint", board.path, "--persona", "organizer")):
        text = board.micronet(*command).out
        assert "1 waived in 1 file" in text
        assert "their kernels round" in text
        report = json.loads(board.micronet(*command, "--format", "json").out)
        assert report["findings"][0]["waived"]["decided_by"] == "the organizers"
        assert report["findings"][0]["effect"] > 0
        [run] = json.loads(board.micronet(*command, "--format", "sarif").out)["runs"]
        assert "their kernels round" in run["results"][0]["suppressions"][0]["justification"]
        assert "MN203" not in board.micronet(*command, "--format", "github").out
    report = json.loads(board.micronet("audit", board.folder, "--format", "json").out)
    assert (report["entries"][0]["waived"], report["entries"][0]["findings"]) == (1, {})


def test_moved_lines_and_another_section_change_nothing(board: Board) -> None:
    board.waive("MN203", "--at", "numerics.defaults")
    board.write(before="# a comment\n\n", name="Renamed")
    assert codes(board.audited().rows[0].findings) == []


def test_a_waiver_ends_when_what_it_was_decided_on_changes(board: Board) -> None:
    board.waive("MN203")
    board.write("{defaults: {accumulator: 15}}")
    result = board.audited()
    assert codes(result.rows[0].findings) == ["MN203"]
    [stale] = result.beside
    assert (stale.code, stale.primary.document.path.name) == ("MN613", "waivers.yaml")
    span = stale.primary.span
    assert stale.primary.document.lines[span.line - 1].strip().startswith("digest:")


def test_a_wider_effect_is_another_content(board: Board) -> None:
    board.waive("MN203")
    layers = ["{name: conv, op: conv2d, out: 9, kernel: 3}", "{name: pool, op: global_avg_pool}"]
    board.path.write_text(board._manifest(numerics=NARROW, layers=layers), encoding="utf-8")
    assert [finding.code for finding in board.audited().beside] == ["MN613"]


def test_a_waiver_ends_after_its_last_day(board: Board) -> None:
    board.waive("MN203", "--expires", "2026-01-01")
    assert board.audited(date(2026, 1, 1)).beside == ()
    late = board.audited(date(2026, 1, 2))
    assert [finding.code for finding in late.beside] == ["MN612"]
    assert codes(late.rows[0].findings) == ["MN203"]


def test_a_waiver_without_a_finding_is_reported(board: Board) -> None:
    board.waive("MN203")
    board.write("{}")
    [unused] = board.audited().beside
    assert unused.code == "MN611"
    report = json.loads(board.micronet("lint", board.path, "--format", "json").out)
    assert report["findings"] == []


def test_a_waiver_of_an_entry_that_is_elsewhere_is_left_alone(board: Board) -> None:
    board.waive("MN203")
    other = board.folder / "imagenet" / "01-other.yaml"
    other.parent.mkdir()
    other.write_text(board._manifest(task="imagenet", quality="{top1_correct: 37500}"), "utf-8")
    assert not audit(manifests(other.parent), waivers_on=DAY).beside
    board.path.unlink()
    assert [finding.code for finding in board.audited().beside] == ["MN611"]


def test_a_target_and_a_limit_cannot_be_waived(board: Board) -> None:
    board.write(quality=MISSED)
    refused = board.micronet("waive", board.path, "MN301", *REASON)
    assert (refused.code, "cannot be waived" in refused.err) == (2, True)
    fields = "reason: r, decided_by: o, date: 2019-12-06, digest: '" + "0" * 64 + "'"
    board.append(f"  - {{code: MN301, entry: cifar100/01-acme, {fields}}}\n")
    result = board.audited()
    assert "MN301" in codes(result.rows[0].findings)
    assert [finding.code for finding in result.beside] == ["MN614"]


def test_layers_are_named_by_a_pattern(board: Board) -> None:
    layers = [
        "{name: conv, op: conv2d, out: 4, kernel: 3, accumulator: 16}",
        "{name: pool, op: global_avg_pool}",
        "{name: fc, op: linear, out: 100, accumulator: 16}",
    ]
    board.path.write_text(board._manifest(layers=layers), encoding="utf-8")
    missing = board.micronet("waive", board.path, "MN203", *REASON, "--layers", "conv*")
    assert (missing.code, "finds nothing there" in missing.err) == (2, True)
    board.waive("MN203", "--layers", "*c*")
    assert codes(board.audited().rows[0].findings) == []


def test_a_finding_of_the_board_can_be_waived(board: Board) -> None:
    for number in range(2, 5):
        text = board._manifest(numerics=NARROW, submitted="2019-10-01")
        (board.path.parent / f"{number:02}-acme.yaml").write_text(text, encoding="utf-8")
    [place] = [n for n, row in enumerate(board.audited().rows) if "MN602" in codes(row.findings)]
    board.path = board.audited().rows[place].entry.document.path
    board.waive("MN602")
    assert "MN602" not in codes(board.audited().rows[place].findings)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["MN999"], "finds nothing"),
        (["MN507"], "finds nothing"),
        (["MN203", "--date", "x"], "expected a date such as"),
    ],
)
def test_what_cannot_be_written_down_is_a_usage_error(
    arguments: list[str], message: str, board: Board
) -> None:
    ran = board.micronet("waive", board.path, arguments[0], *REASON, *arguments[1:])
    assert ran.code == 2
    assert message in ran.err


def test_a_mistake_in_a_waiver_is_at_its_place(board: Board) -> None:
    board.append("  - {code: MN203, entry: cifar100/01-acme, reson: typo}\n")
    found = board.audited().beside
    assert {finding.code for finding in found} == {"MN101", "MN102"}
    assert any("did you mean `reason`" in finding.message for finding in found)
    assert codes(board.audited().rows[0].findings) == ["MN203"]


RULINGS = [
    ("cifar100/01-riair", "MN203"),
    ("cifar100/24-proxylessnas-ttq", "MN417"),
    ("imagenet/01-riair", "MN203"),
    ("imagenet/04-qualcommai-mixnet", "MN312"),
    ("imagenet/06-qualcommai-efficientnet", "MN312"),
    ("imagenet/10-qualcommai-m0", "MN312"),
]


def test_the_rulings_of_2019_are_waived_on_the_real_entries(root: Path) -> None:
    folder = root / "submissions" / "micronet-2019"
    result = audit([folder / f"{entry}.yaml" for entry, _ in RULINGS], waivers_on=DAY)
    waived = [(row.entry.id, finding.code) for row in result.rows for finding in row.waived]
    assert sorted(waived) == RULINGS
    assert not [it for it in result.beside if it.primary.document.path.name == "waivers.yaml"]


LISTED = """\
# decided in a meeting
waivers:   # newest last
- code: MN502   # of another entry
  entry: imagenet/02-other
  reason: >-
    they wrote
    to us
  decided_by: the organizers
  date: 2019-12-06
  digest: "{zeros}"
# the end
""".format(zeros="0" * 64)


def appended(board: Board, code: str = "MN203", *more: str) -> tuple[int, str]:
    ran = board.micronet("waive", board.path, code, *REASON, "--append", *more)
    return ran.code, ran.err


@pytest.mark.parametrize(
    "before",
    [
        None,
        "",
        "# nothing is waived yet\n",
        "# nothing yet",
        "waivers: []  # nothing yet\n",
        LISTED,
        LISTED.replace("# the end\n", "").rstrip("\n"),
        LISTED.replace("\n", "\r\n"),
    ],
)
def test_a_waiver_is_added_to_those_that_are_there(board: Board, before: str | None) -> None:
    waivers = board.folder / "waivers.yaml"
    if before is not None:
        waivers.write_bytes(before.encode())
    assert appended(board) == (0, "")
    after = waivers.read_bytes().decode()
    kept = before.replace("[]", "") if before else ""
    lines = iter(after.splitlines())
    assert all(line in lines for line in kept.splitlines()), "a line went away"
    assert after.count("\r\n") in {0, after.count("\n")}
    result = board.audited()
    assert codes(result.rows[0].findings) == []
    assert codes(result.beside) == (["MN611"] if before and "MN502" in before else [])


def test_a_waiver_beside_the_entry_is_added_there(board: Board) -> None:
    waivers = board.path.parent / "waivers.yaml"
    waivers.write_text("waivers: []\n", encoding="utf-8")
    assert appended(board) == (0, "")
    assert not (board.folder / "waivers.yaml").exists()
    assert codes(board.audited().rows[0].findings) == []


@pytest.mark.parametrize(
    ("before", "code", "message"),
    [
        ("waivers: []\n", "MN301", "cannot be waived"),
        ("waivers: [{}]\n", "MN203", "correct this first"),
        ("waivers: {\n", "MN203", "correct this first"),
        ("waivers: [{" + ", ".join(LISTED.splitlines()[2:4]) + "\n", "MN203", "correct this"),
    ],
)
def test_what_cannot_be_added_leaves_the_file_as_it_is(
    board: Board, before: str, code: str, message: str
) -> None:
    board.write(quality=MISSED)
    waivers = board.folder / "waivers.yaml"
    waivers.write_text(before, encoding="utf-8")
    exit_code, err = appended(board, code)
    assert (exit_code, message in err) == (2, True), err
    assert waivers.read_text(encoding="utf-8") == before


def test_nothing_is_waived_twice(board: Board) -> None:
    assert appended(board) == (0, "")
    exit_code, err = appended(board)
    assert exit_code == 2
    assert "waivers.yaml:2: this is waived there" in err
    assert appended(board, "MN203", "--at", "numerics") == (0, "")


def test_no_link_is_written_through(board: Board, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    (board.folder / "waivers.yaml").symlink_to(other)
    assert appended(board)[0] == 2
    assert not other.exists()
