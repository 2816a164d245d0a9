"""Persons who may be one, by their names, where that would matter.

Not all pairs are compared. Names of one key are found together; others are compared if they have
the same letters, or share a word and the initials of the others, and then with their neighbours
in alphabetical order only. So the work grows with the number of names.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from micronet_spec.people.identity import Person
from micronet_spec.people.names import Folded, fold, relation, table


@dataclass(slots=True)
class _Name:
    """All persons with names of one key."""

    folded: Folded
    persons: dict[Person, None]
    weight: int = 0
    """The most entries that its persons may have in one task together."""


def alike(
    names: Iterable[tuple[Person, str]], weight_of: Callable[[Person], int], limit: int
) -> Iterator[tuple[Person, ...]]:
    """Yield persons whose names are alike, and who may have more than `limit` entries together.

    `weight_of` is the most entries a person has in one task; who has none is left out.
    """
    groups = _groups(names, weight_of)
    for group in groups:
        if len(group.persons) > 1 and group.weight > limit:
            yield tuple(group.persons)
    seen: set[tuple[int, int]] = set()
    for one, other in _candidates(groups, limit):
        first, second = groups[one], groups[other]
        if relation(first.folded, second.folded) and (one, other) not in seen:
            seen.add((one, other))
            yield tuple({**first.persons, **second.persons})


def _groups(names: Iterable[tuple[Person, str]], weight_of: Callable[[Person], int]) -> list[_Name]:
    groups: dict[str, _Name] = {}
    for person, name in names:
        if weight := weight_of(person):
            folded = fold(name)
            group = groups.setdefault(folded.key, _Name(folded, {}))
            if folded.key and person not in group.persons:
                group.persons[person] = None
                group.weight += weight
    return list(groups.values())


def _candidates(groups: list[_Name], limit: int) -> Iterator[tuple[int, int]]:
    """Yield pairs of names that are worth comparing, the first before the second."""
    blocks: dict[str, list[int]] = {}
    # Of two names with too many entries together, one has more than half of them.
    for number in sorted(range(len(groups)), key=lambda number: -groups[number].weight):
        heavy = 2 * groups[number].weight > limit
        for block in _blocks(groups[number].folded):
            if heavy:
                blocks.setdefault(block, []).append(number)
            elif block in blocks:
                blocks[block].append(number)
    neighbours = table().neighbours
    for sharing in blocks.values():
        sharing.sort(key=lambda number: groups[number].folded.key)
        for place, one in enumerate(sharing):
            weight = groups[one].weight
            for other in islice(sharing, place + 1, place + 1 + neighbours):
                if weight + groups[other].weight > limit:
                    yield (one, other) if one < other else (other, one)


def _blocks(folded: Folded) -> Collection[str]:
    """Return what a name must share with another to be compared with it."""
    blocks = {f"={run}" for run in folded.runs}
    words = folded.key.split()
    if 1 < len(words) <= table().words:
        for kept in (words, [word for word in words if len(word) > 1]):
            for place, word in enumerate(kept):
                if len(word) > 1 and len(kept) > 1:
                    others = kept[:place] + kept[place + 1 :]
                    blocks.add(f"{word} {''.join(sorted(other[0] for other in others))}")
    return blocks
