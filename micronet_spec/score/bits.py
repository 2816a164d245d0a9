"""What layers cost, as far as any figure of a score depends on it: all are linear in bits."""

from typing import NamedTuple

from micronet_spec.score.items import Number


class Bits(NamedTuple):
    """What layers cost."""

    stored: Number = 0
    multiplies: Number = 0
    """Operations other than additions, times their widths."""
    adds: Number = 0
    """Additions times their widths."""
    wide_adds: Number = 0
    """The same with every addition at the challenge's width, or at a wider one of its own (R3)."""


class Weights(NamedTuple):
    """A figure: what every bit adds to it, none less than nothing."""

    stored: Number = 0
    multiplies: Number = 0
    adds: Number = 0
    wide_adds: Number = 0

    def of(self, bits: Bits) -> Number:
        """Return the figure of what costs `bits`."""
        stored, operations = self.stored * bits.stored, self.multiplies * bits.multiplies
        return stored + operations + self.adds * bits.adds + self.wide_adds * bits.wide_adds
