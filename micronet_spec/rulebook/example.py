"""Examples of a rule: manifests and other files, with the expected findings marked at their lines.

A line that ends in `# <- MN301` is expected to be where MN301 is found.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"[ \t]*# <-(?P<codes>( [A-Z]{2,8}\d{3})+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One file of an example."""

    kind: str
    """What it is: the first word of its info string, such as `yaml` or `csv`."""
    options: str
    """The rest of its info string."""
    marked: str
    """Its text, marks included."""
    line: int
    """Where in the page its text begins."""

    @property
    def text(self) -> str:
        """Its text without marks."""
        return _MARK.sub("", self.marked)

    @property
    def expected(self) -> Iterator[tuple[int, str]]:
        """Line, from 1, and code of every expected finding."""
        for match in _MARK.finditer(self.marked):
            line = self.marked.count("\n", 0, match.start()) + 1
            yield from ((line, code) for code in match["codes"].split())


@dataclass(frozen=True)
class Example:
    """What breaks a rule, or keeps it."""

    title: str
    """Its heading: `Bad` or `Good`, and perhaps what it shows."""
    blocks: tuple[Block, ...]

    @property
    def is_bad(self) -> bool:
        """Whether it breaks the rule."""
        return self.title.startswith(BAD)


BAD, GOOD = "Bad", "Good"


def example(title: str, text: str, line: int = 1) -> Example:
    """Return the example under the heading `title`, whose text begins at `line`."""
    blocks = []
    for match in _FENCE.finditer(text):
        kind, _, options = match["info"].strip().partition(" ")
        start = line + text.count("\n", 0, match.start("text"))
        blocks.append(Block(kind, options, match["text"], start))
    return Example(title, tuple(blocks))
