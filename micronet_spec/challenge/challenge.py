"""A challenge as data: tasks, baselines, dates, cost table and clauses, from a folder of files."""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from micronet_spec import data
from micronet_spec.document import load


class ChallengeError(ValueError):
    """The data of a challenge is wrong, or lacks what is asked of it."""


class Data(BaseModel):
    """A mapping of a challenge's files: immutable, closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


Positive = Annotated[int, Field(ge=1)]
Bits = Annotated[int, Field(ge=1, le=64)]
"""A width, as wide as the language has them."""


class Baseline(Data):
    """What scores 2: parameters and operations of a network, in units (T2)."""

    parameters: Positive
    operations: Positive
    network: str | None = None
    """The network, if it is known."""


class Target(Data):
    """The quality an entry must reach (T1)."""

    metric: Literal["top1_percent", "perplexity"]
    target: int


class Task(Data):
    """One task of a challenge."""

    title: str
    train: tuple[str, ...]
    test: str
    test_examples: Positive | None = None
    quality: Target
    baseline: Baseline


class Freebie(Data):
    """Widths an entry without quantization may count (S3, M4)."""

    name: str
    bits: Bits
    addition_bits: Bits


class FreeConversion(Data):
    """The widest formats whose conversions are free (M6)."""

    integer_bits: int
    float_bits: int


class ElementCost(Data):
    """Operations per output element."""

    multiply: int = 0
    add: int = 0
    compare: int = 0
    transcendental: int = 0


class PoolCost(Data):
    """Operations of a window."""

    per_element_after_first: ElementCost
    per_output: ElementCost


class LayerNormCost(Data):
    """Operations of a normalization over a vector, step by step."""

    per_value: ElementCost
    per_value_after_first: ElementCost
    per_vector: ElementCost


class Costs(Data):
    """The cost table (M11, R4)."""

    activations: dict[str, ElementCost]
    average_pool: PoolCost
    max_pool: PoolCost
    layer_norm: LayerNormCost
    cells: dict[str, ElementCost]
    scale: ElementCost
    product: ElementCost
    sum: ElementCost


class Clause(Data):
    """A clause of the rules, or this project's reading of them."""

    title: str
    text: str


class Challenge(Data):
    """A challenge and its rules in numbers."""

    id: str
    title: str
    edition: str
    """The edition of the constants (`editions.py`)."""
    rules: str
    """The edition of the counting rules."""
    opens: AwareDatetime
    deadline: AwareDatetime
    entry_limit: Positive
    unit_bits: Bits
    addition_bits: Bits
    freebie: Freebie
    free_conversion: FreeConversion
    license: str
    """SPDX id of the licence that entries are published under (E5)."""
    tasks: dict[str, Task]
    costs: Costs
    clauses: dict[str, Clause]
    """The clauses of the rules and the readings of them by id, such as `S2` or `R3`."""


def known(folder: Path | None = None) -> list[str]:
    """Return the ids of the challenges in `folder`, default `spec/`."""
    return sorted(path.parent.name for path in _parent(folder).glob("*/challenge.yaml"))


@cache
def load_challenge(challenge: str, folder: Path | None = None) -> Challenge:
    """Return the challenge with the id `challenge` in `folder`, default `spec/`.

    Raises `KeyError` if there is none, `ChallengeError` if its files are wrong.
    """
    if challenge not in known(folder):
        raise KeyError(challenge)
    found = read_challenge(folder_of(challenge, folder))
    if found.id != challenge:
        raise ChallengeError(f"the challenge in the folder `{challenge}` has the id `{found.id}`")
    return found


def clauses(challenge: str, folder: Path | None = None) -> dict[str, Clause]:
    """Return the clauses and readings of a challenge that is `known`, by id."""
    return load_challenge(challenge, folder).clauses


def read_challenge(folder: Path) -> Challenge:
    """Return the challenge whose files are in `folder`. Raises `ChallengeError` for wrong data."""
    main = folder / "challenge.yaml"
    tables = {name: read_values(folder / f"{name}.yaml") for name in ("costs", "clauses")}
    return checked(Challenge, {**read_values(main), **tables}, main)


def read_values(path: Path) -> dict[str, Any]:
    """Return the mapping that a file of a challenge holds. Raises `ChallengeError`."""
    document = load(path)
    if document.problems:
        raise ChallengeError(f"{path}: {document.problems[0].message}")
    if not isinstance(document.values, dict):
        raise ChallengeError(f"{path}: not a mapping of keys to values")
    return document.values


_Model = TypeVar("_Model", bound=BaseModel)


def checked(model: type[_Model], values: dict[str, Any], path: Path) -> _Model:
    """Return the values of the file at `path` as a model. Raises `ChallengeError`."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ChallengeError(f"{path}: {place}: {first['msg']}") from None


def folder_of(challenge: str, folder: Path | None = None) -> Path:
    """Return the folder of the files of a challenge that is `known`."""
    return _parent(folder) / challenge


def _parent(folder: Path | None) -> Path:
    return data.folder("spec") if folder is None else folder
