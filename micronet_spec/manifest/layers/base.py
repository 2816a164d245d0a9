"""What every layer has."""

from typing import Annotated

from pydantic import Field

from micronet_spec.manifest.tensors import Extra
from micronet_spec.manifest.types import (
    ByForm,
    FormatName,
    Identifier,
    LayerName,
    Listed,
    Model,
    Size,
    Text,
)

Sources = Annotated[
    LayerName | Annotated[tuple[LayerName, ...], Listed, Field(min_length=1, max_length=10_000)],
    ByForm(),
]
Shape = Annotated[tuple[Size, ...], Listed, Field(min_length=1, max_length=3)]


class LayerBase(Model):
    """What every layer has."""

    name: LayerName
    """Its name, used by `from`; unique in the model."""
    sources: Sources | None = Field(default=None, alias="from")
    """The layers it reads, or `input`, or `unstated` where nobody described the producer;
    default: the layer before it."""
    input: Shape | None = None
    """Shape of what it reads: needed where `from` is `unstated`, checked elsewhere."""
    reads: FormatName | None = None
    """Format in which it reads its inputs, after a free conversion (M6); default: as written."""
    writes: FormatName | None = None
    """Format of its output; default: `numerics.defaults.activation`."""
    section: Identifier | None = None
    """The section of the model it belongs to, whose expected executions weigh its operations."""
    stored: Annotated[tuple[Extra, ...], Listed, Field(max_length=1000)] = ()
    """Further values it needs (S1)."""
    unused: Text | None = None
    """Why its output is read by nobody (R11)."""
