"""A challenge as data: tasks, baselines, dates, cost table and clauses, from `spec/`."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from micronet_spec import data
from micronet_spec.document import load


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Baseline(_Data):
    """What scores 2: parameters and operations of a known network, in units (T2)."""

    parameters: int
    operations: int
    network: str


class Target(_Data):
    """The quality an entry must reach (T1)."""

    metric: Literal["top1_percent", "perplexity"]
    target: int


class Task(_Data):
    """One task of a challenge."""

    title: str
    train: tuple[str, ...]
    test: str
    test_examples: int | None = None
    quality: Target
    baseline: Baseline


class Freebie(_Data):
    """Widths an entry without quantization may count (S3, M4)."""

    name: str
    bits: int
    addition_bits: int


class FreeConversion(_Data):
    """The widest formats whose conversions are free (M6)."""

    integer_bits: int
    float_bits: int


class ElementCost(_Data):
    """Operations per output element."""

    multiply: int = 0
    add: int = 0
    compare: int = 0


class PoolCost(_Data):
    """Operations per output element of a mean over a window."""

    add_per_element_after_first: int
    multiply: int


class Costs(_Data):
    """The cost table (M11, R4)."""

    activations: dict[str, ElementCost]
    average_pool: PoolCost
    scale: ElementCost
    product: ElementCost
    sum: ElementCost


class Clause(_Data):
    """A clause of the rules, or this project's reading of them."""

    title: str
    text: str


class Challenge(_Data):
    """A challenge and its rules in numbers."""

    id: str
    title: str
    edition: str
    opens: datetime
    deadline: datetime
    entry_limit: int
    unit_bits: int
    addition_bits: int
    freebie: Freebie
    free_conversion: FreeConversion
    license: str
    """SPDX id of the licence that entries are published under (E5)."""
    tasks: dict[str, Task]
    costs: Costs


def known() -> list[str]:
    """Return the ids of the challenges in `spec/`."""
    return sorted(path.parent.name for path in data.folder("spec").glob("*/challenge.yaml"))


@cache
def load_challenge(challenge: str) -> Challenge:
    """Return the challenge with the id `challenge`. Raises `KeyError` if there is none."""
    if challenge not in known():
        raise KeyError(challenge)
    return read_challenge(data.folder("spec") / challenge)


def read_challenge(folder: Path) -> Challenge:
    """Return the challenge whose files are in `folder`. Raises `ValueError` for wrong data."""
    return Challenge.model_validate(
        {**_values(folder / "challenge.yaml"), "costs": _values(folder / "costs.yaml")}
    )


@cache
def clauses(challenge: str) -> dict[str, Clause]:
    """Return the clauses and readings of a challenge by id, such as `S2` or `R3`."""
    values = _values(data.folder("spec") / challenge / "clauses.yaml")
    return TypeAdapter(dict[str, Clause]).validate_python(values)


def _values(path: Path) -> dict[str, Any]:
    document = load(path)
    if document.problems:
        raise ValueError(f"{path.name}: {document.problems[0].message}")
    return dict(document.values)
