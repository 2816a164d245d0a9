"""How frameworks name what is in a checkpoint: `spec/tensor-names.yaml`."""

import re
from collections.abc import Iterator
from functools import cache

from pydantic import BaseModel, ConfigDict

from micronet_spec import data
from micronet_spec.document import load


class Conventions(BaseModel):
    """Names that frameworks give; the file says what each list is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wrappers: tuple[str, ...]
    fields: dict[str, tuple[str, ...]]
    aliases: dict[str, tuple[str, ...]]
    codebooks: tuple[tuple[str, str], ...]
    masks: dict[str, tuple[str, ...]]
    merged: dict[str, str]
    batch_norm: tuple[str, ...]
    training: tuple[str, ...]

    def roots(self, name: str) -> Iterator[str]:
        """Yield every prefix of `name` that only wraps a network; the first is empty."""
        root = ""
        yield root
        for word in name.split(".")[:-1]:
            if word not in self.wrappers:
                return
            root += f"{word}."
            yield root

    def bare(self, name: str) -> str:
        """Return `name` without the words that wrap it."""
        *_, root = self.roots(name)
        return name.removeprefix(root)

    def spellings(self, key: str) -> Iterator[str]:
        """Yield `key`, and its other names."""
        yield key
        stem, _, word = key.rpartition(".")
        for other in self.aliases.get(word, ()):
            yield _join(stem, other)

    def merged_with(self, name: str) -> str | None:
        """Return the name of the tensor that `name` is merged with, if there is one."""
        stem, _, word = name.rpartition(".")
        partner = self.merged.get(word)
        return _join(stem, partner) if partner else None

    def is_training(self, name: str) -> bool:
        """Tell whether `name` is left from training."""
        return any(re.fullmatch(pattern, name) for pattern in self.training)


@cache
def conventions() -> Conventions:
    """Return the conventions."""
    document = load(data.folder("spec") / "tensor-names.yaml")
    return Conventions.model_validate(document.values)


def _join(stem: str, word: str) -> str:
    return f"{stem}.{word}" if stem else word
