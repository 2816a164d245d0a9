"""Number formats of a draft, from the widths of its table."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from micronet_spec.init.line import TODO, number
from micronet_spec.init.ops import AFFINE, CONTRACTIONS, op_of
from micronet_spec.init.table import Row

_FLOATS = 16
"""Widths from here on are taken as floating point."""
_BUILT_IN = {16: "float16", 32: "float32"}
_UNSTATED = "float32"
_TERNARY = 2
_CODES = re.compile(r"(?P<unsigned>u?)int(?P<bits>[1-9][0-9]?)(?![0-9])")


class Formats:
    """The formats that rows need, declared as they are asked for."""

    def __init__(self, rows: Sequence[Row], addition_bits: int) -> None:
        """Choose the commonest widths as defaults."""
        ops = [(op_of(row), row) for row in rows]
        dots = [row for op, row in ops if op in CONTRACTIONS]
        affine = [row for op, row in ops if op in AFFINE]
        self.declared: dict[str, tuple[dict[str, Any], str]] = {}
        """Declarations by name, each with a remark."""
        self.addition_bits = Fraction(addition_bits)
        self._weight = _commonest(row.weight_bits for row in dots)
        self._parameter = _commonest(row.weight_bits for row in affine)
        self.activation_bits = _commonest(row.act_bits for row in rows) or Fraction(32)
        self._accumulator = _commonest(row.add_bits for row in dots) or self.addition_bits
        self.remarks = self._remarks(rows)

    @property
    def defaults(self) -> dict[str, Any]:
        """Return `numerics.defaults`, without what needs no saying."""
        chosen: dict[str, Any] = {
            "weight": self._name(self._weight, "int") or _UNSTATED,
            "parameter": self._name(self._parameter, "int") or _UNSTATED,
            "activation": self._name(self.activation_bits, "act") or _UNSTATED,
        }
        chosen = {key: name for key, name in chosen.items() if name != _UNSTATED}
        if self._accumulator != self.addition_bits:
            chosen["accumulator"] = number(self._accumulator)
        return chosen

    def weight(self, bits: Fraction | None) -> str | None:
        """Return the format of weights of `bits`; None if it is the default or there is none."""
        return None if bits in {None, self._weight} else self._name(bits, "int")

    def parameter(self, bits: Fraction | None) -> str | None:
        """Return the format of scales of `bits`; None if it is the default or there is none."""
        return None if bits in {None, self._parameter} else self._name(bits, "int")

    def activation(self, bits: Fraction) -> str:
        """Return the format of activations of `bits`."""
        return self._name(bits, "act") or _UNSTATED

    def accumulator(self, bits: Fraction | None) -> int | Any:
        """Return the width of the additions of a dot product; None if it is the default."""
        return None if bits in {None, self._accumulator} or not bits else number(bits)

    def addition(self, bits: Fraction | None) -> int | Any:
        """Return the width of other additions; None if it is the challenge's."""
        return None if bits in {None, self.addition_bits} or not bits else number(bits)

    def codes(self, text: str) -> tuple[str, Fraction] | None:
        """Return the format that a word such as `round_clamp_uint4` names, and its width."""
        match = _CODES.search(text)
        if match is None or not 1 <= int(match["bits"]) <= 64:  # noqa: PLR2004
            return None
        bits = int(match["bits"])
        spec = {"kind": "integer", "bits": bits, "signed": not match["unsigned"]}
        self.declared.setdefault(match[0], (spec, ""))
        return match[0], Fraction(bits)

    def mask(self) -> str:
        """Return the format of a bit."""
        self.declared.setdefault("bit", ({"kind": "binary"}, "of a mask"))
        return "bit"

    def _name(self, bits: Fraction | None, prefix: str) -> str | None:
        """Return the name of the format of `bits`, declared; None below one bit."""
        if bits is None or bits < 1:
            return None
        if bits in _BUILT_IN:
            return _BUILT_IN[int(bits)]
        width = number(bits)
        if bits >= _FLOATS:
            name, spec, remark = f"float{width}", {"kind": "float", "bits": width}, ""
        elif prefix == "int" and bits == 1:
            name, spec = "binary", {"kind": "binary"}
            remark = f"{TODO} -1 and 1, or mask and sign of ternary weights?"
        else:
            name, signed = f"{prefix}{width}", prefix == "int"
            spec = {"kind": "integer", "bits": width, "signed": signed}
            remark = "" if signed else f"{TODO} signed or not: the table does not say"
            if signed and bits == _TERNARY:
                remark = f"{TODO} if ternary: a mask and `binary`, or `store: two_masks`"
        self.declared.setdefault(name, (spec, remark))
        return name

    def _remarks(self, rows: Sequence[Row]) -> list[str]:
        said = []
        if self._weight is None:
            said.append(f"{TODO} formats of weights: the table does not say; float32 is assumed")
        if self._parameter is None and any(row.has_bias for row in rows):
            said.append(f"{TODO} format of biases: the table does not say; float32 is assumed")
        if all(row.act_bits is None for row in rows):
            said.append(f"{TODO} formats of activations: the table does not say")
        widths = {bits for row in rows for bits in (row.weight_bits, row.act_bits)} - {None}
        if widths == {_FLOATS} and self.addition_bits == self._accumulator:
            said.append(f"{TODO} if nothing is quantized: `numerics: {{freebie: 16-bit}}` instead")
        return said


def _commonest(widths: Iterable[Fraction | None]) -> Fraction | None:
    counts = Counter(width for width in widths if width is not None and width >= 1)
    return counts.most_common(1)[0][0] if counts else None
