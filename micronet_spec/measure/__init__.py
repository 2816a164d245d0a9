"""What a tensor really contains, counted exactly; knows nothing of files or manifests."""

from micronet_spec.measure.facts import BlockFacts, Grid, MaskFacts, TensorFacts, integer_bits
from micronet_spec.measure.formats import UnknownFormatError
from micronet_spec.measure.masks import masked
from micronet_spec.measure.same import same
from micronet_spec.measure.tensor import measure

__all__ = [
    "BlockFacts",
    "Grid",
    "MaskFacts",
    "TensorFacts",
    "UnknownFormatError",
    "integer_bits",
    "masked",
    "measure",
    "same",
]
