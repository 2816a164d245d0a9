"""Names of persons, compared: what two spellings have in common, and how closely.

Graded evidence only, never proof: "Li Wei" and "Lei Wei" are different people.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import cache, lru_cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from micronet_spec import data
from micronet_spec.document import load


class Grade(IntEnum):
    """How closely two names agree, closest first."""

    SAME = 1
    MARKS = 2
    ORDER = 3
    DIVISION = 4
    TRANSLITERATION = 5
    INITIALS = 6
    SPELLING = 7

    @property
    def text(self) -> str:
        """Say what two names have in common."""
        return _TEXTS[self]


_TEXTS = {
    Grade.SAME: "the same name",
    Grade.MARKS: "the same name but for case, accents or punctuation",
    Grade.ORDER: "the same words in another order",
    Grade.DIVISION: "the same letters, divided otherwise",
    Grade.TRANSLITERATION: "the same name in another script or transliteration",
    Grade.INITIALS: "the same name where one has initials",
    Grade.SPELLING: "a similar spelling",
}


class _Table(BaseModel):
    """`spec/names.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lookalikes: dict[str, str]
    transliterations: dict[str, str]
    similar_percent: int
    neighbours: int
    words: int


class Folded(NamedTuple):
    """A name in forms that can be compared."""

    name: str
    words: tuple[str, ...]
    """Without case, accents and punctuation."""
    key: str
    """In Latin letters, one spelling for every sound, the words sorted."""


@cache
def table() -> _Table:
    """Return how names are compared."""
    return _Table.model_validate(load(data.folder("spec") / "names.yaml").values)


@lru_cache(maxsize=1000)
def fold(name: str) -> Folded:
    """Return a name in forms that can be compared."""
    words = _words(name)
    return Folded(name, words, " ".join(sorted(_latin(words, words))))


@lru_cache(maxsize=1000)
def runs(words: tuple[str, ...]) -> frozenset[str]:
    """Return the letters of a name without blanks, with the last word last and first."""
    *first, last = words or ("",)
    rest = "".join(first)
    return frozenset(_latin((rest + last, last + rest), words))


def relation(one: Folded, other: Folded) -> Grade | None:
    """Return how closely two names agree, or None if they do not."""
    if one.key == other.key:
        return _closely(one, other)
    if not runs(one.words).isdisjoint(runs(other.words)):
        return Grade.DIVISION
    words, others = one.key.split(), other.key.split()
    if (_has_initial(words) or _has_initial(others)) and _initials(words, others):
        return Grade.INITIALS
    if " " in one.key and " " in other.key:
        return Grade.SPELLING if _ratio()(one.key, other.key) >= table().similar_percent else None
    return None


def _closely(one: Folded, other: Folded) -> Grade:
    """Return how closely two names of one key agree."""
    if one.name == other.name:
        return Grade.SAME
    if one.words == other.words:
        return Grade.MARKS
    return Grade.ORDER if sorted(one.words) == sorted(other.words) else Grade.TRANSLITERATION


@cache
def _ratio() -> Callable[[str, str], float]:
    """Return how many percent of their letters two texts share in order.

    Loaded where names are compared at all, which most boards never need.
    """
    from rapidfuzz import fuzz  # noqa: PLC0415

    return fuzz.ratio


def _has_initial(words: list[str]) -> bool:
    return any(len(word) == 1 for word in words)


def _initials(words: list[str], others: list[str]) -> bool:
    return _fit(words, others) or _fit(others, words)


def _fit(short: list[str], long: list[str]) -> bool:
    """Tell whether every word of `short` is one of `long`, or the initial of another one.

    A name is more than initials: at least one word of two letters must be the same.
    """
    left = list(long)
    for word in (word for word in short if len(word) > 1):
        if word not in left:
            return False
        left.remove(word)
    initials = [word for word in short if len(word) == 1]
    if len(initials) == len(short) or len(short) < 2:  # noqa: PLR2004 - a name alone is common
        return False
    for initial in initials:
        match = next((word for word in left if word.startswith(initial)), None)
        if match is None:
            return False
        left.remove(match)
    return all(len(word) == 1 for word in left)


def _words(name: str) -> tuple[str, ...]:
    if name.isascii() and name.replace(" ", "").isalpha():
        return tuple(name.lower().split())
    if not name.isascii():
        marks = unicodedata.normalize("NFKD", name)
        kept = (c for c in marks if unicodedata.category(c) not in {"Mn", "Cf"})
        name = unicodedata.normalize("NFKC", "".join(kept))
    return tuple(_DIVIDED.sub(" ", _JOINED.sub("", name)).casefold().split())


_JOINED = re.compile("[-'`\u00b4\u02bc\u2010-\u2015\u2018\u2019]")
_DIVIDED = re.compile(r"[^\w\s]|_")


def _latin(texts: Sequence[str], words: Sequence[str]) -> list[str]:
    """Return texts of a name of `words` in Latin letters, with one spelling for every sound.

    Beside Latin letters another script's are read by their looks, alone by their sound.
    """
    joined = " ".join(texts)
    if not joined.isascii():
        from anyascii import anyascii  # noqa: PLC0415 - most names need it never

        if any("a" <= letter <= "z" for each in words for letter in each):
            joined = "".join(table().lookalikes.get(letter, letter) for letter in joined)
        latin = (anyascii(text).lower().replace(" ", "") for text in joined.split(" "))
        joined = " ".join(latin).replace("'", "")
    return _sounds().sub(lambda match: table().transliterations[match[0]], joined).split(" ")


@cache
def _sounds() -> re.Pattern[str]:
    longest_first = sorted(table().transliterations, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))
