"""The join of sections of which exactly one is executed."""

from pathlib import Path

from micronet_spec.audit.audit import lint
from micronet_spec.entry.entry import Entry

# A word is looked up in one of two tables; every fourth is of the second, which is projected.
MANIFEST = """\
manifest: 1
challenge: micronet-2019
task: wikitext103
name: Two tables
submitted: 2019-10-11
team: {name: Two tables, members: [{name: Ada Lovelace}]}
quality: {perplexity: 35}
numerics:
  formats: {int8: {kind: integer, bits: 8, signed: true}}
  defaults: {weight: int8}
model:
  input: [1]
  sections: {common: 3/4, rare: 1/4}
  one_of: [[common, rare]]
  layers:
    - {name: common, op: embedding, section: common, entries: 99, out: 16, writes: int8}
    - {name: rare, op: embedding, from: input, section: rare, entries: 900, out: 4, writes: int8}
    - {name: projection, op: linear, section: rare, out: 16}
    - {name: join, op: select, from: [common, projection]}
    - {name: relu, op: relu}
"""


def counted(tmp_path: Path, text: str) -> tuple[Entry, set[str]]:
    path = tmp_path / "entry.yaml"
    path.write_text(text, encoding="utf-8")
    entry, findings = lint(path)
    return entry, {finding.code for finding in findings}


def test_a_select_is_free_and_keeps_the_shape_and_the_widest_format(tmp_path: Path) -> None:
    entry, codes = counted(tmp_path, MANIFEST)
    assert {code for code in codes if code.startswith(("MN1", "MN2"))} == {"MN221"}
    assert entry.graph
    assert entry.cost
    costs = {layer.name: layer for layer in entry.cost.layers}
    assert (costs["join"].stored_bits, costs["join"].op_bits) == (0, 0)
    # The projection writes float32, so the ReLU reads 16 values of 32 bits.
    assert costs["relu"].op_bits == 16 * 32
    # 64 multiplies at 8 bits and 48 adds at 32, for one word in four.
    assert costs["projection"].op_bits == (64 * 8 + 48 * 32) / 4


def test_a_select_takes_no_inputs_of_different_shapes(tmp_path: Path) -> None:
    _, codes = counted(tmp_path, MANIFEST.replace("[common, projection]", "[common, rare]"))
    assert "MN114" in codes
