"""The record of an audit: complete, of a stated version, and of stated bytes."""

import hashlib
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from micronet_spec.audit.audit import audit, manifests
from micronet_spec.report.record import FORMAT, audit_record
from micronet_spec.report.recorded.read import RecordError, load_record

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    """Return the record of the real entries, as it is written."""
    written: dict[str, Any] = json.loads(
        json.dumps(audit_record(audit(manifests(ROOT / "submissions"))))
    )
    return written


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    text = (ROOT / "schemas/audit.schema.json").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


def test_the_record_of_the_real_entries_is_as_its_schema_says(
    record: dict[str, Any], schema: dict[str, Any]
) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(record)


def test_every_input_is_bound_by_its_digest(record: dict[str, Any]) -> None:
    digests = {it["file"]: it["sha256"] for it in record["inputs"]}
    names = {Path(file).name for file in digests}
    assert {"board.csv", "01-riair.yaml", "01-riair.claims.csv"} <= names
    for file, digest in digests.items():
        assert digest == hashlib.sha256(Path(file).read_bytes()).hexdigest()


def test_the_layers_add_up_to_the_score_exactly(record: dict[str, Any]) -> None:
    for entry in record["entries"]:
        if entry["kind"] != "recounted":
            continue
        constants = record["challenges"]["micronet-2019"]
        baseline = constants["tasks"][entry["task"]]["baseline"]
        stored = sum(Fraction(layer["stored_bits"]) for layer in entry["layers"])
        operations = sum(Fraction(layer["op_bits"]) for layer in entry["layers"])
        score = stored / baseline["parameters"] + operations / baseline["operations"]
        assert score / constants["unit_bits"] == Fraction(entry["rulebook_exact"][0])
        assert entry["rulebook_exact"][0] == entry["rulebook_exact"][1]


def test_an_entry_says_how_much_of_it_could_be_counted(record: dict[str, Any]) -> None:
    kinds = {entry["entry"]: entry["kind"] for entry in record["entries"]}
    assert kinds["cifar100/01-riair"] == "recounted"
    assert kinds["cifar100/05-msunet-v3"] == "bounded"
    assert kinds["cifar100/30-sloth"] == "board figures only"


def test_a_bounded_entry_is_not_ranked_by_its_least_alone(record: dict[str, Any]) -> None:
    ranks = {entry["entry"]: entry["rank_range"] for entry in record["entries"]}
    best, worst = ranks["imagenet/13-hhi-mal"]
    assert best < worst


def test_the_board_has_both_dates_of_2019(record: dict[str, Any]) -> None:
    [riair] = [entry for entry in record["entries"] if entry["entry"] == "cifar100/01-riair"]
    assert riair["board"]["scores"] == [
        {"date": "2019-12-04", "score": "0.0044", "origin": "the team's own counts"},
        {"date": "2019-12-06", "score": "0.0044", "origin": "the team's own counts"},
    ]
    assert riair["board"]["score"] == "0.0044"
    assert (riair["board"]["marks"], riair["board"]["verified"]) == ("S", True)


def test_a_record_is_read_as_it_was_written(record: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    path.write_text(json.dumps({**record, "key_of_a_later_program": 1}), encoding="utf-8")
    loaded = load_record(path)
    assert loaded.format == FORMAT
    assert [entry.entry for entry in loaded.entries] == [it["entry"] for it in record["entries"]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"format": "micronet-audit/2"}', "written by a newer version (micronet-audit/2)"),
        ('{"entries": []}', "no record of an audit"),
        ('{"format": "micronet-audit/1"}', "tool: Field required"),
        ("[]", "no record of an audit"),
        ("nonsense", "not JSON"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_record_is_refused_with_the_reason(
    text: str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "audit.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match=r"audit\.json") as refused:
        load_record(path)
    assert reason in str(refused.value)
