"""Which nested dictionary of a checkpoint is likely the weights, by the first words of names."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from micronet_spec import data
from micronet_spec.document import load


class Kind(StrEnum):
    """What a group of tensors is likely to be."""

    WEIGHTS = "weights"
    AVERAGES = "averages"
    """Weights averaged over training: a second set, of which the entry says which one it uses."""
    TRAINING = "training"
    """State of the optimizer and the like."""


class Group(NamedTuple):
    """Tensors whose names begin alike."""

    prefix: str
    """What their names begin with, its dot included; empty for plain names."""
    kind: Kind
    tensors: int


class Words(BaseModel):
    """The first words that tell, from `spec/checkpoints.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weights: tuple[str, ...]
    averages: tuple[str, ...]
    training: tuple[str, ...]

    def kind(self, word: str) -> Kind | None:
        """Return what a first word tells."""
        return next((kind for kind in Kind if word.lower() in getattr(self, kind)), None)


@cache
def words() -> Words:
    """Return the words that tell what a dictionary holds."""
    document = load(data.folder("spec") / "checkpoints.yaml")
    return Words.model_validate(document.values["groups"])


def groups(names: Iterable[str]) -> tuple[Group, ...]:
    """Return the groups of `names`, likely weights first; their prefixes partition the names.

    A layer may be called `net` or `model` as well: such a word is a prefix only if the names that
    are neither averages nor training state all begin with one.
    """
    split = [_split(name) for name in names]
    plain = any(not prefix for prefix, _ in split)
    counts = Counter(
        ("" if plain and kind is Kind.WEIGHTS else prefix, kind) for prefix, kind in split
    )
    order = list(Kind)
    found = [Group(prefix, kind, count) for (prefix, kind), count in counts.items()]
    return tuple(sorted(found, key=lambda group: order.index(group.kind)))


def _split(name: str) -> tuple[str, Kind]:
    """Return the prefix of a name, and what it tells."""
    *parts, _ = name.split(".")
    kind, used = Kind.WEIGHTS, 0
    for part in parts:
        told = words().kind(part)
        if told is None:
            break
        used += 1
        if told is not Kind.WEIGHTS:
            kind = told
        if told is Kind.TRAINING:
            break
    return "".join(f"{part}." for part in parts[:used]), kind
