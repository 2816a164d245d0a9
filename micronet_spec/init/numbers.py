"""Number formats of a draft, from the widths of its table."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from micronet_spec.challenge.challenge import Challenge
from micronet_spec.init.line import TODO, number
from micronet_spec.init.ops import AFFINE, CONTRACTIONS, op_of
from micronet_spec.init.table import Row
from micronet_spec.manifest.tensors import FloatFormat
from micronet_spec.score.precision import BUILT_IN

_BUILT_IN = {it.bits: name for name, it in BUILT_IN.items() if isinstance(it, FloatFormat)}
_FLOATS = min(_BUILT_IN)
"""Widths from here on are taken as floating point."""
_TERNARY = 2
_CODES = re.compile(r"(?P<unsigned>u?)int(?P<bits>[1-9][0-9]?)(?![0-9])")


class Formats:
    """The formats that rows need, declared as they are asked for."""

    def __init__(self, rows: Sequence[Row], challenge: Challenge) -> None:
        """Choose the commonest widths as defaults."""
        self.unit_bits = Fraction(challenge.unit_bits)
        ops = [(op_of(row), row) for row in rows]
        dots = [row for op, row in ops if op in CONTRACTIONS]
        affine = [row for op, row in ops if op in AFFINE]
        self.declared: dict[str, tuple[dict[str, Any], str]] = {}
        """Declarations by name, each with a remark."""
        self.addition_bits = Fraction(challenge.addition_bits)
        self._weight = _commonest(row.weight_bits for row in dots)
        self._parameter = _commonest(row.weight_bits for row in affine)
        if self._parameter is None and self._weight is not None and self._weight >= _FLOATS:
            self._parameter = self._weight  # nothing is quantized: biases are like weights
        self.activation_bits = _commonest(row.act_bits for row in rows) or self.unit_bits
        self._accumulator = _commonest(row.add_bits for row in dots) or self.addition_bits
        self.remarks = self._remarks(rows, challenge)

    @property
    def defaults(self) -> dict[str, Any]:
        """Return `numerics.defaults`, without what needs no saying."""
        widths = (
            ("weight", self._weight, "int"),
            ("parameter", self._parameter, "int"),
            ("activation", self.activation_bits, "act"),
        )
        chosen: dict[str, Any] = {
            key: self._name(bits, prefix)
            for key, bits, prefix in widths
            if bits not in {None, self.unit_bits}
        }
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
        name = self._name(max(bits, Fraction(1)), "act")
        assert name
        return name

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

    def _remarks(self, rows: Sequence[Row], challenge: Challenge) -> list[str]:
        said = []
        assumed = f"the table does not say; a float of {self.unit_bits} bits is assumed"
        if self._weight is None:
            said.append(f"{TODO} formats of weights: {assumed}")
        if self._parameter is None and any(row.has_bias for row in rows):
            said.append(f"{TODO} format of biases: {assumed}")
        if all(row.act_bits is None for row in rows):
            said.append(f"{TODO} formats of activations: {assumed}")
        widths = {bits for row in rows for bits in (row.weight_bits, row.act_bits)} - {None}
        if widths == {challenge.freebie.bits} and self.addition_bits == self._accumulator:
            freebie = f"`numerics: {{freebie: {challenge.freebie.name}}}`"
            said.append(f"{TODO} if nothing is quantized: {freebie} instead")
        return said


def _commonest(widths: Iterable[Fraction | None]) -> Fraction | None:
    counts = Counter(width for width in widths if width is not None and width >= 1)
    return counts.most_common(1)[0][0] if counts else None
