"""Every example of every page: what is found is what is marked, line by line."""

import pytest

from micronet_spec import rulebook
from micronet_spec.rulebook import Example
from micronet_spec.rules.examples import found, marked

EXAMPLES = {
    f"{code}-{number}-{example.title}": example
    for code, page in rulebook.pages().items()
    for number, example in enumerate(page.examples)
}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_what_is_found_is_what_is_marked(example: Example) -> None:
    assert sorted(found(example)) == sorted(marked(example))
