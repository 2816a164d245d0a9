"""The cells of a layer table: text to values; what is empty is None."""

import re
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

from micronet_spec import data
from micronet_spec.document import load
from micronet_spec.document.scalars import NUMBER_LENGTH
from micronet_spec.manifest.op_names import plain

Padding = str | int | tuple[int, ...]

_SIZE = 10**9
_COUNT = 10**15
_WIDTH = 64
_INTEGER = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_SQUARE = re.compile(r"([0-9]+) ?[x*] ?\1")
_BITS = re.compile(r"[ -]?bits?")
_SIDES = re.compile(r"[0-9]{1,4}(/[0-9]{1,4}){3}")
_BIAS = re.compile(r"(?i)(?P<word>yes|true|no|false)(\s*\((?P<remark>.*)\))?")


class CellError(ValueError):
    """A cell that does not hold what its column is for."""


def text(cell: str) -> str:
    """Return any text."""
    return cell


def size(cell: str) -> int | None:
    """Return a size of at least 1. Raises `CellError`."""
    return _whole(cell, 1, _SIZE)


def side(cell: str) -> int | None:
    """Return a size of at least 1, or that of a square such as `3x3`. Raises `CellError`."""
    square = _SQUARE.fullmatch(cell)
    return _whole(square[1] if square else cell, 1, _SIZE)


def count(cell: str) -> int | None:
    """Return a count of whole things. Raises `CellError`."""
    return _whole(cell, 0, _COUNT)


def mean(cell: str) -> Fraction | None:
    """Return a count that may be a fraction. Raises `CellError`."""
    return _number(cell, f"a number from 0 to {_COUNT:,} such as 12 or 0.5", Fraction(_COUNT))


def width(cell: str) -> Fraction | None:
    """Return a width in bits. Raises `CellError`."""
    expected = f"a width of at most {_WIDTH} bits such as 4 or 2.75"
    number = _number(_BITS.sub("", cell), expected, Fraction(_WIDTH))
    if number == 0:
        raise CellError(f"expected {expected}")
    return number


def padding(cell: str) -> Padding | None:
    """Return a padding: `same`, `valid`, one number, or four sides. Raises `CellError`."""
    if not cell:
        return None
    if cell in {"same", "valid"}:
        return cell
    if _SIDES.fullmatch(cell):
        return tuple(int(side) for side in cell.split("/"))
    if _INTEGER.fullmatch(cell) and len(cell) <= 4:  # noqa: PLR2004
        return int(cell)
    raise CellError("expected same, valid, a number, or top/bottom/left/right such as 0/1/0/1")


def bias(cell: str) -> tuple[bool, str] | None:
    """Return whether there is a bias, and the remark on it. Raises `CellError`."""
    if not cell:
        return None
    match = _BIAS.fullmatch(cell)
    if match is None:
        raise CellError("expected yes or no, with or without a remark in brackets")
    return match["word"].lower() in {"yes", "true"}, match["remark"] or ""


def _whole(cell: str, least: int, most: int) -> int | None:
    if not cell:
        return None
    if len(cell) <= NUMBER_LENGTH and _INTEGER.fullmatch(cell) and least <= int(cell) <= most:
        return int(cell)
    raise CellError(f"expected a whole number from {least} to {most:,}")


def _number(cell: str, expected: str, most: Fraction) -> Fraction | None:
    if not cell:
        return None
    if len(cell) <= NUMBER_LENGTH and _NUMBER.fullmatch(cell) and Fraction(cell) <= most:
        return Fraction(cell)
    raise CellError(f"expected {expected}")


COLUMNS: dict[str, Callable[[str], Any]] = {
    "name": text,
    "op": text,
    "input_h": size,
    "input_w": size,
    "kernel_h": side,
    "kernel_w": side,
    "c_in": size,
    "c_out": size,
    "groups": size,
    "stride": side,
    "padding": padding,
    "bias": bias,
    "activation": text,
    "weight_bits": width,
    "act_bits": width,
    "add_bits": width,
    "nnz_weights": mean,
    "weight_count": count,
    "mults": mean,
    "adds": mean,
    "checkpoint_key": text,
}
"""The columns of a layer table, and how their cells are read."""
REQUIRED = ("name", "op", "c_in", "c_out")
"""The columns that no table can do without."""


def column(text: str) -> str:
    """Return the column that is called `text`, by its own name or one that others have for it."""
    word = plain(text)
    return word if word in COLUMNS else _others().get(word, text.strip())


@cache
def _others() -> dict[str, str]:
    """Return the columns by the names of `spec/column-names.yaml`."""
    values = load(data.folder("spec") / "column-names.yaml").values
    assert isinstance(values, dict)
    return {word: name for name, words in values.items() for word in words}
