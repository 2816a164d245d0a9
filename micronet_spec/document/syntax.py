"""What libyaml says of a text that is not YAML, in words that help, and where it began."""

import yaml

from micronet_spec.document.document import Document, Problem, Span

_TAB = "found character that cannot start any token"
_INDENTED = "is this line indented as its neighbours are?"
_BRACKET = "is a comma or a bracket missing?"
# The commonest mistakes, and what they are.
_MEANT = {
    _TAB: "is text that begins so in quotes?",
    "did not find expected key": _INDENTED,
    "did not find expected '-' indicator": _INDENTED,
    "mapping values are not allowed in this context": (
        "is this line indented as its neighbours are, and text with `: ` in quotes?"
    ),
    "could not find expected ':'": "is a colon or a quote missing?",
    "did not find expected ',' or ']'": _BRACKET,
    "did not find expected ',' or '}'": _BRACKET,
    "found unexpected end of stream": "is a quote missing?",
}


def syntax_problem(document: Document, error: yaml.YAMLError) -> Problem:
    """Return the problem for an `error` that ended the reading of `document`."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    context = getattr(error, "context", None)
    index = mark.index if mark else int(getattr(error, "position", 0) or 0)
    index = min(index, len(document.text))
    message = f"not YAML: {what}" + (f" ({context})" if context else "")
    if what == _TAB and document.text[index : index + 1] == "\t":
        message += ": a tab cannot indent, use spaces"
    elif what in _MEANT:
        message += f": {_MEANT[what]}"
    related: tuple[tuple[Span, str], ...] = ()
    start = getattr(error, "context_mark", None)
    if context and start and start.index < index:
        related = ((document.between(start.index, start.index + 1), "begins here"),)
    return Problem("MN004", message, document.between(index, index + 1), related=related)
