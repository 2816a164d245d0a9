"""Load pages in headless Chromium; print, as JSON, the seconds of each until its load event.

Usage: python -m benchmarks.programs.load_pages RUNS FILE...

The browser is started once, and loads every page once before it is measured.
"""

import json
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


def main(runs: int, files: list[str]) -> dict[str, list[float]]:
    """Return seconds by file."""
    seconds: dict[str, list[float]] = {file: [] for file in files}
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        for number in range(runs + 1):
            for file in files:
                page.goto(Path(file).as_uri())
                # `goto` returns at the load event, which may still be going on.
                page.wait_for_function(f"{LOADED} > 0")
                if number:
                    seconds[file].append(page.evaluate(LOADED) / 1000)
        browser.close()
    return seconds


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), sys.argv[2:])))
