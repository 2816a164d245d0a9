"""`micronet score --set`: what the score would be, and what is said when it cannot be."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micronet_spec.cli import main
from micronet_spec.document import parse
from micronet_spec.entry.entry import Entry, understand
from micronet_spec.manifest import read
from micronet_spec.manifest.places import value_at
from micronet_spec.manifest.tensors import FloatFormat, IntegerFormat
from micronet_spec.rules import check
from micronet_spec.whatif.address import AddressError
from micronet_spec.whatif.edit import ChangeError, parse_change
from micronet_spec.whatif.whatif import WhatIf, what_if

MANIFEST = """\
manifest: 1
challenge: micronet-2019
task: cifar100
name: Small
submitted: 2019-10-01
team: {name: Small, members: [{name: Ada}, {name: Grace}]}
numerics:
  formats: {codes: {kind: integer, bits: 8, stored_bits: 2, signed: true}}
  defaults: {parameter: float16}
model:
  input: [3, 8, 8]
  layers:
    - {name: stem.conv, op: conv2d, out: 4, kernel: 3, padding: same, weight: {store: mask, nonzero: 20}}
    - {name: act, op: relu}
    - {name: pool, op: global_avg_pool}
    - {name: gain, op: scale, weight: {}}
    - {name: fc, op: linear, out: 2, weight: {format: codes}, bias: {}}
"""  # noqa: E501
STORED = 20 * 32 + 4 * 3 * 9 + 4 * 16 + 2 * 4 * 2 + 2 * 16
"""Nonzeros and mask of the convolution, the scale, weights and bias of the linear layer."""


def small() -> Entry:
    return understand(read(parse(MANIFEST)))


def ask(*changes: str) -> WhatIf:
    entry = small()
    return what_if(entry, check(entry), [parse_change(text) for text in changes])


def stored(entry: Entry) -> int:
    assert entry.score
    return int(entry.score.stored_bits)


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["micronet", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    shown = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, shown.out, shown.err


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "small.yaml"
    path.write_text(MANIFEST, encoding="utf-8")
    return str(path)


def test_the_manifest_is_counted_as_derived_by_hand() -> None:
    assert stored(small()) == STORED


@pytest.mark.parametrize(
    "path",
    [
        "layers[stem.conv].weight.nonzero",
        'layers["stem.conv"].weight.nonzero',
        "layers[0].weight.nonzero",
        "model.layers[0].weight.nonzero",
        "model.layers[*].weight.nonzero",
    ],
)
def test_a_layer_is_addressed_by_name_by_place_or_with_all_others(path: str) -> None:
    asked = ask(f"{path} = 10")
    assert asked.edits[0].places == 1
    assert stored(asked.after) == STORED - 10 * 32


def test_bits_of_weights_are_those_they_are_stored_and_read_at() -> None:
    asked = ask("layers[*].weight.bits=3")
    assert asked.edits[0].places == 3
    assert stored(asked.after) == 20 * 3 + 4 * 3 * 9 + 4 * 3 + 2 * 4 * 3 + 2 * 16
    formats = asked.after.manifest.numerics.formats
    assert formats["float32-at-3"].kind == "float"
    assert formats["codes-at-3"] == IntegerFormat(kind="integer", bits=3, signed=True)


def test_a_scale_and_a_bias_start_from_the_format_of_parameters() -> None:
    asked = ask("layers[gain].weight.bits=5", "layers[fc].bias.bits=6")
    assert {"float16-at-5", "float16-at-6"} <= asked.after.manifest.numerics.formats.keys()
    assert stored(asked.after) == STORED - 4 * 11 - 2 * 10


def test_a_declared_format_of_the_derived_name_is_not_touched() -> None:
    other = "numerics.formats.codes-at-3={kind: float, bits: 9}"
    asked = ask(other, "layers[fc].weight.bits=3")
    formats = asked.after.manifest.numerics.formats
    assert formats["codes-at-3"] == FloatFormat(kind="float", bits=9)
    assert formats["codes-at-3-2"] == IntegerFormat(kind="integer", bits=3, signed=True)


def test_bits_of_a_format_are_plainly_set() -> None:
    asked = ask("numerics.formats[*].stored_bits=7")
    assert stored(asked.after) == STORED + 2 * 4 * 5


def test_the_star_skips_layers_whose_op_has_no_such_key() -> None:
    asked = ask("layers[*].kernel=1", "layers[*].stride=2")
    assert [made.places for made in asked.edits] == [1, 1]
    assert asked.after.graph
    assert asked.after.graph.nodes[0].shape == (4, 4, 4)


def test_a_missing_key_of_the_language_is_added() -> None:
    asked = ask("layers[*].reads=float16")
    assert asked.edits[0].places == 5
    assert asked.after.score
    assert asked.before.score
    assert asked.after.score.op_bits < asked.before.score.op_bits


def test_a_flow_mapping_takes_the_place_of_a_tensor() -> None:
    asked = ask("layers[fc].weight={store: mask, nonzero: [1, 2]}")
    assert stored(asked.after) == STORED - 2 * 4 * 2 + 3 * 32 + 2 * 4


def test_a_change_sees_those_before_it() -> None:
    asked = ask("layers[fc].name=head", "layers[head].out=3")
    assert stored(asked.after) == STORED + 4 * 2 + 16


def test_a_later_change_of_one_layer_leaves_the_others() -> None:
    asked = ask("layers[*].weight={}", "layers[fc].weight.format=codes")
    assert stored(asked.after) == 4 * 3 * 9 * 32 + 4 * 16 + 2 * 4 * 2 + 2 * 16


def test_the_values_of_the_file_stay_as_they_are() -> None:
    entry = small()
    asked = what_if(entry, [], [parse_change("layers[0].weight.bits=1")])
    assert entry.document.values == parse(MANIFEST).values
    assert asked.before is entry


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("layers[stem.con].out=1", "did you mean `stem.conv`?"),
        ("layers[9].out=1", "the last of `model.layers` is [4]"),
        ("modle.input=1", "did you mean `model`?"),
        ("layers[act].weight.bits=3", "`model.layers[act].weight` is nothing in this manifest"),
        ("layers[act].bits=3", "no key `bits` in layer `act`"),
        ("layers[0].kernal=3", "no key `kernal` in layer `stem.conv`: did you mean `kernel`?"),
        ("layers[fc].weight.nonzero=3", "`nonzero` belongs to `store: mask`"),
        ("layers[*].kernal=3", "no key `kernal`"),
        ("team.members[Alan].github=alan", "`team.members[Alan]` is nothing"),
        ("name.first=x", "`name.first` is nothing"),
    ],
)
def test_a_path_to_nothing_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    file: str,
    change: str,
    words: str,
) -> None:
    code, shown, error = run(monkeypatch, capsys, "score", file, "--set", change)
    assert (code, shown) == (2, "")
    assert words in error


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("", "expected a key"),
        ("=3", "expected a key"),
        ("[0", "expected a key"),
        ("layers", "expected `=`"),
        ("layers[=3", "at `[=3`"),
        ("layers[0]weight.bits=3", "at `weight.bits=3`"),
        ("layers..out=3", "at `..out=3`"),
        ("name=", "no value"),
        ("name={a", "the value is refused: not YAML"),
        ("name=*a", "the alias *a"),
        ("name=a: b", "write a mapping as {...}"),
        ("name=- b", "a list as [...]"),
        ("layers[0].out=1e999", "exponent"),
        ("name=a\x1bb", "cannot be printed"),
    ],
)
def test_a_malformed_change_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    file: str,
    change: str,
    words: str,
) -> None:
    code, shown, error = run(monkeypatch, capsys, "score", file, "--set", change)
    assert (code, shown) == (2, "")
    assert words in error
    assert "\x1b" not in error


@given(st.text())
def test_no_text_makes_parsing_fail_otherwise(text: str) -> None:
    try:
        change = parse_change(text)
    except (AddressError, ChangeError):
        return
    assert "=" in text
    assert change.steps


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        ("layers[fc].out=x", "MN103", 17),
        ("layers[pool].accumulator=65", "MN104", 15),
        ("layers[act].op=hardmish", "MN105", 14),
        ("layers[fc].weight.format=int9", "MN108", 17),
        ("layers[gain].weight.format=int9", "MN108", 16),
        ("layers[fc].bias=~", "MN109", 17),
        ("layers[fc].weight.bits=99", "MN104", 8),
        ("layers[fc].weight.bits=no number", "MN103", 8),
        ("layers[fc].weight.bits=-1", "MN104", 8),
        ("layers[act].name=pool", "MN111", 15),
        ("model.input=[3]", "MN114", 13),
        ("model=3", "MN103", 10),
    ],
)
def test_an_invalid_value_is_a_finding_at_the_line_it_would_change(
    change: str, code: str, line: int
) -> None:
    asked = ask(change)
    places = [(finding.code, finding.primary.span.line) for finding in asked.errors]
    assert places == [(code, line)]
    assert asked.after.score is None


def test_an_invalid_value_exits_with_1_and_says_what_was_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    code, shown, _ = run(monkeypatch, capsys, "score", file, "--set", "layers[fc].out=x")
    assert code == 1
    assert f"--> {file}:17:35\n" in shown
    assert "^ (set layers[fc].out=x)" in shown
    assert shown.endswith("\nnot counted: 1 error in 1 file\n")


def test_an_error_that_can_be_counted_is_shown_with_the_score(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    change = "layers[0].weight.nonzero=999"
    code, shown, _ = run(monkeypatch, capsys, "score", file, "--set", change)
    assert code == 1
    assert shown.startswith("error[MN201 ")
    assert "\nscore    0.0" in shown


def test_what_was_claimed_is_no_error_of_a_change() -> None:
    entry = understand(read(parse(f"{MANIFEST}claims: {{score: 0.5}}\n")))
    asked = what_if(entry, check(entry), [parse_change("layers[0].weight.nonzero=1")])
    assert "MN401" in [finding.code for finding in asked.findings]
    assert asked.errors == ()


def test_the_score_is_shown_before_and_after(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    change = "layers[*].weight.nonzero=0"
    code, shown, _ = run(monkeypatch, capsys, "score", file, "--set", change)
    lines = shown.splitlines()
    assert code == 0
    assert lines[0] == "set      layers[*].weight.nonzero=0  in 1 place"
    assert lines[1].split() == ["before", "after", "change"]
    assert lines[2].split() == ["storage", "0.0000007", "0.0000002", "-0.0000005", "-74.42%"]
    assert lines[4].split()[0] == "score"
    assert [line.split()[2] for line in lines if line.startswith(" total")] == ["free"]


def test_json_has_the_changes_and_the_score_before(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    changes = ["layers[*].weight.nonzero=0", "layers[fc].out=1"]
    options = [word for change in changes for word in ("--set", change)]
    code, shown, _ = run(monkeypatch, capsys, "score", file, "--format", "json", *options)
    before, asked = small().score, ask(*changes).after.score
    assert before
    assert asked
    report = json.loads(shown)
    assert code == 0
    assert report["set"] == changes
    assert report["score_before"] == float(before.score)
    assert report["score"] == float(asked.score)
    assert report["findings"] == []


def test_a_change_may_mend_what_could_not_be_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(MANIFEST.replace("out: 4", "out: four"), encoding="utf-8")
    code, shown, _ = run(monkeypatch, capsys, "score", str(path), "--set", "layers[0].out=4")
    assert code == 0
    assert "before   not counted" in shown


def test_a_file_that_cannot_be_read_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    missing = str(tmp_path / "none.yaml")
    code, shown, _ = run(monkeypatch, capsys, "score", missing, "--set", "layers[0].out=4")
    assert code == 1
    assert "MN001" in shown


def test_an_item_is_explained_as_it_was_changed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    options = ("--set", "layers[fc].weight.bits=3", "--explain", "fc")
    code, shown, _ = run(monkeypatch, capsys, "score", file, *options)
    [weights] = [line for line in shown.splitlines() if "store: weights" in line]
    assert code == 0
    assert weights.split()[-3:] == ["8", "3", "24"]


def test_a_new_key_of_a_layer_is_shown_at_its_name() -> None:
    [finding] = ask("layers[act].reads=int9").errors
    assert finding.code == "MN108"
    assert (finding.primary.span.line, finding.primary.span.column) == (14, 14)
    assert finding.primary.text == "(set layers[act].reads=int9)"


def test_new_values_have_a_place_in_the_file() -> None:
    asked = ask("layers[fc].weight={store: mask, nonzero: [1, 99]}")
    [finding] = asked.errors
    assert finding.code == "MN201"
    assert finding.primary.place == ("model", "layers", 4, "weight", "nonzero", 1)
    assert finding.primary.span.line == 17
    assert value_at(asked.after.document.values, ("model", "layers", 4, "out")) == 2
    assert replace(asked.after.document, values=None).text == MANIFEST
