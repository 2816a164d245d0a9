"""Pages from templates, with their pictures."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from micronet_spec.report.recorded.audit import Record
from micronet_spec.site import charts
from micronet_spec.site.entry import EntryView
from micronet_spec.site.view import SiteView, TaskView, view
from micronet_spec.site.words import templates

_ASSETS = ("style.css", "site.js")


def build(record: Record, folder: Path) -> int:
    """Write the site of `record` into `folder`, and return how many pages it has.

    Raises `OSError` if a file cannot be written.
    """
    site, pages = view(record), templates()
    (folder / "entries").mkdir(parents=True, exist_ok=True)
    (folder / "charts").mkdir(exist_ok=True)
    for name in _ASSETS:
        asset = files(__package__).joinpath("assets", name)
        (folder / name).write_text(asset.read_text(encoding="utf-8"), encoding="utf-8")
    written = 0
    for path, template, values in _pages(site, folder):
        root = "../" if "/" in path else ""
        text = pages.get_template(template).render(site=site, root=root, page=path, **values)
        (folder / path).write_text(text, encoding="utf-8")
        written += 1
    return written


def _pages(site: SiteView, folder: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, template and values of every page; its pictures are written on the way."""
    yield "index.html", "index.html", {}
    yield "people.html", "people.html", {}
    yield "counting.html", "counting.html", {}
    for task in site.tasks:
        yield f"{task.file}.html", "board.html", {"task": task, "charts": _of_task(folder, task)}
    for entry in site.entries:
        values = {"it": entry, "charts": _of_entry(folder, entry)}
        yield f"entries/{entry.file}.html", "entry.html", values


def _of_task(folder: Path, task: TaskView) -> set[str]:
    drawn = {"slopes": charts.slopes(task), "terms": charts.terms(task)}
    return _draw(folder, task.file, drawn)


def _of_entry(folder: Path, entry: EntryView) -> set[str]:
    drawn = {"layers": charts.layers(entry), "waterfall": charts.waterfall(entry)}
    return _draw(folder, entry.file, drawn)


def _draw(folder: Path, file: str, drawn: dict[str, str | None]) -> set[str]:
    """Write the pictures that there are, and return their names."""
    pictures = {name: picture for name, picture in drawn.items() if picture}
    for name, picture in pictures.items():
        (folder / "charts" / f"{file}-{name}.svg").write_text(picture, encoding="utf-8")
    return set(pictures)
