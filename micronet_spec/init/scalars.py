"""Values and remarks as YAML on one line."""

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from micronet_spec.visible import visible

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_./#-]*")
_NOT_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_NOT_YAML = re.compile("[\ufffe\uffff]")
_LONGEST_COMMENT = 200
_LONGEST_TEXT = 500


def value(it: Any) -> str:
    """Return a value as YAML on one line."""
    if isinstance(it, dict):
        return "{" + ", ".join(f"{value(key)}: {value(item)}" for key, item in it.items()) + "}"
    if isinstance(it, (tuple, list)):
        return "[" + ", ".join(value(item) for item in it) + "]"
    if isinstance(it, bool):
        return str(it).lower()
    if isinstance(it, Decimal):
        return format(it, "f")
    if isinstance(it, str):
        return _text(it)
    return str(it)


def _text(text: str) -> str:
    if _WORD.fullmatch(text) and text.lower() not in _NOT_WORDS:
        return text
    return json.dumps(plain(text)[:_LONGEST_TEXT], ensure_ascii=False)


def comment(comments: Sequence[str]) -> str:
    """Return remarks as one comment at the end of a line; nothing for none."""
    texts = [plain(said)[:_LONGEST_COMMENT] for said in comments if said]
    return f"   # {'; '.join(texts)}" if texts else ""


def plain(text: str) -> str:
    """Return the text of a stranger without what could end a line or confuse a reader."""
    return _NOT_YAML.sub("\ufffd", visible(text))


def source_name(path: Path) -> str:
    """Return how a table is called in what is drafted from it."""
    return plain(path.name)
