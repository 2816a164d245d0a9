"""Every code of `spec/rules/` can be produced, and nothing produces another."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from micronet_spec import audit
from micronet_spec.challenge import clauses
from micronet_spec.finding import rules

if TYPE_CHECKING:
    from tests.conftest import Linted, Made

CONV = "{name: conv, op: conv2d, out: 4, kernel: 3}"

SECTIONS: dict[str, dict[str, Any]] = {
    "MN003": {"name": "a\x1b[31m"},
    "MN004": {"name": "[a"},
    "MN005": {"'name'": "again"},
    "MN006": {"name": "&a Example"},
    "MN007": {"name": "[" * 99},
    "MN008": {"quality": "{top1_correct: " + "9" * 99 + "}"},
    "MN010": {"name": "!!str Example"},
    "MN101": {"colour": "red"},
    "MN102": {"team": "{name: Team}"},
    "MN103": {"name": "5"},
    "MN104": {"name": "''"},
    "MN106": {"challenge": "other"},
    "MN107": {"task": "other"},
    "MN108": {"numerics": "{defaults: {weight: int8}}"},
    "MN109": {"quality": "~"},
    "MN110": {"numerics": "{freebie: 8-bit}"},
    "MN120": {"numerics": "{formats: {float32: {kind: float, bits: 8}}}"},
    "MN121": {"model": "unpublished"},
    "MN202": {"numerics": "{freebie: 16-bit, defaults: {weight: float16}}"},
    "MN203": {"numerics": "{defaults: {accumulator: 16}}"},
    "MN206": {"numerics": "{formats: {wide: {kind: float, bits: 64}}}"},
    "MN216": {"numerics": "{defaults: {weight: float16, parameter: float16}}"},
    "MN301": {"quality": "{top1_correct: 7999}"},
    "MN302": {"quality": None},
    "MN303": {"quality": "{top1_percent: 80.073}"},
    "MN306": {"quality": "unknown"},
    "MN304": {"quality": "{perplexity: 30}"},
    "MN305": {"quality": "{top1_percent: 101}"},
    "MN311": {"training": "{data: [other], start_weights: none}"},
    "MN312": {"training": None},
    "MN313": {"training": "{data: [cifar100/test], start_weights: none}"},
    "MN314": {
        "training": "{data: [cifar100/train], start_weights: none, "
        "augmentation: [{policy: a, learned_on: [cifar10/train]}]}"
    },
    "MN401": {"claims": "{score: 1}"},
    "MN501": {"repository": None},
    "MN502": {"repository": "{url: 'https://example.org'}"},
    "MN503": {"checkpoint": None},
    "MN504": {"submitted": "2019-10-12"},
    "MN505": {"submitted": "2019-02-30"},
    "MN506": {"repository": "{url: 'https://example.org', license: BSD-2-Clause}"},
    "MN507": {"repository": "{url: 'https://example.org', license: unknown}"},
    "MN508": {"submitted": "2019-05-31"},
    "MN509": {"checkpoint": "unknown"},
    "MN604": {"team": "{name: Team, members: [{note: the author of a commit}]}"},
    "MN605": {"team": "{name: Team, members: [{github: ada}, {name: Ada, github: Ada}]}"},
    "MN606": {"team": "{name: Team, members: [{orcid: 0000-0002-1825-0098}]}"},
    "MN607": {"team": "{name: Team, members: [{name: \u0410da}]}"},
    "MN609": {"team": "{name: Team, members: unknown}"},
    "MN119": {
        "model": "{input: [3], sections: {a: 0.5, b: 0.4}, one_of: [[a, b]], "
        "layers: [{name: a, op: relu}]}"
    },
    "MN212": {
        "model": "{input: [3], nonzero_totals: [{layers: [a], nonzero: 4}], layers: "
        "[{name: a, op: linear, out: 1, weight: {store: mask, nonzero: unknown}}]}"
    },
}
LAYERS = {
    "MN105": ["{name: a, op: rnn}"],
    "MN111": ["{name: a, op: relu}", "{name: a, op: relu}"],
    "MN112": ["{name: a, op: relu, from: z}"],
    "MN113": ["{name: a, op: relu, from: a}"],
    "MN114": ["{name: a, op: avg_pool, kernel: 99}"],
    "MN115": ["{name: a, op: relu}", "{name: b, op: relu, from: input}"],
    "MN116": ["{name: a, op: batch_norm, fold: {into: b}}"],
    "MN117": ["{name: a, op: relu, from: unstated}"],
    "MN118": ["{name: a, op: relu, section: tail}"],
    "MN207": ["{name: a, op: relu, stored: [{what: scales, count: unknown}]}"],
    "MN208": [
        "{name: a, op: linear, out: 1, weight: {store: mask, nonzero: {at_least: 2, at_most: 1}}}"
    ],
    "MN209": ["{name: a, op: linear, out: 1, weight: {store: mask, nonzero: {sparsity: 1/2}}}"],
    "MN210": ["{name: a, op: custom, output: [1], reason: nothing says it}"],
    "MN211": ["{name: a, op: linear, out: 1, weight: {same_as: b}}"],
    "MN201": ["{name: a, op: linear, out: 1, weight: {store: mask, nonzero: 193}}"],
    "MN205": [
        "{name: a, op: linear, out: 2, accumulator: tree, weight: {store: mask, nonzero: 5}}"
    ],
}


def missing(path: Path) -> None:
    path.unlink(missing_ok=True)


def huge(path: Path) -> None:
    path.touch()
    os.truncate(path, 2**30)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def bad_counts(path: Path) -> None:
    path.with_name("entry.claims.csv").write_bytes(b"?\n")


FILES: dict[str, Callable[[Path], None]] = {
    "MN001": missing,
    "MN002": huge,
    "MN009": empty,
    "MN402": bad_counts,
}


@pytest.mark.parametrize("code", SECTIONS)
def test_a_section_can_break_the_rule(code: str, manifest: "Made", lint: "Linted") -> None:
    assert code in {finding.code for finding in lint(manifest(**SECTIONS[code]))}


@pytest.mark.parametrize("code", LAYERS)
def test_a_layer_can_break_the_rule(code: str, manifest: "Made", lint: "Linted") -> None:
    assert code in {finding.code for finding in lint(manifest(layers=LAYERS[code]))}


@pytest.mark.parametrize("code", FILES)
def test_a_file_can_break_the_rule(code: str, manifest: "Made", tmp_path: Path) -> None:
    path = tmp_path / "entry.yaml"
    path.write_text(manifest(), encoding="utf-8")
    FILES[code](path)
    _, findings = audit.lint(path)
    assert [finding.code for finding in findings] == [code]


def test_our_own_mistake_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, *_: object) -> None:
        raise RecursionError(path.name)

    monkeypatch.setattr(audit, "load_entry", fail)
    entry, findings = audit.lint(tmp_path / "entry.yaml")
    assert [finding.code for finding in findings] == ["MN901"]
    assert findings[0].message == "the file could not be checked: RecursionError: entry.yaml"
    assert entry.score is None


def test_every_code_is_here() -> None:
    # A cost table of 2019 lacks no op; tests/test_second_challenge.py has one that does. MN214 is
    # found where files are read (tests/test_sidecar.py).
    # Layer tables are no manifests (tests/init/), and limits and aliases need a board
    # (test_limits.py, tests/people/test_aliases.py).
    # Predictions are looked at when labels are given (tests/quality/).
    here = [
        *SECTIONS,
        *LAYERS,
        *FILES,
        "MN213",
        "MN214",
        "MN403",
        "MN404",
        "MN601",
        "MN602",
        "MN603",
        "MN608",
        "MN610",
        "MN741",
        "MN742",
        "MN743",
        "MN744",
        "MN745",
        "MN901",
    ]
    assert sorted(here) == sorted(rules())
    assert len(set(here)) == len(here)


def test_the_program_knows_no_other_code(root: Path) -> None:
    sources = (root / "micronet_spec").rglob("*.py")
    written = {code for path in sources for code in re.findall(r"\bMN\d{3}\b", path.read_text())}
    assert written <= set(rules())
    assert len(written) > 30


def test_every_rule_cites_clauses_that_exist_and_says_how_to_fix_it() -> None:
    known = clauses("micronet-2019")
    names = [rule.name for rule in rules().values()]
    assert len(set(names)) == len(names)
    for code, rule in rules().items():
        assert re.fullmatch(r"MN\d{3}", code)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name), code
        assert rule.help, code
        assert set(rule.clauses) <= set(known), code
        if rule.confidence == "review":
            assert str(rule.severity) != "error", code
