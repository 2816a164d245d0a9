"""Models and JSON Schema say the same of every manifest, and at the same field."""

import copy
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from micronet_spec.audit.audit import manifests
from micronet_spec.document import Document, Route, Span, load, parse
from micronet_spec.finding import Finding
from micronet_spec.manifest import read
from micronet_spec.manifest.schema import manifest_schema

if TYPE_CHECKING:
    from tests.conftest import Made

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parents[1] / "corpus"
GOOD = sorted((CORPUS / "good").glob("*.yaml"))
BAD = sorted((CORPUS / "bad").glob("*.yaml"))
REAL = manifests(ROOT / "submissions")

STRUCTURAL = {"MN101", "MN102", "MN103", "MN104", "MN105", "MN109"}
VALIDATOR = Draft202012Validator(manifest_schema())
_EXPECTED = re.compile(r"# (MN\d{3}) at (\d+):(\d+)\n")


def plain(value: Any) -> Any:
    """Return `value` as a JSON parser would have read it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def by_models(document: Document) -> list[Finding]:
    assert not document.problems, "the text itself must be readable"
    return [finding for finding in read(document).findings if finding.code in STRUCTURAL]


def by_schema(document: Document) -> list[ValidationError]:
    return list(VALIDATOR.iter_errors(plain(document.values)))


def field(finding: Finding) -> Route:
    """Return the field a finding is about as the schema sees it.

    A missing, unknown or impossible key is a mistake of the mapping; findings point at the key, or
    at the name in the mapping.
    """
    place = finding.primary.place
    assert not isinstance(place, Span)
    of_the_mapping = (
        finding.code == "MN101"
        or (finding.code == "MN102" and place[-1:] == ("name",))
        or (finding.code == "MN104" and finding.primary.key)
    )
    return place[:-1] if of_the_mapping else place


def accepted(document: Document) -> tuple[bool, bool]:
    return not by_models(document), not by_schema(document)


@pytest.mark.parametrize("path", [*GOOD, *REAL], ids=lambda path: path.stem)
def test_a_good_manifest_is_valid_by_both(path: Path) -> None:
    document = load(path)
    assert [finding.message for finding in by_models(document)] == []
    assert [error.message for error in by_schema(document)] == []


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_manifest_is_refused_by_both(path: Path) -> None:
    document = load(path)
    assert accepted(document) == (False, False)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_one_mistake_is_one_finding_at_its_place(path: Path) -> None:
    document = load(path)
    expected = _EXPECTED.match(document.text)
    assert expected, "the first line says what is expected"
    findings = by_models(document)
    places = [(f.code, f.primary.span.line, f.primary.span.column) for f in findings]
    assert places == [(expected[1], int(expected[2]), int(expected[3]))], [
        finding.message for finding in findings
    ]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_the_schema_reports_the_same_field(path: Path) -> None:
    document = load(path)
    reported = {tuple(error.absolute_path) for error in by_schema(document)}
    found = {field(finding) for finding in by_models(document)}
    assert found == reported


def test_the_corpus_is_large_enough_and_without_repetition() -> None:
    assert len(GOOD) >= 12
    assert len(BAD) >= 45
    texts = [path.read_text(encoding="utf-8") for path in [*GOOD, *BAD]]
    assert len(set(texts)) == len(texts)


EXCEPTIONS = [
    ("quality", "{top1_correct: 8050.0}", "JSON Schema takes 8050.0 for an integer"),
    ("quality", "{top1_correct: 8e3}", "JSON Schema takes 8e3 for an integer"),
    ("manifest", "1.0", "JSON Schema takes 1.0 for an integer"),
    ("quality", "{top1_percent: .nan}", "JSON has no NaN, so no keyword can refuse it"),
    ("quality", "{top1_percent: 1000000000000000.01}", "a float has not the digits to see it"),
    ("name", "|\n  Example\n", "`$` of Python's `re` also stands before a last line break"),
]


@pytest.mark.parametrize(("section", "written", "reason"), EXCEPTIONS)
def test_the_known_differences_are_these(
    section: str, written: str, reason: str, manifest: "Made"
) -> None:
    document = parse(manifest(**{section: written}))
    assert accepted(document) == (False, True), reason


def places(value: Any, route: Route = ()) -> Iterator[Route]:
    yield route
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*route, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*route, index))


OTHERS = [
    *(True, False, -1, 0, 1, 2, 3, 33, 64, 65, 10**6, 10**9 + 1, 10**15 + 1, 0.5, -0.5, 80.07),
    *("", "none", "unstated", "tree", "same", "valid", "depthwise", "mask", "dense", "float"),
    *("integer", "float16", "16-bit", "a b", "a/b", "A", "-", "é", "2019-10-01", "https://x.org"),
    *("conv2d", "linear", "relu", "scale", "slice", "concat", "batch_norm", "quantize", "op"),
    *([], [1], [1, 2], [1, 1, 1], [0, 0, 0, 0], ["a"], ["a", "b"], [[]], [{}], [True], ["a", 1]),
    *({}, {"name": "a"}, {"store": "mask"}, {"store": "mask", "nonzero": 3}, {"store": "dense"}),
    *({"kind": "float", "bits": 8}, {"into": "conv"}, {"op": "relu", "name": "a"}, {"a": 1}),
    *({"source": "x", "trained_on": []}, {"format": "float16"}, {"accumulator": 8}, {"url": 1}),
]
KEYS = [
    *("name", "op", "from", "sources", "store", "nonzero", "bits", "kind", "signed", "weight"),
    *("bias", "kernel", "stride", "channels", "fold", "to", "accumulator", "unused", "format"),
    *("data", "members", "license", "colour", "<conv2d>", "[key]", "quality", "numerics", ""),
]
VALUES = [plain(load(path).values) for path in GOOD]


@st.composite
def changed(draw: st.DrawFn) -> Any:
    """Return the values of a good manifest with one or two of them changed."""
    values = copy.deepcopy(draw(st.sampled_from(VALUES)))
    for _ in range(draw(st.integers(1, 2))):
        route = draw(st.sampled_from(list(places(values))[1:]))
        holder = values
        for part in route[:-1]:
            holder = holder[part]
        match draw(st.sampled_from(["replace", "replace", "remove", "add"])):
            case "replace":
                holder[route[-1]] = copy.deepcopy(draw(st.sampled_from(OTHERS)))
            case "remove":
                del holder[route[-1]]
            case _:
                if isinstance(holder, dict):
                    holder[draw(st.sampled_from(KEYS))] = copy.deepcopy(
                        draw(st.sampled_from(OTHERS))
                    )
    return values


@settings(max_examples=1_000)
@given(changed())
def test_whatever_is_changed_both_say_the_same(values: Any) -> None:
    document = parse(json.dumps(values, ensure_ascii=False))
    models, schema = accepted(document)
    assert models == schema, [
        *(finding.message for finding in by_models(document)),
        *(error.message for error in by_schema(document)),
    ]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(manifest_schema())
    assert manifest_schema()["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


def test_the_committed_schema_is_the_generated_one() -> None:
    committed = (ROOT / "schemas/submission.schema.json").read_text(encoding="utf-8")
    assert json.loads(committed) == manifest_schema()


def test_the_schema_allows_null_nowhere() -> None:
    def nulls(value: Any) -> Iterator[Any]:
        if isinstance(value, dict):
            for key, item in value.items():
                if (key == "type" and "null" in item) or (
                    key in {"const", "default"} and item is None
                ):
                    yield value
                yield from nulls(item)
        elif isinstance(value, list):
            for item in value:
                yield from nulls(item)

    assert list(nulls(manifest_schema())) == []


def test_a_stock_validator_agrees(tmp_path: Path) -> None:
    schema = ROOT / "schemas/submission.schema.json"
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema)]
    good = subprocess.run(
        [*command, *map(str, [*GOOD, *REAL])], cwd=tmp_path, capture_output=True, check=False
    )
    assert good.returncode == 0, good.stdout
    bad = subprocess.run(
        [*command, "--output-format", "json", *map(str, BAD)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(bad.stdout)
    refused = {Path(error["filename"]).name for error in report["errors"]}
    assert sorted({path.name for path in BAD} - refused) == []
