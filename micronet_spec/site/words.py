"""Templates, and what they make of values: words for people, safe HTML of strangers' text."""

import re
from typing import Any
from urllib.parse import urlsplit

import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup

from micronet_spec.visible import visible

UNKNOWN = "-"
"""What is shown where nothing is known."""
_SAFE = {"http", "https"}
_PROSE = MarkdownIt("commonmark", {"html": False}).disable(["image", "autolink", "link"])
"""Prose as HTML: HTML within it is text, and nothing in it leads anywhere."""
_CITED = re.compile(r"\b[A-Z]{1,3}[0-9]{1,3}\b(?![^<>]*>|[^<]*</code>)")
"""What may be a clause or the code of a rule, but not in a tag or in code."""


def templates() -> jinja2.Environment:
    """Return the templates: text of strangers is escaped and made visible in all of them."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("micronet_spec.site"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters |= {
        "score": _score,
        "signed": lambda number: UNKNOWN if number is None else f"{number:+.7f}",
        "percent": lambda number: f"{number:.2%}",
        "count": _count,
        "counts": _counts,
        "interval": _interval,
        "ranks": _ranks,
        "brief": _brief,
        "figure": lambda number: UNKNOWN if number is None else f"{number:.6g}",
        "markdown": _markdown,
        "inline": _inline,
        "marks": _marks,
    }
    environment.tests["link"] = _is_link
    return environment


def _shown(value: Any) -> Any:
    """Return what a template prints; text of strangers without characters that act."""
    if value is None:
        return UNKNOWN
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _score(number: float | None) -> str:
    return UNKNOWN if number is None else f"{number:.7f}"


def _count(number: int | str) -> str:
    """Return an exact count for people."""
    if isinstance(number, int):
        return f"{number:,}"
    above, _, below = number.partition("/")
    return f"{int(above) / int(below or 1):,.2f}"


def _counts(ends: tuple[int | str, int | str | None]) -> str:
    """Return the counts of the least and of the greatest network, one number where they agree."""
    low, high = (_count(end) for end in (ends[0], ends[0] if ends[1] is None else ends[1]))
    return low if low == high else f"{low} to {high}"


def _interval(bounds: tuple[float, float] | None) -> str:
    if bounds is None:
        return UNKNOWN
    low, high = bounds
    return _score(low) if low == high else f"{_score(low)} to {_score(high)}"


def _ranks(bounds: tuple[int, int] | None) -> str:
    if bounds is None:
        return UNKNOWN
    return str(bounds[0]) if bounds[0] == bounds[1] else f"{bounds[0]}-{bounds[1]}"


def _marks(marks: Any) -> str:
    """Return the marks that are sure, and with `?` those that are possible."""
    shown = {"yes": "{}", "possible": "{}?"}
    return "".join(shown[earned].format(name) for name, earned in marks if earned in shown)


def _brief(bounds: tuple[float, float] | None) -> str:
    """Return figures in three digits, for a table that is wide enough as it is."""
    return UNKNOWN if bounds is None else " to ".join(dict.fromkeys(f"{end:.3g}" for end in bounds))


@jinja2.pass_context
def _markdown(context: jinja2.runtime.Context, text: str) -> Markup:
    """Return the prose of a rule's page as HTML."""
    return _linked(context, _PROSE.render("\n".join(map(visible, text.splitlines()))))


@jinja2.pass_context
def _inline(context: jinja2.runtime.Context, text: str) -> Markup:
    """Return a line of prose as HTML."""
    return _linked(context, _PROSE.renderInline(visible(text)))


def _linked(context: jinja2.runtime.Context, html: str) -> Markup:
    """Return safe HTML with a link from every clause and code that there is to its text."""
    anchors: dict[str, str] = context["site"].anchors

    def link(match: re.Match[str]) -> str:
        anchor = anchors.get(match[0])
        address = f"{context['root']}counting.html#{anchor}"
        return f'<a href="{address}">{match[0]}</a>' if anchor else match[0]

    return Markup(_CITED.sub(link, html))  # noqa: S704 - HTML within the prose is escaped


def _is_link(url: str) -> bool:
    """Tell whether a stranger's address may be a link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in _SAFE and bool(parts.netloc)
