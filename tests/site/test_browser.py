"""The site in a browser, if there is Chromium and playwright: silent, sortable, filterable."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
UNKNOWN = "-"
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize("site", ["real", "hostile"])
def test_every_page_opens_without_a_complaint_and_none_asks_the_network(
    site: str, browser: Any, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(site)
    page = browser.new_page(viewport={"width": 390, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda asked: said.extend([asked.url] * asked.url.startswith("http")))
    for path in sorted(folder.rglob("*.html")):
        page.goto(path.as_uri())
        assert said == [], path
        # On a phone only tables and pictures scroll sideways, in their own frames.
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_a_table_sorts_by_keyboard_and_what_is_unknown_is_last(browser: Any, real: Path) -> None:
    page = browser.new_page()
    page.goto((real / "cifar100.html").as_uri())
    assert page.locator("#board th[aria-sort]").inner_text().startswith("row")
    column = page.locator("#board thead tr:last-child th").nth(6)
    column.locator("button").focus()
    cells = page.locator("#board tbody tr td:nth-child(7)")
    for key, direction in (("Enter", "ascending"), ("Space", "descending")):
        page.keyboard.press(key)
        assert page.locator("#board th[aria-sort]").count() == 1
        assert column.get_attribute("aria-sort") == direction
        shown = [text.split(" to ")[0] for text in cells.all_inner_texts()]
        numbers = [float(text) for text in shown if text != UNKNOWN]
        assert numbers == sorted(numbers, reverse=direction == "descending")
        assert shown[len(numbers) :] == [UNKNOWN] * (len(shown) - len(numbers))


def test_a_filter_leaves_the_rows_with_every_word(browser: Any, real: Path) -> None:
    page = browser.new_page()
    page.goto((real / "cifar100.html").as_uri())
    total = page.locator("#board tbody tr").count()
    page.fill("#filter-board", "kaist recounted")
    assert page.locator("#board tbody tr:visible").count() == 1
    assert page.locator(".filter [role=status]").inner_text() == f"1 of {total} rows"


KINDS = [
    ("real", "index.html"),
    ("real", "wikitext103.html"),
    ("hostile", "people.html"),
    ("hostile", "counting.html"),
    ("hostile", "entries/cifar100-01-b.html"),
    ("hostile", "entries/02-broken.html"),
    ("real", "entries/cifar100-16-brain.html"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("site", "path"), KINDS)
def test_every_kind_of_page_is_accessible(
    site: str, path: str, scheme: str, browser: Any, request: pytest.FixtureRequest
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    folder: Path = request.getfixturevalue(site)
    page = browser.new_page(color_scheme=scheme)
    page.goto((folder / path).as_uri())
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    alike = {"exclude": [[".rule ~ .rule ~ .rule"]]}
    results = axe.Axe().run(page, alike, {"preload": False})
    assert results.response["violations"] == []
    page.close()


def test_pictures_follow_the_color_scheme(browser: Any, real: Path) -> None:
    shown = []
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto((real / "cifar100.html").as_uri())
        picture = page.locator("img").first
        picture.scroll_into_view_if_needed()
        picture.evaluate("(it) => it.decode()")
        shown.append(picture.screenshot())
        page.close()
    assert shown[0] != shown[1]


def test_a_board_fits_a_page_of_paper(browser: Any, real: Path) -> None:
    page = browser.new_page(viewport={"width": 1032, "height": 700})  # A4 across, less margins
    page.emulate_media(media="print", color_scheme="dark")
    page.goto((real / "cifar100.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 1032
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()


def test_without_scripts_the_page_says_the_same(browser: Any, real: Path) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((real / "cifar100.html").as_uri())
    assert page.locator("#board tbody tr:visible").count() > 20
    assert not page.locator("#filter-board").is_visible()
