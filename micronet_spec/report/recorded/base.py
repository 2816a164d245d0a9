"""What every part of a record is made of."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Exact = int | Annotated[str, Field(pattern=r"^-?[0-9]{1,1000}(/[1-9][0-9]{0,999})?$")]
"""An integer, or a fraction as `p/q`."""
Decimals = Annotated[
    str,
    Field(
        pattern=r"^[-+]?[0-9]{1,200}(\.[0-9]{1,4000})?([eE](-[0-9]{1,4}|[+]?[0-9]{1,2}))?$",
    ),
]
"""A number with the digits it was written with."""
Range = tuple[int, int] | None
Mark = Literal["yes", "possible", "no"] | None


class Recorded(BaseModel):
    """A part of a record."""

    model_config = ConfigDict(
        frozen=True, use_attribute_docstrings=True, allow_inf_nan=False, regex_engine="python-re"
    )
