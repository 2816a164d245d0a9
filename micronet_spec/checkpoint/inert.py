"""What a pickle is turned into: descriptions, of which none can do anything."""

from dataclasses import dataclass, field
from typing import Any

from micronet_spec.checkpoint.formats import bits_of


@dataclass(frozen=True, slots=True)
class Name:
    """A class or function that a pickle names; it is not looked up."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(eq=False, slots=True)
class Record:
    """An object that was not made: its class, and what it would be given."""

    kind: Name
    arguments: tuple[Any, ...] = ()
    state: Any = None
    entries: dict[Any, Any] = field(default_factory=dict)
    """Of a kind of dictionary."""
    elements: list[Any] = field(default_factory=list)
    """Of a kind of list."""


@dataclass(eq=False, frozen=True, slots=True)
class Storage:
    """Bytes beside the pickle that tensors view."""

    key: str
    dtype: str | None
    """None if the tensors give it."""
    elements: int
    """Values, or bytes if there is no dtype."""
    skipped: int = 0
    """Values of the storage before these."""

    @property
    def unit(self) -> int:
        """Bytes of what is counted; torch counts bytes where values share them."""
        return 1 if self.dtype is None else -(-bits_of(self.dtype) // 8)

    @property
    def length(self) -> int:
        """Bytes."""
        return self.elements * self.unit


@dataclass(eq=False, frozen=True, slots=True)
class Described:
    """A tensor as the pickle describes it; strides and offset in elements."""

    storage: Storage
    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int
    quantizer: tuple[Any, ...] | None = None


@dataclass(eq=False, frozen=True, slots=True)
class Undescribed:
    """A tensor of a kind that is not read."""

    why: str
