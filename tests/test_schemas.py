"""The JSON Schemas of the files beside manifests: fresh, and of the mind of the program."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from micronet_spec.audit.statements import read_statements
from micronet_spec.cli.schema import SCHEMAS
from micronet_spec.document import parse
from micronet_spec.people.aliases import aliases_beside
from micronet_spec.waivers import Waivers

if TYPE_CHECKING:
    from tests.conftest import Run

ADA, BOB = "{github: ada}", "{name: Bob, team: Acme}"
DAY = date(2020, 1, 1)
WHY = "reason: they wrote, decided_by: the organizers, date: 2019-10-20"
WAIVED = f"code: MN203, entry: cifar100/01-acme, {WHY}, digest: {'0f' * 32}"


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_committed_schema_is_the_generated_one(kind: str, root: Path, micronet: "Run") -> None:
    path = root / "schemas" / f"{kind}.schema.json"
    assert micronet("schema", f"--{kind}").out == path.read_text(encoding="utf-8")
    Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


def test_one_schema_is_asked_for(micronet: "Run") -> None:
    ran = micronet("schema", "--waivers", "--aliases")
    assert (ran.code, "one of --aliases, --waivers" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        (f"aliases: [{{same: [{ADA}, {BOB}], {WHY}}}]", True),
        (f"aliases: [{{different: [{ADA}, {BOB}], {WHY}}}]", True),
        ("aliases: []", True),
        (f"aliases: [{{same: [{ADA}], {WHY}}}]", False),
        (f"aliases: [{{same: [{ADA}, {BOB}], different: [{ADA}, {BOB}], {WHY}}}]", False),
        (f"aliases: [{{{WHY}}}]", False),
        (f"aliases: [{{same: [{ADA}, {{name: Bob}}], {WHY}}}]", False),
        (f"aliases: [{{same: [{ADA}, {{note: Bob}}], {WHY}}}]", False),
        (f"aliases: [{{same: [{ADA}, {BOB}]}}]", False),
        (f"aliases: [{{same: [{ADA}, {BOB}], {WHY}, who: me}}]", False),
        ("aliases: []\nmore: 1", False),
        ("{}", False),
        (f"waivers: [{{{WAIVED}}}]", True),
        (f"waivers: [{{{WAIVED}, at: numerics, layers: 'conv*', expires: 2020-12-31}}]", True),
        ("waivers: []", True),
        (f"waivers: [{{{WAIVED}, expires: never}}]", False),
        (f"waivers: [{{{WAIVED.replace('0f', '0F')}}}]", False),
        (f"waivers: [{{{WAIVED.partition(', ')[2]}}}]", False),
        ("statements: [{what: entries, value: 55, source: the poster}]", True),
        ("statements: [{what: prizes, value: 55, source: the poster}]", False),
    ],
)
def test_the_schema_accepts_what_the_program_does(
    text: str, *, valid: bool, tmp_path: Path
) -> None:
    kind = text.partition(":")[0] if text != "{}" else "aliases"
    (tmp_path / f"{kind}.yaml").write_text(text, encoding="utf-8")
    manifests = [tmp_path / "mine.yaml"]
    found = {
        "aliases": lambda: aliases_beside(manifests).findings,
        "waivers": lambda: Waivers(manifests, DAY).findings,
        "statements": lambda: read_statements(manifests).findings,
    }[kind]()
    schema = Draft202012Validator(SCHEMAS[kind][1]())
    assert schema.is_valid(parse(text).values) == (not found) == valid
