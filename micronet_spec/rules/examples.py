"""The examples of a rule's page, run: what is found must be what is marked.

An example is one or more files, a fenced block each. A `yaml` block is the part of a manifest that
matters; the rest is that of `spec/rules/base.yaml`, but for the keys that the block has itself or
is `without`. `yaml published 0.0044` has that score on a board, `yaml row 3` the name of a manifest
of that row. The other kinds: `board`, that of the entries; `csv`, the claims
file of the manifest before it; `table`, a table of layers; `aliases`, what the organizers state of
persons; `waivers`, what they set aside, on a day of 2020; `text`, a whole file; `file`, one that is
`absent`, a `folder`, or has a `size` or `hex`adecimal bytes; `cel`, the check of one more rule;
`predictions` and then `labels`, by which the quality of the manifest before them is proven;
`checkpoint`, the tensors of a file that the manifest before it is held against, or what became of
it (`absent`, `refused`, `crashed`, `incomplete`); `checkpoint file` is digested as well; `page
CODE-name`, indented, the page of a rule.
"""

import os
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from micronet_spec import data
from micronet_spec.board.published import BOARD
from micronet_spec.challenge.challenge import Challenge
from micronet_spec.challenge.editions import SPEC, Challenges
from micronet_spec.document import parse
from micronet_spec.entry.claims import path_beside
from micronet_spec.entry.entry import Entry, load_entry
from micronet_spec.finding import Finding
from micronet_spec.init import read_table
from micronet_spec.quality import prove
from micronet_spec.rulebook import Block, Example
from micronet_spec.rules import check, check_board, rules_of
from micronet_spec.rules.pages import page_mistakes
from micronet_spec.rules.ruleset import with_check
from micronet_spec.waivers import Waivers

_KEY = re.compile(r"^(?=[a-z]\w*:)", re.MULTILINE)
_MANIFESTS = {"yaml", "text", "file"}
_NAMES = {
    "aliases": "aliases.yaml",
    "waivers": "waivers.yaml",
    "predictions": "predictions.txt",
    "labels": "labels.txt",
}
BASE = "base.yaml"
"""The manifest of which examples show a part, beside the pages."""
_PAGE = "page"
_DAY = date(2020, 1, 1)
_OF_CHALLENGE = "challenge."

Place = tuple[int, int, str]
"""Number of a block, line in it, code of a finding."""


def marked(example: Example) -> set[Place]:
    """Return what an example says is found."""
    return {
        (number, line, code)
        for number, block in enumerate(example.blocks)
        for line, code in block.expected
    }


def found(
    example: Example, challenges: Challenges = SPEC, base: Path | None = None
) -> dict[Place, str]:
    """Return what is found in an example, and what is said there. Raises `ChallengeError`.

    `base` is the manifest of which an example shows a part, default `spec/rules/base.yaml`.
    """
    with TemporaryDirectory() as folder:
        base = base or _own_base()
        paths = list(_written(example, Path(folder).resolve() / _task(base), base))
        numbers = {path: number for number, path in enumerate(paths)}
        return {
            (numbers[it.primary.document.path], it.primary.span.line, it.code): it.message
            for it in _findings(example, paths, challenges)
        }


def _written(example: Example, folder: Path, base: Path) -> Iterator[Path]:
    """Write the file of every block, and yield its path."""
    folder.mkdir()
    manifest = folder
    for number, block in enumerate(example.blocks):
        path = folder / f"{number}.yaml"
        if block.kind in _MANIFESTS:
            path = manifest = _numbered(block, path)
        elif block.kind == "board":
            path = folder.parent / BOARD
        elif block.kind == "csv":
            path = path_beside(manifest)
        elif block.kind == _PAGE:
            path = folder / f"{block.options}.md"
        else:
            path = folder / _NAMES.get(block.kind, f"{number}.{block.kind}")
        if block.kind == "file":
            _make(path, parse(block.text).values)
        else:
            text = _completed(block, base) if block.kind == "yaml" else _plain(block)
            path.write_text(text, encoding="utf-8", newline="")
        yield path


def _findings(example: Example, paths: list[Path], challenges: Challenges) -> Iterator[Finding]:
    kinds = [block.kind for block in example.blocks]
    lacking = frozenset(word for block in example.blocks for word in _without(block))
    more = [with_check(block.text.strip()) for block in example.blocks if block.kind == "cel"]
    entries: list[Entry] = []
    alone: list[tuple[Entry, list[Finding]]] = []
    for kind, path in zip(kinds, paths, strict=True):
        if kind in _MANIFESTS:
            entry = load_entry(path, _Lacking(challenges.folder, None, lacking))
            entry = replace(entry, published=_published(example.blocks[paths.index(path)]))
            entries.append(entry)
            rules = rules_of(entry)
            found = check(entry, replace(rules, asked=(*rules.asked, *more)))
            alone.append((entry, found))
        elif kind == "table":
            yield from read_table(path).findings
        elif kind == _PAGE:
            yield from page_mistakes(path)
        elif kind == "labels":
            yield from prove(entries[-1], path).findings
        elif kind == "checkpoint":
            yield from _held_against(entries[-1], example.blocks[paths.index(path)])
    yield from check_board(entries)
    waivers = Waivers(paths, _DAY)
    for entry, found in alone:
        standing, problems = waivers.applied(entry.id, found)
        yield from (it for it in standing if not it.waived)
        yield from problems


def _held_against(entry: Entry, block: Block) -> Iterator[Finding]:
    """Yield what the tensors of a block contradict in an entry."""
    from micronet_spec.verify.compare import compare  # noqa: PLC0415
    from micronet_spec.verify.findings import findings  # noqa: PLC0415
    from micronet_spec.verify.made import contents_of_text, file_of_text  # noqa: PLC0415 - numpy

    words = block.options.split()
    file = file_of_text(block.text) if "file" in words else None
    yield from findings(compare(entry, file, contents_of_text(block.text, words)))


def _make(path: Path, what: dict[str, Any]) -> None:
    """Make a file that no text is; nothing where it is `absent`."""
    if "folder" in what:
        path.mkdir()
    elif "size" in what:
        path.touch()
        os.truncate(path, what["size"])
    elif "hex" in what:
        path.write_bytes(bytes.fromhex(what["hex"]))


def _completed(block: Block, base: Path) -> str:
    """Return a manifest with the lines of a block first, so that they keep their numbers."""
    values = parse(block.text).values
    taken = {*(values if isinstance(values, dict) else ()), *_without(block)}
    rest = "".join(text for key, text in _keys(base).items() if key not in taken)
    return block.text + rest


def _plain(block: Block) -> str:
    """Return the text of a file; that of a page is indented, as its headings are its own."""
    return textwrap.dedent(block.text) if block.kind == _PAGE else block.text


def _without(block: Block) -> list[str]:
    first, *words = block.options.split() or [""]
    return words if first == "without" else []


def _numbered(block: Block, path: Path) -> Path:
    """Return the path of a manifest: that of `yaml row 3` is of row 3 of a board."""
    words = block.options.split()
    return path.with_name(f"{words[1]}-{path.name}") if words[:1] == ["row"] else path


def _published(block: Block) -> Decimal | None:
    """Return the score that a board has of an entry: that of `yaml published 0.0044`."""
    first, *words = block.options.split() or [""]
    return Decimal(words[0]) if first == "published" else None


def _own_base() -> Path:
    return data.folder("spec") / "rules" / BASE


def _task(base: Path) -> str:
    """Return the task of the base manifest, which the folder of entries is called by."""
    values = parse(_keys(base).get("task", "")).values
    return str(values["task"]) if isinstance(values, dict) else "entries"


@cache
def _keys(base: Path) -> dict[str, str]:
    """Return the lines of every top-level key of the base manifest."""
    text = base.read_text(encoding="utf-8")
    return {part.partition(":")[0]: part for part in _KEY.split(text) if _KEY.match(part)}


@dataclass(frozen=True)
class _Lacking(Challenges):
    """Challenges without some of their data, to show what happens then."""

    without: frozenset[str] = frozenset()
    """Such as `challenge.costs.activations.elu`."""

    def load(self, challenge: str, task: str | None = None) -> Challenge:
        """Return the challenge without that."""
        loaded = super().load(challenge, task)
        values = loaded.model_dump()
        for word in self.without:
            if word.startswith(_OF_CHALLENGE):
                *route, last = word.removeprefix(_OF_CHALLENGE).split(".")
                inner = values
                for key in route:
                    inner = inner[key]
                del inner[last]
        return Challenge.model_validate(values)
