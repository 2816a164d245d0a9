"""A contestant's manifest with ten different mistakes gets ten findings, each at its place."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Expected

MANIFEST = """\
# yaml-language-server: $schema=../schemas/submission.schema.json
# SlimNet, our entry for CIFAR-100.
manifest: 1
challenge: micronet-2019
task: cifar100
name: SlimNet
submitted: «2019-10-12T07:00:00Z»   # pushed just before midnight, we think

team:
  name: Slim
  affiliation: Example University
  members:
    - {name: Grace Hopper, github: grace}
    - {name: Alan Turing, «githb»: alan}

repository: {url: "https://example.org/slim/slimnet", commit: 1f2e3d4, license: «GPL-3.0-only»}

training:
  data: [cifar100/train]
  start_weights: none
  augmentation:
    - {policy: random crops and flips, learned_on: none}
    - {policy: AutoAugment, learned_on: [«cifar10/train»]}

quality: {top1_percent: «79.996»}   # rounds to 80.00

claims: {score: 0.0123, source: README.md}

checkpoint: {file: weights/slim.pt, bytes: 1250000}

numerics:
  formats:
    int4: {kind: integer, bits: 4, signed: true}
    uint8: {kind: integer, bits: 8, signed: false}
  defaults: {weight: int4}

model:
  input: [3, 32, 32]
  layers:
    - {name: stem, op: conv2d, out: 32, kernel: 3, padding: same, weight: {format: float32}}
    - {name: stem.bn, op: batch_norm, fold: {into: stem}}
    - {name: stem.act, op: relu}
    # block 1
    - name: block1.expand
      op: conv2d
      out: 96
      kernel: 1
      weight:
        store: mask
        nonzero: «3973»
      stored: [{what: scale, count: 1}]
    - {name: block1.q, op: quantize, to: «uint»}
    - {name: block1.depth, op: conv2d, out: 96, kernel: 3, padding: same, groups: depthwise,
       stored: [{what: scale, count: 1}]}
    - {name: block1.act, op: «relu7»}
    - {name: block1.project, op: conv2d, out: «"32"», kernel: 1, stored: [{what: scale, count: 1}]}
    - {name: block1.add, op: add, from: [block1.project, stem.act]}
    # head
    - {name: pool, op: global_avg_pool}
    - {name: fc, op: linear, from: «pooll», out: 100, bias: {}, stored: [{what: scale, count: 1}]}
"""

MISTAKES = {
    "MN504": "submitted on 2019-10-12T07:00:00Z; the deadline was before 2019-10-12T00:00:00-07:00",
    "MN101": "unknown key `githb` in `team.members.1`: did you mean `github`?",
    "MN506": "the licence is GPL-3.0-only, not MIT",
    "MN314": "the policy was learned on `cifar10/train`, not on cifar100/train",
    "MN301": (
        "79.996 % misses the target of 80 %: "
        "7,999.6 of 10,000 test examples are correct, 8,000 are needed"
    ),
    "MN201": "`block1.expand` has 96 x 32 = 3,072 weights, fewer than 3,973 nonzeros",
    "MN108": "the format `uint` is not declared: did you mean `uint8`?",
    "MN105": 'unknown op, found the text "relu7": did you mean `relu`?',
    "MN103": '`out`: expected a whole number, found the text "32"',
    "MN112": "no layer `pooll`: did you mean `pool`?",
}
"""By code, in the order of the text."""


def test_ten_mistakes_are_ten_findings_each_at_its_place(expect: "Expected") -> None:
    assert MANIFEST.count("«") == len(MISTAKES) == 10
    findings = expect(MANIFEST, *MISTAKES)
    assert {finding.code: finding.message for finding in findings} == MISTAKES


RIGHT = {
    "MN504": ("2019-10-12T07:00:00Z", "2019-10-11"),
    "MN101": ("githb", "github"),
    "MN506": ("GPL-3.0-only", "MIT"),
    "MN314": ("[«cifar10/train»]", "«none»"),
    "MN301": ("79.996", "80.00"),
    "MN201": ("3973", "{per_channel: [[30, 3], [31, 93]]}"),
    "MN108": ("«uint»", "«uint8»"),
    "MN105": ("relu7", "relu"),
    "MN103": ('"32"', "32"),
    "MN112": ("pooll", "pool"),
}


@pytest.mark.parametrize("code", RIGHT)
def test_a_mistake_set_right_is_one_finding_less(code: str, expect: "Expected") -> None:
    wrong, right = RIGHT[code]
    position = list(MISTAKES).index(code)
    parts = MANIFEST.replace(wrong, right).split("«")
    parts[position] += parts.pop(position + 1).replace("»", "", 1)
    expect("«".join(parts), *[other for other in MISTAKES if other != code])


def test_with_all_set_right_only_the_claim_is_left(expect: "Expected") -> None:
    text = MANIFEST
    for wrong, right in RIGHT.values():
        text = text.replace(wrong, right)
    text = text.replace("«", "").replace("»", "").replace("score: 0.0123", "score: «0.0123»")
    expect(text, "MN401")
