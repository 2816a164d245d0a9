"""What networks are made with: the words for it, and how many entries of an audit say which."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from micronet_spec import data
from micronet_spec.document import load
from micronet_spec.entry.entry import Entry


@cache
def vocabulary() -> dict[str, dict[str, str]]:
    """Return the words for frameworks and for techniques, and what each means."""
    words: dict[str, dict[str, str]] = load(data.folder("spec") / "techniques.yaml").values
    return words


@dataclass(frozen=True)
class Breakdown:
    """How many entries say that they were made with what."""

    entries: int
    frameworks: dict[str, int]
    techniques: dict[str, int]


def breakdown(entries: Iterable[Entry]) -> Breakdown:
    """Count the words of the entries that say anything, the commonest first."""
    methods = [it.manifest.method for it in entries if it.has("method") and it.manifest.method]
    frameworks = Counter(it.framework for it in methods if it.framework)
    techniques = Counter(word for it in methods for word in dict.fromkeys(it.techniques))
    return Breakdown(len(methods), dict(frameworks.most_common()), dict(techniques.most_common()))
