"""A file beside the entries that lists what organizers state: waivers, or who is who.

`<key>: [...]` at the top, and nothing else. Every item is checked by itself, so that a mistake in
one spoils no other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from micronet_spec.document import Document, Route, load
from micronet_spec.finding import Finding, Label
from micronet_spec.manifest.errors import describe, explain
from micronet_spec.manifest.places import mapping_label, subject, value_at
from micronet_spec.manifest.repair import closest
from micronet_spec.manifest.types import Model, is_union_tag

_Item = TypeVar("_Item", bound=Model)


@dataclass(frozen=True)
class Stated(Generic[_Item]):
    """A valid item of a listing, and where it stands."""

    item: _Item
    document: Document
    route: Route

    def at(self, *parts: str | int, text: str = "", key: bool = False) -> Label:
        """Point at a part of the item, or at the item."""
        return Label(self.document, (*self.route, *parts), text, key)


@dataclass(frozen=True)
class Listing(Generic[_Item]):
    """The valid items of listings, and what is wrong with the others."""

    items: tuple[Stated[_Item], ...] = ()
    findings: tuple[Finding, ...] = ()


def beside(name: str, manifests: Iterable[Path]) -> list[Path]:
    """Return the files called `name` in the folders of `manifests`, and in those above them."""
    folders = dict.fromkeys(path.parent for path in manifests)
    places = (folder / name for folder in dict.fromkeys([*map(above, folders), *folders]))
    # In a stranger's tree a link may lead to a file that is not the stranger's to show.
    return [path for path in places if path.is_file() and not path.is_symlink()]


def above(folder: Path) -> Path:
    """Return the folder that a folder is in."""
    return folder / ".." if folder.name in {"", ".."} else folder.parent


def read_listings(paths: Iterable[Path], key: str, model: type[_Item]) -> Listing[_Item]:
    """Read the listings at `paths`. Never raises for what they say."""
    listings = [_read(load(path), key, model) for path in paths]
    return Listing(
        tuple(item for listing in listings for item in listing.items),
        tuple(finding for listing in listings for finding in listing.findings),
    )


def _read(document: Document, key: str, model: type[_Item]) -> Listing[_Item]:
    if document.problems:
        found = (
            Finding(problem.code, problem.message, Label(document, problem.span))
            for problem in document.problems
        )
        return Listing(findings=tuple(found))
    values = document.values
    if not isinstance(values, dict) or not isinstance(values.get(key), list):
        message = f"expected `{key}:` with a list, found {describe(values)}"
        return Listing(findings=(Finding("MN103", message, Label(document, ())),))
    findings = [
        Finding("MN101", f"unknown key `{other}`", Label(document, (other,), key=True))
        for other in values
        if other != key
    ]
    items: list[Stated[_Item]] = []
    for index, value in enumerate(values[key]):
        try:
            item = _adapter(model).validate_python(value)
        except ValidationError as error:
            wrong = error.errors(include_url=False)
            above = {each["loc"][:end] for each in wrong for end in range(len(each["loc"]))}
            # pydantic counts only the valid items of a list.
            causes = (
                each for each in wrong if each["type"] != "too_short" or each["loc"] not in above
            )
            findings += [_finding(document, (key, index), each, model) for each in causes]
        else:
            items.append(Stated(item, document, (key, index)))
    return Listing(tuple(items), tuple(findings))


@cache
def _adapter(model: type[_Item]) -> TypeAdapter[_Item]:
    return TypeAdapter(model)


def _finding(document: Document, item: Route, error: ErrorDetails, model: type[_Item]) -> Finding:
    route = (*item, *(part for part in error["loc"] if not is_union_tag(part) and part != "[key]"))
    last = route[-1]
    if error["type"] == "missing":
        label = mapping_label(document, route[:-1])
        return Finding("MN102", f"the key `{last}` is missing", label)
    if error["type"] == "extra_forbidden":
        hint = closest(str(last), _keys(model))
        message = f"unknown key `{last}`" + (f": did you mean `{hint}`?" if hint else "")
        return Finding("MN101", message, Label(document, route, "unknown", key=True))
    code, message = explain(error, value_at(document.values, route))
    return Finding(code, f"{subject(document.values, route)}: {message}", Label(document, route))


def _keys(model: type[_Item]) -> list[str]:
    """Return every key that an item may have, at any depth."""
    schema = _adapter(model).json_schema()
    return [
        key for part in (schema, *schema.get("$defs", {}).values()) for key in part["properties"]
    ]
