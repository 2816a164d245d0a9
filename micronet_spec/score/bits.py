"""What layers cost, as far as any figure of a score depends on it: all are linear in bits."""

from typing import NamedTuple

from micronet_spec.score.items import Number


class Bits(NamedTuple):
    """What layers cost."""

    stored: Number = 0
    ops: Number = 0
    """Operations times their widths."""
    wide_ops: Number = 0
    """The same with every addition at the challenge's width, or at a wider one of its own (R3)."""


class Weights(NamedTuple):
    """A figure: what every bit adds to it, none less than nothing."""

    stored: Number = 0
    ops: Number = 0
    wide_ops: Number = 0

    def of(self, bits: Bits) -> Number:
        """Return the figure of what costs `bits`."""
        ops = self.ops * bits.ops + self.wide_ops * bits.wide_ops
        return self.stored * bits.stored + ops
