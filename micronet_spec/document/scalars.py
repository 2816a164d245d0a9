"""Plain scalars by the YAML 1.2 core schema, decimals with every digit they were written with.

PyYAML resolves by YAML 1.1, where `1e-3` is a string, `no` is false and `010` is eight; editors
and every other reader of the same file use 1.2 (yaml.org/spec/1.2.2, section 10.3).
"""

import re
from decimal import Decimal

NUMBER_LENGTH = 40
"""The most characters a number may have. No quantity of a challenge needs half of it."""
LARGEST_EXPONENT = 40
"""The largest power of ten, up or down, that a number may be written with."""

_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE](?P<exponent>[-+]?[0-9]+))?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NUMBER_STARTS = frozenset("+-.0123456789")


class NumberTooLargeError(ValueError):
    """A number too long, or with too large an exponent, to be built."""


def resolve(text: str) -> str | bool | int | Decimal | None:
    """Return the value of the plain scalar `text`.

    Raises `NumberTooLargeError` for a number beyond `NUMBER_LENGTH` or `LARGEST_EXPONENT`.
    """
    if text.isdigit() and text.isascii():  # Nearly every number of a manifest.
        _bound(text)
        return int(text)
    if text[:1] not in _NUMBER_STARTS:
        return _CONSTANTS.get(text, text)
    if _INTEGER.fullmatch(text):
        _bound(text)
        return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
    if match := _DECIMAL.fullmatch(text):
        exponent = match["exponent"] or "0"
        _bound(text)
        if abs(int(exponent)) > LARGEST_EXPONENT:
            raise NumberTooLargeError(f"the exponent is beyond {LARGEST_EXPONENT}")
        return Decimal(text)
    if _NOT_FINITE.fullmatch(text):
        return Decimal(text.replace(".", "").lower())
    return text


def _bound(text: str) -> None:
    if len(text) > NUMBER_LENGTH:
        raise NumberTooLargeError(f"a number of {len(text):,} characters")
