"""Text of strangers, made harmless for terminals and pages."""

import unicodedata

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def visible(text: str) -> str:
    """Return `text` with every character that could act on a terminal shown as U+FFFD.

    One character for each, so that columns keep their meaning; a tab is one blank.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if c == "\t" else "\ufffd" if unicodedata.category(c) in _UNSEEN else c for c in text
    )
