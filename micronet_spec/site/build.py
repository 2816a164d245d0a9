"""Pages from templates: strangers' text is escaped and made visible, addresses are checked."""

from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup

from micronet_spec.report.record_model import Record
from micronet_spec.report.visible import visible
from micronet_spec.site import charts
from micronet_spec.site.view import EntryView, SiteView, TaskView, view

_ASSETS = ("style.css", "site.js")
UNKNOWN = "-"
"""What is shown where nothing is known."""
_SAFE = {"http", "https"}
_PROSE = MarkdownIt("commonmark", {"html": False}).disable(["image", "autolink", "link"])
"""Prose as HTML: HTML within it is text, and nothing in it leads anywhere."""


def build(
    record: Record, folder: Path, progress: Callable[[list[EntryView]], Iterable[EntryView]] = iter
) -> int:
    """Write the site of `record` into `folder`, and return how many pages it has.

    Raises `OSError` if a file cannot be written.
    """
    site, pages = view(record), _environment()
    (folder / "entries").mkdir(parents=True, exist_ok=True)
    (folder / "charts").mkdir(exist_ok=True)
    for name in _ASSETS:
        asset = files(__package__).joinpath("assets", name)
        (folder / name).write_text(asset.read_text(encoding="utf-8"), encoding="utf-8")
    written = 0
    for path, template, values in _pages(site, folder, progress):
        root = "../" if "/" in path else ""
        text = pages.get_template(template).render(site=site, root=root, page=path, **values)
        (folder / path).write_text(text, encoding="utf-8")
        written += 1
    return written


def _pages(
    site: SiteView, folder: Path, progress: Callable[[list[EntryView]], Iterable[EntryView]]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, template and values of every page; its pictures are written on the way."""
    yield "index.html", "index.html", {}
    yield "people.html", "people.html", {}
    yield "counting.html", "counting.html", {}
    for task in site.tasks:
        yield f"{task.file}.html", "board.html", {"task": task, "charts": _of_task(folder, task)}
    for entry in progress(site.entries):
        values = {"it": entry, "charts": _of_entry(folder, entry)}
        yield f"entries/{entry.file}.html", "entry.html", values


def _of_task(folder: Path, task: TaskView) -> set[str]:
    drawn = {"slopes": charts.slopes(task), "terms": charts.terms(task)}
    return _draw(folder, task.file, drawn)


def _of_entry(folder: Path, entry: EntryView) -> set[str]:
    drawn = {"layers": charts.layers(entry), "waterfall": charts.waterfall(entry)}
    return _draw(folder, entry.file, drawn)


def _draw(folder: Path, file: str, drawn: dict[str, charts.Picture | None]) -> set[str]:
    """Write the pictures that there are, and return their names."""
    pictures = {name: picture for name, picture in drawn.items() if picture}
    for name, (light, dark) in pictures.items():
        (folder / "charts" / f"{file}-{name}.svg").write_text(light, encoding="utf-8")
        (folder / "charts" / f"{file}-{name}-dark.svg").write_text(dark, encoding="utf-8")
    return set(pictures)


def _environment() -> jinja2.Environment:
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
        "interval": _interval,
        "ranks": _ranks,
        "brief": _brief,
        "figure": lambda number: UNKNOWN if number is None else f"{number:.6g}",
        "markdown": _markdown,
        "inline": lambda text: Markup(_PROSE.renderInline(visible(text))),  # noqa: S704
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


def _markdown(text: str) -> Markup:
    """Return the prose of a rule's page as HTML."""
    return Markup(_PROSE.render(text))  # noqa: S704 - HTML within it is escaped


def _is_link(url: str) -> bool:
    """Tell whether a stranger's address may be a link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in _SAFE and bool(parts.netloc)
