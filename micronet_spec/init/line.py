"""One layer of a draft: its fields, and what is to be said about them."""

from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from micronet_spec.graph import Shape
from micronet_spec.init.table import Row
from micronet_spec.init.wires import Wire

TODO = "TODO"
_LAST = ("reads", "accumulator", "weight", "bias", "stored")
"""Fields in the order in which manifests end a line."""


@dataclass(slots=True)
class Layer:
    """A layer as it will be written, in the order of its fields."""

    row: Row
    name: str
    op: str
    wire: Wire
    shape: Shape
    fields: dict[str, Any] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    unknown: int = 0
    """How many counts it leaves open."""
    added: bool = False
    """Whether it stands for a part of a row whose counts another layer carries."""

    def say(self, text: str) -> None:
        """Add a remark."""
        self.comments.append(text)

    def todo(self, text: str) -> None:
        """Add something that a person has to find out."""
        self.comments.append(f"{TODO} {text}")

    @property
    def todos(self) -> int:
        """How many things a person has to find out about it."""
        open_reason = str(self.fields.get("reason", "")).startswith(TODO)
        return open_reason + sum(comment.startswith(TODO) for comment in self.comments)

    def manifest(self) -> dict[str, Any]:
        """Return it as a mapping of the manifest."""
        written: dict[str, Any] = {"name": self.name, "op": self.op}
        if self.wire.sources is not None:
            written["from"] = self.wire.sources
        if self.wire.stated:
            written["input"] = self.wire.shapes[0]
        last = {key: self.fields[key] for key in _LAST if key in self.fields}
        return written | {key: it for key, it in self.fields.items() if key not in last} | last


def number(value: Fraction) -> int | Decimal | str:
    """Return a number as a manifest writes it: whole, decimal, or a ratio."""
    if value.denominator == 1:
        return value.numerator
    with localcontext() as context:
        context.prec = 60
        decimal = Decimal(value.numerator) / value.denominator
    exact = Fraction(decimal) == value
    return decimal.normalize() if exact else f"{value.numerator}/{value.denominator}"
