"""What a tensor's declared format can name, against what the tensor holds."""

from dataclasses import dataclass

from micronet_spec.entry.entry import Entry
from micronet_spec.manifest.entry import Checkpoint
from micronet_spec.manifest.layers import BatchNorm, LayerNorm, Scale
from micronet_spec.manifest.tensors import (
    BinaryFormat,
    CodebookFormat,
    DenseTensor,
    FloatFormat,
    Format,
    IntegerFormat,
)
from micronet_spec.measure.facts import TensorFacts
from micronet_spec.score.precision import formats
from micronet_spec.verify.mapping import Match
from micronet_spec.verify.slots import Slot

_MOST_COUNTED = 65_536
"""Distinct values beyond which a tensor is not taken for codes, and they are not counted."""


@dataclass(frozen=True, slots=True)
class Declared:
    """The format that a manifest declares for a tensor."""

    name: str
    format: Format
    converted: bool
    """Whether the manifest says how values of it are made from those of the file."""

    @property
    def bits(self) -> int | None:
        """Width in which a value is stored; None for a codebook, and for a mean width."""
        if isinstance(self.format, BinaryFormat):
            return 1
        if isinstance(self.format, CodebookFormat):
            return None
        bits = self.format.stored_bits or self.format.bits
        return bits if isinstance(bits, int) else None


def declared_format(entry: Entry, slot: Slot) -> Declared | None:
    """Return the format of a slot; None where channels differ in format."""
    numerics = entry.manifest.numerics
    checkpoint = entry.manifest.checkpoint if entry.has("checkpoint") else None
    layer = entry.reading.layers[slot.index]
    tensor = getattr(layer, str(slot.field[0]), None)
    if isinstance(tensor, DenseTensor) and tensor.channel_formats:
        return None
    values = isinstance(layer, Scale | BatchNorm | LayerNorm) or slot.field[0] in {"bias", "stored"}
    default = numerics.defaults.parameter if values else numerics.defaults.weight
    name = slot.format or default or "float32"
    converted = checkpoint.conversions if isinstance(checkpoint, Checkpoint) else {}
    return Declared(name, formats(numerics)[name], name in converted)


def levels(match: Match, *, masked: bool) -> int:
    """Return how many values a format must name; where a mask locates zeros, zero is none."""
    tensor = match.tensor
    if tensor.distinct is None:
        return min(tensor.values, _MOST_COUNTED + 1)
    return tensor.distinct - (masked and tensor.nonzeros < tensor.values)


def needed_bits(tensor: TensorFacts, levels: int) -> int:
    """Return the fewest bits that name every level of a tensor, or those it is kept in."""
    if levels > _MOST_COUNTED:
        return tensor.bits or 1
    return max(1, (levels - 1).bit_length())


def widened(declared: Format, bits: int) -> Format:
    """Return a format of the same kind that is stored and read at `bits` bits."""
    if isinstance(declared, FloatFormat):
        return FloatFormat(kind="float", bits=bits)
    if isinstance(declared, IntegerFormat):
        return declared.model_copy(update={"bits": bits, "stored_bits": None})
    return IntegerFormat(kind="integer", bits=bits, signed=True)
