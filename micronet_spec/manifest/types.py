"""The small types of the language, and unions that report at the exact field.

A plain union in JSON Schema says only "not valid under any of the given schemas" of the whole
value. The two union markers here know which member a value means, so that the models and the
schema generated from them both speak of the member's own field.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainValidator,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


class Model(BaseModel):
    """A mapping of the language: immutable, strict about types, closed to unknown keys."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, strict=True)


_EXPECTED: dict[str, str] = {}


def expectation(pattern: str) -> str:
    """Say in words what a text of the language must look like, by its pattern."""
    return _EXPECTED.get(pattern, f"a text that matches {pattern}")


def _pattern(pattern: str, expected: str) -> StringConstraints:
    _EXPECTED[pattern] = expected
    return StringConstraints(max_length=1000, pattern=pattern)


# Control characters and the overrides of text direction can make a terminal or a page lie.
Text = Annotated[
    str,
    _pattern(
        r"^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+$",
        "text, not empty and without control characters",
    ),
]
LayerName = Annotated[
    str, _pattern(r"^[!-~]{1,200}$", "a name of letters, digits and punctuation, without spaces")
]
FormatName = Annotated[
    str,
    _pattern(r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$", "a name of letters, digits, `_`, `.` and `-`"),
]
Identifier = Annotated[
    str,
    _pattern(r"^[a-z0-9][a-z0-9_./-]{0,63}$", "an id of lower-case letters, digits, `-` and `/`"),
]
Handle = Annotated[
    str, _pattern(r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}$", "a GitHub handle; a remark goes into `note`")
]
Orcid = Annotated[
    str,
    _pattern(
        r"^(https?://orcid\.org/)?[0-9]{4}-?[0-9]{4}-?[0-9]{4}-?[0-9]{3}[0-9Xx]/?$",
        "an ORCID iD such as 0000-0002-1825-0097",
    ),
]
PublicId = Annotated[str, _pattern(r"^[!-~]{1,200}$", "an id without spaces")]
Url = Annotated[str, _pattern(r"^https?://[!-~]{1,1000}$", "an address that begins with https://")]
Code = Annotated[str, _pattern(r"^[A-Z]{2,8}[0-9]{3}$", "the code of a rule such as MN203")]
Sha256 = Annotated[str, _pattern(r"^[0-9a-f]{64}$", "64 lower-case hexadecimal digits")]
Instant = Annotated[
    str,
    _pattern(
        r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        r"(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?$",
        "a date such as 2019-10-11, or an instant with its zone such as 2019-10-11T23:59:59-07:00",
    ),
]

Day = Annotated[
    str,
    _pattern(r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", "a date such as 2019-10-11"),
]

Count = Annotated[int, Field(ge=0, le=10**15)]
Size = Annotated[int, Field(ge=1, le=10**9)]
Bits = Annotated[int, Field(ge=1, le=64)]

_LARGEST = 10**15


def _exact(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Exact = Annotated[
    Decimal,
    Field(ge=0, le=_LARGEST, allow_inf_nan=False),
    BeforeValidator(_exact),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": _LARGEST}),
]
"""A number with the digits it was written with: `Decimal("0.6200")` knows its four decimals."""

_RATIO = r"[0-9]{1,15}/[1-9][0-9]{0,14}"


def _rational(least: int, most: int, word: str = "") -> Any:
    """Make the type of an exact number written as 3, 2.94 or 7071/10000, or of one word."""
    expected = f"a number from {least} to {most}, such as {least + 1}, 0.5 or 7/10"
    expected += f", or `{word}`" if word else ""

    def validate(value: Any) -> int | Fraction | str:
        if word and value == word:
            return word
        if isinstance(value, str) and re.fullmatch(_RATIO, value):
            number = Fraction(value)
        elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            number = Fraction(value) if Decimal(value).is_finite() else Fraction(-1)
        elif isinstance(value, Fraction):
            number = value
        else:
            kind = "rational_range" if word and isinstance(value, str) else "rational_type"
            raise PydanticCustomError(kind, "a number", {"expected": expected})
        if not least <= number <= most:
            raise PydanticCustomError("rational_range", "a number", {"expected": expected})
        return number.numerator if number.denominator == 1 else number

    text = f"^({word}|{_RATIO})$" if word else f"^{_RATIO}$"
    schema = {"type": ["number", "string"], "minimum": least, "maximum": most, "pattern": text}
    return PlainValidator(validate), WithJsonSchema(schema)


_share, _share_schema = _rational(0, 1)
Share = Annotated[int | Fraction, _share, _share_schema]
"""A share from 0 to 1, exactly: 0.25 or 1/4."""
_times, _times_schema = _rational(0, 10**6)
Times = Annotated[int | Fraction, _times, _times_schema]
"""How often something happens per example, in the mean."""
_quantity, _quantity_schema = _rational(0, 10**15)
Quantity = Annotated[int | Fraction, _quantity, _quantity_schema]
"""A count, or a mean count that may be a fraction."""
_width, _width_schema = _rational(1, 64)
Width = Annotated[int | Fraction, _width, _width_schema]
"""A width in bits; a mean width may be a fraction."""
_addition, _addition_schema = _rational(1, 64, "tree")
Accumulator = Annotated[int | Fraction | Literal["tree"], _addition, _addition_schema]
"""Width of the additions of a sum: n bits, a mean, or `tree` (R3)."""

Listed = Strict(strict=False)
"""Marks a tuple that a list of the document may fill; its items stay strict."""

UNION = "micronet_union"
"""Key of a core schema's metadata under which a union's marker is kept for `schema.py`."""

_TAG = "<{}>"


def is_union_tag(segment: str | int) -> bool:
    """Tell a union's tag in a pydantic error location from a key of the document."""
    return isinstance(segment, str) and segment.startswith("<")


def untagged(tag: Any) -> str:
    """Return the literal or form that a union's tag stands for."""
    return str(tag)[1:-1]


@dataclass(frozen=True)
class ByField:
    """Marks a union of models whose literal `field` says which one a mapping is."""

    field: str
    default: str | None = None
    """The member meant by a mapping without the field; None if the field is required."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Choose the member before validating, so that its errors are its own."""
        choices: dict[Any, CoreSchema] = {
            _TAG.format(literal): handler.generate_schema(member)
            for member, literals in self._members(source)
            for literal in literals
        }
        return core_schema.tagged_union_schema(choices, self._pick, metadata={UNION: self})

    def _members(self, source: Any) -> list[tuple[type[BaseModel], tuple[str, ...]]]:
        members = get_args(source) or (source,)
        return [(m, get_args(m.model_fields[self.field].annotation)) for m in members]

    def _pick(self, value: Any) -> str | None:
        if isinstance(value, BaseModel):
            return _TAG.format(getattr(value, self.field))
        if not isinstance(value, dict):
            return None
        return _TAG.format(value.get(self.field, self.default))


@dataclass(frozen=True)
class ByForm:
    """Marks a union whose members differ in form: a number, a text, a list or a mapping."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Choose the member by the form of the value before validating."""
        choices: dict[Any, CoreSchema] = {
            _TAG.format(form_of_type(member)): handler.generate_schema(member)
            for member in get_args(source)
        }
        return core_schema.tagged_union_schema(choices, _form_tag, metadata={UNION: self})


@dataclass(frozen=True)
class ByKey:
    """Marks a union of models told apart by a key that only one of them has."""

    keys: tuple[str, ...]
    """The key of each member in turn; the last member, without a key, is meant otherwise."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Choose the member by the keys present, before validating."""
        tags = [*self.keys, "otherwise"]
        choices: dict[Any, CoreSchema] = {
            _TAG.format(tag): handler.generate_schema(member)
            for tag, member in zip(tags, get_args(source), strict=True)
        }
        return core_schema.tagged_union_schema(choices, self._pick, metadata={UNION: self})

    def _pick(self, value: Any) -> str:
        present = (key for key in self.keys if isinstance(value, dict) and key in value)
        return _TAG.format(next(present, "otherwise"))


def form_of_type(member: Any) -> str:
    """Return the form of the values of a type: number, text, list or mapping."""
    origin = get_origin(member)
    if origin is Annotated:
        return form_of_type(get_args(member)[0])
    if origin in {tuple, list}:
        return "list"
    if member is int:
        return "number"
    if member is str or origin is Literal:
        return "text"
    return "mapping"


_FORMS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, _TAG.format("truth value")),
    ((int, Decimal), _TAG.format("number")),
    (str, _TAG.format("text")),
    ((list, tuple), _TAG.format("list")),
    ((dict, BaseModel), _TAG.format("mapping")),
)


def _form_tag(value: Any) -> str:
    for kind, tag in _FORMS:
        if isinstance(value, kind):
            return tag
    return "<>"


def forms(tags: str) -> str:
    """Say in words which forms a `ByForm` union takes, from pydantic's list of its tags."""
    words = {"number": "a whole number", "text": "a name", "list": "a list", "mapping": "a mapping"}
    return " or ".join(word for form, word in words.items() if _TAG.format(form) in tags)


Pair = Annotated[tuple[Size, Size], Listed]
Window = Annotated[Size | Pair, ByForm()]
"""A height and width: one number for both, or `[height, width]`."""
