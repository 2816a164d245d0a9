"""Letters that make a name look like another: unseen ones, and those of a second script."""

import unicodedata

_TOGETHER = ({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC", "BOPOMOFO"},)
"""Scripts that are written in one word; Unicode's names of letters begin with them."""


def disguise(name: str) -> list[str]:
    """Return the letters of a name that are not seen, or not of the script of their word."""
    unseen = [letter for letter in name if unicodedata.category(letter) == "Cf"]
    return unseen + [letter for word in name.split() for letter in _strange(word)]


def _strange(word: str) -> list[str]:
    """Return the letters of a word that are not of the script that most of it is in."""
    scripts = {letter: _script(letter) for letter in word if letter.isalpha()}
    found = list(filter(None, map(scripts.get, word)))
    if len(set(found)) < 2 or any(set(found) <= together for together in _TOGETHER):  # noqa: PLR2004
        return []
    main = max(dict.fromkeys(found), key=found.count)
    return [letter for letter, script in scripts.items() if script != main]


def _script(letter: str) -> str | None:
    first = unicodedata.name(letter, "?").split()[0]
    return None if first == "MODIFIER" else first
