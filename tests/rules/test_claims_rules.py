"""MN401 and MN402: the entrant's own figures against the recount."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from micronet_spec.audit.audit import lint as lint_file
from micronet_spec.entry.claims import COLUMNS
from micronet_spec.finding import Finding

if TYPE_CHECKING:
    from tests.conftest import Expected, Made, Understood

# The fixture: storage 0.0000139178082..., math 0.0000008080076..., score 0.0000147258158...
HEADER = ",".join(COLUMNS)

Beside = Callable[[str | bytes], list[Finding]]


@pytest.mark.parametrize(
    "claims",
    [
        "{score: 0}",
        "{score: 0.0000}",
        "{score: 0.00001}",
        "{score: 0.000015}",
        "{score: 0.0000147}",
        "{score: 0.00001473}",
        "{score: 1e-5}",
        "{score: 1.47e-5}",
        "{score: 0.0000147258, storage_term: 0.0000139178, ops_term: 0.000000808008}",
        "{source: README.md}",
        "{}",
    ],
)
def test_a_claim_within_half_a_unit_of_its_last_digit_holds(
    claims: str, manifest: "Made", expect: "Expected"
) -> None:
    expect(manifest(claims=claims))


@pytest.mark.parametrize(
    "claims",
    [
        "{score: «1»}",
        "{score: «0.0001»}",
        "{score: «0.00002»}",
        "{score: «0.000014»}",
        "{score: «0.0000148»}",
        "{score: «0.00001472»}",
        "{score: «0.0000147000»}",
        "{score: «1.4e-5»}",
        "{storage_term: «0.000015»}",
        "{score: 0.000015, ops_term: «0.1»}",
    ],
)
def test_a_claim_further_off_is_a_finding(
    claims: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(claims=claims), "MN401")
    assert finding.rule.clauses == ("T2", "E5")


@pytest.mark.parametrize(
    ("claim", "codes"),
    [
        ("0.0002", []),
        ("0.0001", []),
        ("0.00015", []),
        ("0.000150000000", []),
        ("«0.0000»", ["MN401"]),
        ("«0.0003»", ["MN401"]),
        ("«0.00016»", ["MN401"]),
        ("«0.000150000001»", ["MN401"]),
    ],
)
def test_half_a_unit_is_exact_and_may_be_rounded_either_way(
    claim: str, codes: list[str], manifest: "Made", expect: "Expected"
) -> None:
    """5,475 weights store exactly 0.00015 of the baseline."""
    network = "{input: [1], layers: [{name: fc, op: linear, out: 5475}]}"
    expect(manifest(claims=f"{{storage_term: {claim}}}", model=network), *codes)


def test_a_wrong_score_has_its_effect(
    manifest: "Made", expect: "Expected", understood: "Understood"
) -> None:
    [finding] = expect(manifest(claims="{score: «0.0000100»}"), "MN401")
    assert finding.message == "claimed score 0.0000100, recounted 0.0000147"
    assert finding.primary.text == "recounted 0.0000147"
    score = understood(manifest()).score
    assert score
    assert finding.effect
    assert finding.effect.before == Fraction(Decimal("0.0000100"))
    assert finding.effect.after == score.score


def test_a_recount_between_bounds_is_told_with_both_ends(
    manifest: "Made", expect: "Expected"
) -> None:
    """40 weights under a mask: the mask and up to 40 values of 32 bits, of 36.5 M parameters."""
    network = (
        "{input: [4], layers: [{name: fc, op: linear, out: 10, weight:"
        " {store: mask, nonzero: unknown}}]}"
    )
    text = manifest(claims="{storage_term: «0.000002»}", model=network)
    [finding] = expect(text, "MN401")
    assert finding.message.endswith("0.000002, recounted between 0.0000000 and 0.0000011")


def test_several_wrong_claims_are_one_finding(manifest: "Made", expect: "Expected") -> None:
    text = manifest(claims="{score: «2», storage_term: 2, ops_term: 0.000001}")
    [finding] = expect(text, "MN401")
    assert [(label.span.line, label.span.column) for label in finding.related] == [(11, 34)]


def test_a_wrong_term_has_no_effect_on_the_score(manifest: "Made", expect: "Expected") -> None:
    [finding] = expect(manifest(claims="{ops_term: «0.5»}"), "MN401")
    assert finding.effect is None


@pytest.mark.parametrize(
    ("layer", "code"),
    [
        ("{name: fc, op: linear, out: 9, from: «x»}", "MN112"),
        ("{name: fc, op: linear, out: 9, weight: {store: mask, nonzero: «9999»}}", "MN201"),
        ("{name: fc, op: linear, out: 9, «colour»: red}", "MN101"),
        ("{name: fc, op: linear, out: «nine»}", "MN103"),
    ],
)
def test_a_claim_is_not_blamed_for_an_earlier_mistake(
    layer: str, code: str, manifest: "Made", expect: "Expected"
) -> None:
    expect(manifest(claims="{score: 123}", layers=[layer]), code)


@pytest.fixture
def beside(tmp_path: Path, manifest: "Made") -> Beside:
    """Return a function that lints the fixture's manifest with a claims file beside it."""

    def lint(counts: str | bytes) -> list[Finding]:
        path = tmp_path / "entry.yaml"
        path.write_text(manifest(), encoding="utf-8")
        data = counts if isinstance(counts, bytes) else counts.encode()
        path.with_name("entry.claims.csv").write_bytes(data)
        _, findings = lint_file(path)
        return findings

    return lint


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "conv,3456,3888,32,3744,32,count.py:5\n",
        "conv,,,,,,\n",
        "conv,1/3,7/3,16,0.5,12.25,\n\n",
        'conv,1,1,1,1,1,"a, b"\n',
        "conv,1,,,,,\nconv,2,,,,,twice\n",
        "conv,1,,,,,\r\nfc,2,,,,,\r\n",
    ],
)
def test_a_claims_file_that_can_be_read_is_no_finding(rows: str, beside: Beside) -> None:
    assert beside(f"{HEADER}\n{rows}") == []


@pytest.mark.parametrize(
    ("text", "line", "column", "end"),
    [
        ("", 1, 1, 2),
        ("layer,bits\n", 1, 1, 11),
        (f"{HEADER}\nnone,1,,,,,\n", 2, 1, 12),
        (f"{HEADER}\nconv,1,,,,\n", 2, 1, 11),
        (f"{HEADER}\nconv,1,,,,,,\n", 2, 1, 13),
        (f"{HEADER}\n\nconv,many,,,,,\n", 3, 6, 10),
        (f"{HEADER}\nconv,-1,,,,,\n", 2, 6, 8),
        (f"{HEADER}\nconv,1e9,,,,,\n", 2, 6, 9),
        (f"{HEADER}\nconv,1/0,,,,,\n", 2, 6, 9),
        (f"{HEADER}\nconv,nan,,,,,\n", 2, 6, 9),
        (f"{HEADER}\nconv,{'9' * 41},,,,,\n", 2, 6, 47),
        (f"{HEADER}\nconv,1,5,,,,\n", 2, 1, 13),
        (f'{HEADER}\n"conv,1,,,,,\n', 2, 1, 13),
        (f"{HEADER}\nconv,16,16,1x,,,\n", 2, 12, 14),
        (f"{HEADER}\nconv,1,c,,,,\n", 2, 8, 9),
        (f"{HEADER}\n漢,1,-,,,,\n", 2, 5, 6),
        (f"{HEADER}\nconv,11,1,32,1,1x,\n", 2, 16, 18),
    ],
)
def test_a_claims_file_that_cannot_be_read_is_found_at_its_line(
    text: str, line: int, column: int, end: int, beside: Beside
) -> None:
    [finding] = beside(text)
    span = finding.primary.span
    assert finding.code == "MN402"
    assert finding.primary.document.path.name == "entry.claims.csv"
    assert (span.line, span.column, span.end) == (line, column, end)


def test_a_claims_file_of_the_wrong_kind_is_found(beside: Beside) -> None:
    [finding] = beside(f"{HEADER}\nconv,\xff".encode("latin-1"))
    assert (finding.code, finding.primary.span.line) == ("MN003", 2)


def test_every_bad_row_is_found(beside: Beside) -> None:
    findings = beside(f"{HEADER}\nconv,x,,,,,\nfc,1,,,,,\nnone,1,,,,,\nfc,y,,,,,\n")
    assert [finding.primary.span.line for finding in findings] == [2, 4, 5]


def test_no_claims_file_is_no_finding(tmp_path: Path, manifest: "Made") -> None:
    path = tmp_path / "entry.yaml"
    path.write_text(manifest(), encoding="utf-8")
    entry, findings = lint_file(path)
    assert entry.claims_file is None
    assert findings == []
