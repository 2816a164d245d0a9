"""What values a type of the language takes, in words, and where its model is described."""

import re
from collections.abc import Iterable
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from micronet_spec.manifest import entry as manifests
from micronet_spec.manifest import tensors, types
from micronet_spec.manifest.layers import Layer, Padding, base

_WORDS: tuple[tuple[Any, str], ...] = (
    (types.Text, "text"),
    (types.LayerName, "name of a layer"),
    (types.FormatName, "name of a format"),
    (types.Identifier, "id"),
    (types.Handle, "GitHub handle"),
    (types.Url, "address"),
    (types.Sha256, "64 hexadecimal digits"),
    (types.Instant, "date, or instant with its zone"),
    (types.Count, "whole number"),
    (types.Size, "whole number from 1"),
    (types.Exact, "number"),
    (types.Share, "share from 0 to 1, such as 0.25 or 1/4"),
    (types.Times, "number, such as 2, 0.7071 or 7071/10000"),
    (types.Quantity, "number, such as 3, 2.5 or 5/2"),
    (types.Width, "bits from 1 to 64, such as 8, 2.94 or 47/16"),
    (types.Accumulator, "bits from 1 to 64, or `tree`"),
    (types.Window, "whole number from 1, or `[height, width]`"),
    (base.Shape, "list of one to three sizes"),
    (base.Sources, "name of a layer, or list of names"),
    (Padding, "whole number, `same`, `valid`, or `[top, bottom, left, right]`"),
    (tensors.Tensor, "[tensor](#stored-tensors)"),
    (tensors.Format, "[format](#number-formats)"),
    (tensors.Nonzeros, "[nonzeros](#counts-of-nonzeros)"),
    (tensors.ChannelNonzeros, "list of counts, [per channel](#per-channel) or [sidecar](#sidecar)"),
    (tensors.Amount, "whole number, `unknown`, or [bounds](#between)"),
    (tensors.KnownAmount, "whole number, or [bounds](#between)"),
    (Layer, "[layer](#layers)"),
    (manifests.Datasets, "list of ids of data sets, or `unstated`"),
)
_PLAIN: dict[Any, str] = {bool: "`true` or `false`", int: "whole number", str: "text"}


def words_of(annotation: Any) -> str:
    """Say in words what values a type takes."""
    for known, words in _WORDS:
        if annotation is known:
            return words
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{spaced(annotation.__name__).lower()}](#{_place(annotation)})"
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    return _composed(get_origin(annotation), get_args(annotation))


def _composed(origin: Any, arguments: tuple[Any, ...]) -> str:
    """Say in words what values a type made of others takes."""
    if origin is Annotated:
        return _limited(*arguments)
    if origin in {Union, UnionType}:
        return _or(words_of(member) for member in arguments if member is not NoneType)
    if origin is Literal:
        return _or(f"`{literal}`" for literal in arguments)
    if origin is dict:
        return f"mapping of {words_of(arguments[0])} to {words_of(arguments[1])}"
    assert origin is tuple, f"no words for {origin}"
    if arguments[-1] is Ellipsis:
        return f"list of {_plural(words_of(arguments[0]))}"
    return f"pair `[a, b]` of {words_of(arguments[0])} and {words_of(arguments[1])}"


def _limited(kind: Any, *metadata: Any) -> str:
    """Say in words what values a type with bounds takes."""
    if kind is not int:
        return words_of(kind)
    limits = [limit for it in metadata if isinstance(it, FieldInfo) for limit in it.metadata]
    low = next((str(it.ge) for it in limits if hasattr(it, "ge")), "0")
    high = next((str(it.le) for it in limits if hasattr(it, "le")), "")
    return f"`{low}`" if low == high else f"whole number from {low}"


def _plural(words: str) -> str:
    if words.startswith("["):
        return re.sub(r"^\[(.*?)\]", r"[\1s]", words).replace("ys]", "ies]")
    return re.sub(r"^(name|pair|id|list|whole number)\b", r"\1s", words)


def _or(words: Iterable[str]) -> str:
    *rest, last = dict.fromkeys(words)
    return f"{', '.join(rest)} or {last}" if rest else last


def _place(model: type[BaseModel]) -> str:
    """Return the anchor of the section about a model."""
    if issubclass(model, tensors.TensorBase) and "store" in model.model_fields:
        [form] = get_args(model.model_fields["store"].annotation)
        return anchor(f"store: {form}")
    return anchor(spaced(model.__name__))


def default_of(field: FieldInfo) -> str:
    """Return the default of a field as it is written; `required` if it has none."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ((), {}):
        return ""
    if isinstance(value, tensors.DenseTensor):
        return "dense"
    if isinstance(value, BaseModel):
        return "`{}`"
    return f"`{str(value).lower()}`" if isinstance(value, bool) else f"`{value}`"


def anchor(title: str) -> str:
    """Return the anchor that a heading has on GitHub."""
    return re.sub(r"[^a-z0-9_ -]", "", title.lower()).replace(" ", "-")


def spaced(name: str) -> str:
    """Return the name of a model as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()
