"""The conformance vectors of spec/vectors, each counted by the program."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from micronet_spec.challenge.challenge import clauses, load_challenge
from micronet_spec.data import folder
from micronet_spec.document import load
from micronet_spec.report.reference import operations
from micronet_spec.score.total import score_bits
from tests.score.networks import Values, count

_CHALLENGE = "micronet-2019"
_FOLDER = folder("spec") / "vectors"

Number = int | str
"""A whole number, or a fraction as text."""
Item = tuple[str, Number | Fraction, Number | Fraction]
"""What is counted, how many of it, and how wide."""


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Stored(_Closed):
    count: Number
    bits: Number


class _Operation(_Closed):
    kind: Literal["multiply", "add", "compare", "transcendental", "bitwise"]
    count: Number
    bits: Number


class _Items(_Closed):
    stored: list[_Stored] = []
    operations: list[_Operation] = []


class _Cost(_Closed):
    layers: dict[str, _Items]
    stored_bits: Number
    op_bits: Number
    score: Number


class _NetworkVector(_Closed):
    name: str
    clauses: list[str]
    task: str
    numerics: Values = {}
    input: list[int]
    sections: dict[str, Number] = {}
    one_of: list[list[str]] = []
    nonzero_totals: list[Values] = []
    layers: list[Values]
    expect: _Cost


class _Totals(_Closed):
    stored_bits: Number
    op_bits: Number


class _Score(_Closed):
    score: Number


class _TotalsVector(_Closed):
    name: str
    clauses: list[str]
    task: str
    totals: _Totals
    expect: _Score


def _vector(values: Values) -> _NetworkVector | _TotalsVector:
    model = _TotalsVector if "totals" in values else _NetworkVector
    return model.model_validate(values)


def _read(path: Path) -> list[Values]:
    document = load(path)
    assert not document.problems, f"{path.name}: {document.problems[0].message}"
    return list(document.values)


def _raw(*, totals: bool) -> list[pytest.ParameterSet]:
    return [
        pytest.param(values, id=f"{path.stem}: {values['name']}")
        for path in sorted(_FOLDER.glob("*.yaml"))
        for values in _read(path)
        if ("totals" in values) == totals
    ]


def _items(items: Iterable[Item]) -> Counter[tuple[str, Fraction, Fraction]]:
    """Return items as a multiset; one that counts nothing is none."""
    exact = [(kind, Fraction(count), Fraction(bits)) for kind, count, bits in items]
    return Counter(item for item in exact if item[1])


def test_there_are_vectors_in_every_file() -> None:
    files = sorted(_FOLDER.glob("*.yaml"))
    assert files
    assert all(_read(path) for path in files)


def test_every_op_of_the_language_is_in_a_vector() -> None:
    networks = [values for path in _FOLDER.glob("*.yaml") for values in _read(path)]
    counted = {layer["op"] for values in networks for layer in values.get("layers", [])}
    assert counted == {op for ops in operations().values() for op in ops}


def test_every_vector_has_a_name_of_its_own() -> None:
    names = [values["name"] for path in _FOLDER.glob("*.yaml") for values in _read(path)]
    assert [name for name, times in Counter(names).items() if times > 1] == []


@pytest.mark.parametrize("values", [*_raw(totals=False), *_raw(totals=True)])
def test_a_vector_cites_clauses_that_exist(values: Values) -> None:
    cited = _vector(values).clauses
    assert cited
    assert set(cited) <= clauses(_CHALLENGE).keys()


@pytest.mark.parametrize("values", _raw(totals=False))
def test_a_network_costs_what_its_vector_says(values: Values) -> None:
    vector = _vector(values)
    assert isinstance(vector, _NetworkVector)
    counted = count(
        {
            "task": vector.task,
            "numerics": vector.numerics,
            "model": {
                "input": vector.input,
                "sections": vector.sections,
                "one_of": vector.one_of,
                "nonzero_totals": vector.nonzero_totals,
                "layers": vector.layers,
            },
        }
    )
    expected = {
        name: (
            _items(("stored", item.count, item.bits) for item in items.stored),
            _items((item.kind, item.count, item.bits) for item in items.operations),
        )
        for name, items in vector.expect.layers.items()
    }
    found = {
        name: (
            _items(("stored", item.count, item.bits) for item in layer.stored),
            _items((item.kind, item.count, item.bits) for item in layer.arithmetic),
        )
        for name, layer in counted.layers.items()
    }
    assert {name: items for name, items in found.items() if any(items)} == expected
    assert counted.score.stored_bits == Fraction(vector.expect.stored_bits)
    assert counted.score.op_bits == Fraction(vector.expect.op_bits)
    assert counted.score.score == Fraction(vector.expect.score)


@pytest.mark.parametrize("values", _raw(totals=True))
def test_totals_score_what_their_vector_says(values: Values) -> None:
    vector = _vector(values)
    assert isinstance(vector, _TotalsVector)
    challenge = load_challenge(_CHALLENGE)
    stored, ops = Fraction(vector.totals.stored_bits), Fraction(vector.totals.op_bits)
    score = score_bits(challenge.tasks[vector.task], challenge.unit_bits, stored, ops)
    assert score.score == Fraction(vector.expect.score)


@pytest.mark.parametrize(
    "part", ["top", "expect", "items", "stored", "operations", "totals", "score"]
)
def test_an_unknown_key_of_a_vector_is_refused(part: str) -> None:
    stored = {"count": 1, "bits": 1}
    operation = {"kind": "add", "count": 1, "bits": 1}
    items = {"stored": [stored], "operations": [operation]}
    expect = {"layers": {"a": items}, "stored_bits": 1, "op_bits": 1, "score": "1"}
    top = {"name": "a", "clauses": [], "task": "cifar100"}
    network = {**top, "input": [1], "layers": [], "expect": expect}
    totals, score = {"stored_bits": 1, "op_bits": 1}, {"score": "1"}
    total = {**top, "totals": totals, "expect": score}
    places: dict[str, tuple[Values, Values]] = {
        "top": (network, network),
        "expect": (network, expect),
        "items": (network, items),
        "stored": (network, stored),
        "operations": (network, operation),
        "totals": (total, totals),
        "score": (total, score),
    }
    vector, place = places[part]
    _vector(vector)
    place["surplus"] = 1
    with pytest.raises(ValidationError, match="surplus"):
        _vector(vector)
