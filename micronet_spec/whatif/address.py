"""Addresses of values in a document: `model.layers[*].weight.nonzero`, `layers[conv1].stride`.

A word is a key; `[3]` an item of a list, counted from 0; `[*]` every item or value; `[conv1]` the
item with that `name`, or the key of a mapping. Quotes make a name of anything: `["3"]`.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from micronet_spec.document import Route
from micronet_spec.manifest.places import LAYERS, layer_name


class Every(Enum):
    """The step `[*]`."""

    EVERY = "*"


EVERY: Final = Every.EVERY


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an address: a key or name, an index, or every item."""

    text: str
    part: str | int | Every


Steps = tuple[Step, ...]

_STEP = re.compile(
    r"""(?P<key>(?:^|\.)[A-Za-z_][A-Za-z0-9_-]*)
      | \[(?P<index>[0-9]{1,9})\]
      | \[(?P<every>\*)\]
      | \["(?P<quoted>[^"]+)"\]
      | \[(?P<name>[^]"*\s][^]\s]*)\]""",
    re.VERBOSE,
)
_FORMS = "a key, `[3]`, `[*]` or `[name]`"
_SHORT: dict[Any, Route] = {LAYERS[-1]: LAYERS}
"""What stands for a longer address at its start: `layers` for `model.layers`."""


class AddressError(ValueError):
    """An address that is none, or that leads nowhere."""


def parse_address(text: str) -> tuple[Steps, str]:
    """Return the steps of the address that `text` begins with, and what follows it."""
    steps: list[Step] = []
    end = 0
    while match := _STEP.match(text, end):
        steps.append(_step(match))
        end = match.end()
    if not steps:
        raise AddressError(f"`{text}`: expected {_FORMS}")
    start = _SHORT.get(steps[0].part)
    first = [Step(f".{key}", key) for key in start] if start else steps[:1]
    return (*first, *steps[1:]), text[end:].lstrip()


def resolve(values: Any, steps: Steps) -> list[Route]:
    """Return every route in `values` that `steps` lead to; the last key need not exist yet.

    Raises `AddressError` if there is none.
    """
    found: list[tuple[Route, Any]] = [((), values)]
    for number, step in enumerate(steps):
        here = found
        found = [
            ((*route, part), item)
            for route, value in here
            for part, item in _select(value, step.part, last=number == len(steps) - 1)
        ]
        if not found:
            raise AddressError(_nowhere([value for _, value in here], steps, number))
    return [route for route, _ in found]


def written(steps: Sequence[Step]) -> str:
    """Return `steps` as an address."""
    return "".join(step.text for step in steps).removeprefix(".")


def _step(match: re.Match[str]) -> Step:
    if match["index"]:
        return Step(match[0], int(match["index"]))
    if match["every"]:
        return Step(match[0], EVERY)
    if match["key"]:
        return Step(match[0], match["key"].removeprefix("."))
    return Step(match[0], match["quoted"] or match["name"])


def _select(value: Any, part: str | int | Every, *, last: bool) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        if part is EVERY:
            yield from value.items()
        elif isinstance(part, str) and (part in value or last):
            yield part, value.get(part)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if part is EVERY or part in {index, layer_name(item)}:
                yield index, item


def _nowhere(values: list[Any], steps: Steps, number: int) -> str:
    """Say how far `steps` lead, and what the next one may have meant."""
    part, where = steps[number].part, written(steps[:number])
    message = f"`{written(steps[: number + 1])}` is nothing in this manifest"
    if isinstance(part, int) and all(isinstance(value, list) for value in values):
        longest = max(len(value) for value in values)
        return f"{message}: the last of `{where}` is [{longest - 1}]" if longest else message
    names = {
        str(name)
        for value in values
        for name in (value if isinstance(value, dict) else map(layer_name, _items(value)))
        if name
    }
    close = difflib.get_close_matches(str(part), sorted(names), 1)
    return f"{message}: did you mean `{close[0]}`?" if close else message


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
