"""The facts that are measured on one tensor, as they are kept in an evidence record."""

from pydantic import BaseModel, ConfigDict


class Grid(BaseModel):
    """Values that are whole multiples of a step: value = level * step."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    steps: tuple[float, ...]
    """One for the tensor, or one per output channel."""
    least: int
    """The least level."""
    most: int
    """The greatest level."""


class TensorFacts(BaseModel):
    """What one tensor contains. An output channel is an index of its first axis."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    dtype: str
    shape: tuple[int, ...]
    values: int
    """Number of elements."""
    nonzeros: int
    """Elements that are not zero; -0.0 is zero, denormals and NaN are not."""
    channel_nonzeros: tuple[int, ...]
    """Nonzeros of every output channel; of a tensor without axes, of its one value."""
    nan: int = 0
    infinite: int = 0
    denormal: int = 0
    distinct: int | None = None
    """Distinct values; None if a bounded sample already has more than can be codes."""
    grid: Grid | None = None
    """The uniform grid that the values lie on, if they do."""
    bits: int | None = None
    """Fewest bits that represent every value exactly, in the representation below."""
    representation: str = ""
    """Such as `binary`, `ternary`, `signed integer`, `codebook`, `float16`."""
    digest: str = ""
    """SHA-256 of dtype, shape and bytes: equal for duplicated tensors."""
    same_storage_as: str | None = None
    """The earlier tensor that views the same bytes of the file."""
