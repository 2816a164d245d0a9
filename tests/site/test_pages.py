"""Every page: whole, linked, quiet on the network, and text where strangers wrote it."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from micronet_spec.report.recorded.read import load_record
from micronet_spec.site.build import build

VOID = {"meta", "link", "img", "input", "source", "br", "hr"}


class Page(HTMLParser):
    """What a page holds, as far as these tests ask."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.title = ""
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag with its attributes."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that is open."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text.append(data)
        if self.open[-1:] == ["title"]:
            self.title += data

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of every `tag`."""
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def ids(self) -> list[str]:
        """Every anchor."""
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    def loaded(self) -> Iterator[str]:
        """Yield what a browser fetches for this page."""
        for attributes in (*self.all("img"), *self.all("script")):
            yield attributes["src"]
        yield from (each["href"] for each in self.all("link"))


@pytest.fixture(scope="module", params=["real", "hostile"])
def site(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue(request.param)
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


def test_every_page_has_a_language_a_title_one_heading_and_a_policy(
    pages: dict[Path, Page],
) -> None:
    assert pages
    for page in pages.values():
        assert page.open == []
        assert page.all("html") == [{"lang": "en"}]
        assert [len(page.all(tag)) for tag in ("title", "h1", "main")] == [1, 1, 1]
        [policy] = [it["content"] for it in page.all("meta") if "http-equiv" in it]
        assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self';")
        assert len(page.ids) == len(set(page.ids))
    titles = [page.title for page in pages.values()]
    assert len(titles) == len(set(titles))


def test_every_internal_link_leads_somewhere(pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        for link in page.all("a"):
            target, _, anchor = link["href"].partition("#")
            if target.startswith("https://"):
                assert link["rel"] == "noreferrer nofollow"
                continue
            linked = (path.parent / target).resolve() if target else path
            assert linked in pages, (path, link["href"])
            assert not anchor or anchor in pages[linked].ids, (path, link["href"])


def test_nothing_is_loaded_from_elsewhere_and_no_script_or_style_is_inline(
    pages: dict[Path, Page],
) -> None:
    for path, page in pages.items():
        for address in page.loaded():
            assert address == "data:," or (path.parent / address).is_file(), (path, address)
        assert page.all("style") == []
        assert [set(each) for each in page.all("script")] == [{"src", "defer"}]
        for _, attributes in page.tags:
            assert not [name for name in attributes if name.startswith("on") or name == "style"]


def test_every_picture_says_what_it_shows(pages: dict[Path, Page]) -> None:
    pictures = [each for page in pages.values() for each in page.all("img")]
    assert len(pictures) > 2
    assert all(len(each["alt"]) > 40 for each in pictures)


def test_pictures_are_drawings_and_nothing_else(site: Path) -> None:
    drawn = {"svg", "metadata", "defs", "style", "g", "path", "text", "tspan", "use"}
    drawn |= {"clipPath", "rect", "pattern", "RDF", "Work", "type", "format", "creator", "Agent"}
    drawn |= {"title", "date"}
    for path in (site / "charts").iterdir():
        for element in ET.parse(path).iter():  # noqa: S314 - it is our own
            assert element.tag.rpartition("}")[2] in drawn, path
            for name, value in element.attrib.items():
                assert not name.startswith("on")
                assert not name.endswith("href") or value.startswith("#")


def test_there_is_a_page_for_every_real_entry_and_task(real: Path) -> None:
    pages = {path.relative_to(real).as_posix() for path in real.rglob("*.html")}
    assert {"index.html", "people.html", "counting.html", "cifar100.html"} <= pages
    assert "entries/cifar100-01-riair.html" in pages
    text = "".join(Page(real / "entries/cifar100-01-riair.html").text)
    for part in ("0.0044", "0.0047227", "one value per layer instead of per channel", "MN203"):
        assert part in text


def test_what_a_stranger_writes_is_shown_as_text_without_characters_that_act(
    hostile: Path,
) -> None:
    page = Page(hostile / "entries/cifar100-01-b.html")
    text = "".join(page.text)
    assert "<script>alert(1)</script>\ufffd[31m\ufffd\"'><img src=x onerror=alert(2)>" in text
    for path in hostile.rglob("*.*"):
        written = path.read_text(encoding="utf-8")
        assert "<script>alert" not in written
        assert "\x1b" not in written
        assert "\u202e" not in written


def test_names_of_pages_come_from_ids_safely_and_are_never_shared(hostile: Path) -> None:
    names = {path.name for path in (hostile / "entries").iterdir()}
    assert names == {"cifar100-01-b.html", "cifar100-01-b-2.html", "02-broken.html"}


def test_a_file_that_is_no_manifest_has_a_page_with_its_findings(hostile: Path) -> None:
    text = "".join(Page(hostile / "entries/02-broken.html").text)
    assert "not counted" in text
    assert "MN004" in text


def test_what_was_concluded_of_a_checkpoint_is_on_the_page_of_its_entry(
    hostile: Path, tmp_path: Path
) -> None:
    record = json.loads((hostile.parent / "audit.json").read_text(encoding="utf-8"))
    entry = record["entries"][0]["entry"]
    concluded = {"entry": entry, "verdict": "discrepancy", "measured": 0.25, "checkpoint": None}
    path = tmp_path / "audit.json"
    path.write_text(json.dumps({**record, "verifications": [concluded]}), encoding="utf-8")
    build(load_record(path), tmp_path / "site")
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "site/entries").iterdir()]
    [page] = [page for page in pages if "Checkpoint: discrepancy" in page]
    assert "by what the file really holds the score is 0.2500000" in page
