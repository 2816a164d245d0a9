"""One pass over libyaml's events: values, spans and problems.

The events are the one part of PyYAML that survives hostile input: composing or loading recurses
in C and crashes on deep nesting, and expands aliases. Here depth is bounded as events arrive and
aliases are refused, so memory and time stay near the size of the text.
"""

import hashlib
import re
from array import array
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from micronet_spec.document.document import Document, Problem, Span
from micronet_spec.document.nodes import UNNAMED, Nodes, Route
from micronet_spec.document.scalars import NumberTooLargeError, resolve
from micronet_spec.document.source import UnreadableError, decode, read_bytes
from micronet_spec.document.syntax import syntax_problem

DEPTH = 32
"""The deepest nesting of lists and mappings. A manifest needs eight."""
PROBLEMS = 100
"""After so many problems in one file the rest of it is not looked at."""

# What YAML does not allow in a text, and a byte order mark that is not the file's first character.
_NOT_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]|\\A\ufeff"
)
_FLOW_END = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


def load(path: Path) -> Document:
    """Read and parse the file at `path`. Never raises for what the file is or says."""
    document = read(path)
    if document.problems:
        return document
    return replace(parse(document.text, path), sha256=document.sha256)


def read(path: Path) -> Document:
    """Read the file at `path` as text, not yet parsed. Never raises for what the file is."""
    try:
        data = read_bytes(path)
    except UnreadableError as error:
        return Document(path, "", problems=(Problem(error.code, str(error), Span(1, 1, 2)),))
    text, undecodable = decode(data)
    document = _only_text(path, text)
    if undecodable is not None:
        span = document.between(undecodable, undecodable + 1)
        problems = (Problem("MN003", "a byte that is not UTF-8", span),)
        document = Document(path, text, problems=problems)
    return replace(document, sha256=hashlib.sha256(data).hexdigest())


def _only_text(path: Path, text: str) -> Document:
    """Return `text` as a document, with a problem if it holds what is no text."""
    document = Document(path, text)
    if control := _NOT_TEXT.search(text):
        name = "NUL" if control[0] == "\0" else f"control character U+{ord(control[0]):04X}"
        span = document.between(control.start(), control.end())
        return Document(path, text, problems=(Problem("MN003", f"a {name} in the text", span),))
    return document


def parse(text: str, path: Path = Path("<text>")) -> Document:
    """Parse `text`; `path` is only its name. Never raises for what the text says."""
    document = _only_text(path, text)
    if document.problems:
        return document
    builder = _Builder(document)
    builder.run()
    nodes = Nodes(builder.root, builder.marks) if builder.marks else {}
    return Document(path, text, builder.root, nodes, tuple(builder.problems))


class _StopError(Exception):
    """What follows in the file cannot be trusted or is not worth reading."""


class _Frame:
    """A list or mapping that is being filled."""

    __slots__ = ("container", "kept", "key", "key_at", "keys_at", "mark", "route")

    def __init__(self, container: Any, route: Route, mark: int, *, kept: bool) -> None:
        self.container = container
        self.route = route
        self.mark = mark
        """Where its own marks begin."""
        self.kept = kept
        """Whether its nodes are kept: those under a repeated key are not."""
        self.key: str | None = None
        self.key_at = UNNAMED
        self.keys_at: dict[str, tuple[int, int]] = {}


class _Builder:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.marks = array("q")
        self.problems: list[Problem] = []
        self.root: Any = None
        self.stack: list[_Frame] = []
        self.documents = 0

    def run(self) -> None:
        parser = yaml.CBaseLoader(self.document.text)
        try:
            while (event := parser.get_event()) is not None:
                self.take(event)
            if not self.marks:
                self.problem("MN009", "the file is empty", (0, 0))
        except yaml.YAMLError as error:
            self.problems.append(syntax_problem(self.document, error))
            self.forget()
        except _StopError:
            self.forget()
        finally:
            parser.dispose()

    def forget(self) -> None:
        """Keep nothing of a file that was not read to its end."""
        self.root = None
        del self.marks[:]

    def take(self, event: yaml.Event) -> None:
        """Handle one event; the order of the branches is that of their frequency."""
        if isinstance(event, yaml.ScalarEvent):
            self.refuse_properties(event)
            self.scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            self.refuse_properties(event)
            self.open({}, event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self.refuse_properties(event)
            self.open([], event)
        elif isinstance(event, _FLOW_END):
            self.close(event)
        elif isinstance(event, yaml.AliasEvent):
            message = f"the alias *{event.anchor}: aliases and anchors are refused"
            self.problem("MN006", message, _at(event))
            raise _StopError
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.problem("MN004", "a second document begins here", _at(event))
                raise _StopError

    def scalar(self, event: yaml.ScalarEvent) -> None:
        frame = self.stack[-1] if self.stack else None
        at = _at(event)
        if frame is not None and isinstance(frame.container, dict) and frame.key is None:
            self.key(frame, event.value, at)
            return
        value: Any = event.value
        if not event.style:
            try:
                value = resolve(value)
            except NumberTooLargeError as error:
                self.problem("MN008", str(error), at, self.route())
                value = None
        self.put(value, at)

    def key(self, frame: _Frame, key: str, at: tuple[int, int]) -> None:
        if key in frame.keys_at:
            first = self.document.between(*frame.keys_at[key])
            self.problem(
                "MN005", f"the key `{key}` stands twice", at, related=((first, "first here"),)
            )
        frame.keys_at.setdefault(key, at)
        frame.key, frame.key_at = key, at

    def open(self, container: Any, event: yaml.CollectionStartEvent) -> None:
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.container, dict) and frame.key is None:
            self.problem("MN004", "a key must be a plain word", _at(event))
            raise _StopError
        if len(self.stack) >= DEPTH:
            self.problem("MN007", f"nested deeper than {DEPTH} levels", _at(event))
            raise _StopError
        route, mark = self.route(), len(self.marks)
        start, end = _at(event)
        kept = self.put(container, (start, end if event.flow_style else start))
        self.stack.append(_Frame(container, route, mark, kept=kept))

    def close(self, event: yaml.Event) -> None:
        frame = self.stack.pop()
        start, end = _at(event)
        if frame.kept and end > start:  # The end of a block collection has no text of its own.
            self.marks[frame.mark + 3] = end

    def route(self) -> Route:
        if not self.stack:
            return ()
        frame = self.stack[-1]
        if isinstance(frame.container, list):
            return (*frame.route, len(frame.container))
        return (*frame.route, frame.key or "")

    def put(self, value: Any, at: tuple[int, int]) -> bool:
        """Store `value` where the next value belongs, and tell whether its node is kept.

        Of a repeated key the first is kept.
        """
        if not self.stack:
            self.root = value
            self.marks.fromlist([*UNNAMED, *at])
            return True
        frame = self.stack[-1]
        kept = frame.kept
        if isinstance(frame.container, list):
            frame.container.append(value)
        else:
            kept = kept and frame.key not in frame.container
            frame.container.setdefault(frame.key, value)
        if kept:
            self.marks.fromlist([*frame.key_at, *at])
        frame.key, frame.key_at = None, UNNAMED
        return kept

    def refuse_properties(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            self.problem("MN006", f"the anchor &{event.anchor}: anchors are refused", _at(event))
        if event.tag is not None:
            self.problem("MN010", f"the tag {event.tag}: tags are refused", _at(event))

    def problem(
        self,
        code: str,
        message: str,
        at: tuple[int, int],
        route: Route | None = None,
        related: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        span = self.document.between(*at)
        self.problems.append(Problem(code, message, span, route, related))
        if len(self.problems) >= PROBLEMS:
            raise _StopError


def _at(event: yaml.Event) -> tuple[int, int]:
    """Return where an event stands, as character offsets of its start and end."""
    assert event.start_mark
    assert event.end_mark
    return event.start_mark.index, event.end_mark.index
