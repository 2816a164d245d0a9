"""`docs/recipes.md`: every network there is counted, and nothing is found in it."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Linted, Understood

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/recipes.md").read_text(encoding="utf-8")
FRAME = (ROOT / "spec/examples/_frame.yaml").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SECTIONS = [section.split("\n", 1) for section in PAGE.split("\n## ")[1:]]
RECIPES = {name: BLOCK.findall(text) for name, text in SECTIONS}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_counted_and_nothing_is_found(
    name: str, understood: "Understood", lint: "Linted"
) -> None:
    [text] = RECIPES[name]
    assert understood(FRAME + text).score
    assert [finding.message for finding in lint(FRAME + text)] == []


def test_the_contents_list_every_recipe() -> None:
    assert re.findall(r"^- \[(.+)\]\(#", PAGE, re.MULTILINE) == list(RECIPES)
