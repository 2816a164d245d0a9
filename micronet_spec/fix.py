"""Findings settled by changes of the text; comments, order and layout stay as they are."""

import codecs
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from micronet_spec.document import Document, parse
from micronet_spec.document.rewrite import Rewrite, rewritten
from micronet_spec.finding import Finding


class WriteError(ValueError):
    """A file that cannot or must not be written."""


@dataclass(frozen=True)
class Fixed:
    """A text with findings settled."""

    text: str
    count: int
    """How many findings were settled."""


def fixed(document: Document, findings: Iterable[Finding], *, unsafe: bool = False) -> Fixed:
    """Return the text of `document` with every fix made that is safe, or any if `unsafe`.

    Of fixes that meet, the first is made. None is made where they would make YAML wrong.
    """
    chosen: list[Rewrite] = []
    count = 0
    for finding in findings:
        fix = finding.fix
        if fix is None or not (fix.safe or unsafe) or finding.primary.document is not document:
            continue
        if not any(_meet(one, other) for one in fix.changes for other in chosen):
            chosen += fix.changes
            count += 1
    text = rewritten(document.text, chosen)
    if len(parse(text).problems) > len(document.problems):
        return Fixed(document.text, 0)
    return Fixed(text, count)


def diff(document: Document, text: str) -> Iterator[str]:
    """Yield the lines of a unified diff from a document to `text`."""
    name = str(document.path)
    before = document.text.split("\n")
    return difflib.unified_diff(before, text.split("\n"), name, name, lineterm="")


def write(path: Path, text: str) -> None:
    """Write the text of a manifest, whole or not at all. Raises `WriteError`."""
    try:
        if path.is_symlink():
            raise WriteError(f"{path}: this is a symbolic link: none is written through")
        mark = codecs.BOM_UTF8 if path.read_bytes().startswith(codecs.BOM_UTF8) else b""
        new = path.with_name(f".{path.name}.new")
        new.write_bytes(mark + text.encode())
        new.replace(path)
    except OSError as error:
        raise WriteError(f"{path}: {(error.strerror or 'unknown reason').lower()}") from None


def _meet(one: Rewrite, other: Rewrite) -> bool:
    return one.start <= other.end and other.start <= one.end
