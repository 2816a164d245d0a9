"""Numbers as they are written: what their last digit is worth, and others with as many."""

from decimal import Decimal
from fractions import Fraction


def last_digit(number: Decimal) -> Fraction:
    """Return what one unit of the last digit of `number` is worth."""
    return Fraction(10) ** int(number.as_tuple().exponent)


def half_unit(number: Decimal) -> Fraction:
    """Return half a unit of the last digit that `number` is written with."""
    return last_digit(number) / 2


def written(number: Fraction, like: Decimal) -> str:
    """Return `number` with as many decimals as `like`, and at least seven."""
    decimals = max(7, -int(like.as_tuple().exponent))
    return f"{float(number):.{decimals}f}"
