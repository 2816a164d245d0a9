"""From a pydantic error location to the part of the language it is in."""

from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from micronet_spec.manifest.entry import Manifest
from micronet_spec.manifest.types import (
    ByField,
    ByForm,
    ByKey,
    form_of_type,
    is_union_tag,
    untagged,
)

Location = tuple[str | int, ...]


def fields_at(location: Location) -> list[str]:
    """Return the keys of the mapping at `location`; none if it is not a model."""
    annotation, _ = _walk(location)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [field.alias or name for name, field in annotation.model_fields.items()]
    return []


def union_field_at(location: Location) -> str | None:
    """Return the field that decides which model the mapping at `location` is, if one does."""
    _, marker = _walk(location)
    return marker.field if isinstance(marker, ByField) else None


def names_a_key(location: Location) -> bool:
    """Tell whether a location is that of a key itself, which pydantic marks by a last `[key]`."""
    if len(location) < 2 or location[-1] != "[key]":  # noqa: PLR2004 - the key and its mark
        return False
    return get_origin(_walk(location[:-2])[0]) is dict


def siblings_with(location: Location, key: str) -> list[str]:
    """Return which other members of the union at `location` have `key`, as `field: literal`."""
    if not location or not is_union_tag(location[-1]):
        return []
    annotation, marker = _walk(location[:-1])
    if not isinstance(marker, ByField):
        return []
    return [
        f"`{marker.field}: {literal}`"
        for member in get_args(annotation)
        if any(key == (field.alias or name) for name, field in member.model_fields.items())
        for literal in get_args(member.model_fields[marker.field].annotation)
    ]


def _walk(location: Location) -> tuple[Any, Any]:
    """Return the bare annotation at `location`, and the marker of the union it is."""
    annotation, marker = _bare(Manifest)
    for segment in location:
        if is_union_tag(segment):
            annotation = _member(annotation, marker, untagged(segment))
        elif isinstance(segment, int):
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) is dict:
            annotation = get_args(annotation)[1]
        else:
            annotation = _field(annotation, segment)
        annotation, marker = _bare(annotation)
    return annotation, marker


def _bare(annotation: Any) -> tuple[Any, Any]:
    marker = None
    while get_origin(annotation) is Annotated:
        annotation, *metadata = get_args(annotation)
        marker = next((m for m in metadata if isinstance(m, (ByField, ByForm, ByKey))), marker)
    members = [member for member in get_args(annotation) if member is not type(None)]
    if len(members) == 1 and type(None) in get_args(annotation):
        return _bare(members[0])
    return annotation, marker


def _member(annotation: Any, marker: Any, literal: str) -> Any:
    if isinstance(marker, ByKey):
        tags = [*marker.keys, "otherwise"]
        return get_args(annotation)[tags.index(literal)]
    for member in get_args(annotation):
        if isinstance(marker, ByField):
            if literal in get_args(member.model_fields[marker.field].annotation):
                return member
        elif form_of_type(member) == literal:
            return member
    return None


def _field(model: Any, key: str) -> Any:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return None
    for name, field in model.model_fields.items():
        if key == (field.alias or name):
            return (
                Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
            )
    return None
