"""Names of layers: what the table calls them, made legal and unique."""

import re

_LEGAL = re.compile(r"[!-~]{1,200}")
_ILLEGAL = re.compile(r"[^!-~]+")
_REMARK = re.compile(r"\s+\(.*\)$", re.DOTALL)
_LONGEST = 180
_RESERVED = {"input", "unstated"}


class Names:
    """Names given so far."""

    def __init__(self, reserved: set[str]) -> None:
        """Keep away from `reserved`: the names of the table that are legal as they are."""
        self._taken: set[str] = set()
        self._reserved = _RESERVED | reserved
        self._next: dict[str, int] = {}

    def give(self, original: str) -> str:
        """Return a legal name that no other layer has, as close to `original` as it can be."""
        name = legal(original)
        free = name not in self._taken and (name == original or name not in self._reserved)
        if free and name not in _RESERVED:
            self._taken.add(name)
            return name
        number = self._next.get(name, 2)
        while (numbered := f"{name}.{number}") in self._taken or numbered in self._reserved:
            number += 1
        self._next[name] = number + 1
        self._taken.add(numbered)
        return numbered


def legal(original: str) -> str:
    """Return `original` without blanks and odd characters, and without a remark in brackets."""
    if _LEGAL.fullmatch(original) and len(original) <= _LONGEST:
        return original
    short = _REMARK.sub("", original)
    return _ILLEGAL.sub("_", short).strip("_")[:_LONGEST] or "layer"
