"""Findings settled by changes of the text; comments, order and layout stay as they are."""

import codecs
import difflib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from micronet_spec.document import Document, parse
from micronet_spec.document.rewrite import Rewrite, rewritten
from micronet_spec.finding import Finding

_WRITABLE = 0o222


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
    before, after = (it.replace("\r\n", "\n").split("\n") for it in (document.text, text))
    return difflib.unified_diff(before, after, name, name, lineterm="")


def write(path: Path, text: str) -> None:
    """Write the text of a file, whole or not at all; a byte order mark and permissions stay.

    Raises `WriteError`, also for a file that is read-only or a link.
    """
    try:
        if path.is_symlink():
            raise WriteError(f"{path}: this is a symbolic link: none is written through")
        if not path.exists():
            with path.open("xb") as file:
                file.write(text.encode())
            return
        mode = stat.S_IMODE(path.stat().st_mode)
        if not mode & _WRITABLE or not os.access(path, os.W_OK):
            raise WriteError(f"{path}: the file is read-only")
        mark = codecs.BOM_UTF8 if path.read_bytes().startswith(codecs.BOM_UTF8) else b""
        _replace(path, mark + text.encode(), mode)
    except OSError as error:
        raise WriteError(f"{path}: {(error.strerror or 'unknown reason').lower()}") from None


def _replace(path: Path, data: bytes, mode: int) -> None:
    # A name nobody can foresee: under another a stranger may have put a link.
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        new = Path(file.name)
        try:
            file.write(data)
            file.flush()
            new.chmod(mode)
            new.replace(path)
        except OSError:
            new.unlink(missing_ok=True)
            raise


def _meet(one: Rewrite, other: Rewrite) -> bool:
    return one.start <= other.end and other.start <= one.end
