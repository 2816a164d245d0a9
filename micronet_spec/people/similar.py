"""Persons who may be one, by their names, where that would matter.

Not all pairs are compared. Names of one key are found together; others are compared if they have
the same letters, or share a word and the initials of the others. Where many share that, each is
compared with its neighbours in alphabetical order only, and the crowd is told. So the work grows
with the number of names.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from micronet_spec.people.identity import Person
from micronet_spec.people.names import Folded, fold, relation, runs, table


@dataclass(frozen=True, slots=True)
class Crowd:
    """Names that share a word and initials, or all letters, and were not all compared."""

    names: int
    person: Person
    """Who has the first of them in alphabetical order."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Whose names are alike, as far as they were compared."""

    groups: list[tuple[Person, ...]]
    crowds: list[Crowd]


@dataclass(slots=True)
class _Names:
    """Names by their key, each with its persons, and the entries that these have together."""

    numbers: dict[str, int]
    spelt: list[str]
    """One spelling of each."""
    persons: list[list[Person]]
    weights: list[int]

    def folded(self, number: int) -> Folded:
        return fold(self.spelt[number])


def alike(names: Iterable[tuple[Person, str]], weights: Mapping[Person, int], limit: int) -> Alike:
    """Return persons whose names are alike, and who have more than `limit` entries together.

    `weights` are the entries of each; who has none is left out.
    """
    known = _collected(names, weights)
    groups = [
        tuple(persons)
        for persons, weight in zip(known.persons, known.weights, strict=True)
        if len(persons) > 1 and weight > limit
    ]
    blocks = _blocks(known, limit)
    seen: set[tuple[int, int]] = set()
    for one, other in _candidates(known, blocks, limit):
        pair = (one, other) if one < other else (other, one)
        if pair not in seen and relation(known.folded(pair[0]), known.folded(pair[1])):
            seen.add(pair)
            groups.append(tuple(dict.fromkeys(known.persons[pair[0]] + known.persons[pair[1]])))
    return Alike(groups, list(_crowds(known, blocks, limit)))


def _collected(names: Iterable[tuple[Person, str]], weights: Mapping[Person, int]) -> _Names:
    known = _Names({}, [], [], [])
    seen: set[tuple[int, Person]] = set()
    for person, name in names:
        if weight := weights.get(person):
            key = fold(name).key
            number = known.numbers.setdefault(key, len(known.spelt))
            if number == len(known.spelt):
                known.spelt.append(name)
                known.persons.append([])
                known.weights.append(0)
            if key and (number, person) not in seen:
                seen.add((number, person))
                known.persons[number].append(person)
                known.weights[number] += weight
    return known


def _blocks(known: _Names, limit: int) -> dict[str, list[int]]:
    """Return the numbers of names by what they share, if two of them may be too many together.

    Of two names with too many entries together, one has more than half of them: only these make
    a block, and the others join it.
    """
    blocks: dict[str, list[int]] = {}
    keys = list(known.numbers)
    heavy = [2 * weight > limit for weight in known.weights]
    for makes in (True, False):
        for number, is_heavy in enumerate(heavy):
            if is_heavy is makes:
                for block in _shared(keys[number], known.folded(number).words):
                    if makes:
                        blocks.setdefault(block, []).append(number)
                    elif block in blocks:
                        blocks[block].append(number)
    return {block: numbers for block, numbers in blocks.items() if len(numbers) > 1}


def _candidates(
    known: _Names, blocks: dict[str, list[int]], limit: int
) -> Iterator[tuple[int, int]]:
    """Yield pairs of names that are worth comparing."""
    neighbours, weights = table().neighbours, known.weights
    for sharing in blocks.values():
        if len(sharing) > neighbours:
            sharing.sort(key=lambda number: known.folded(number).key)
        for place, one in enumerate(sharing):
            least = limit - weights[one]
            for other in islice(sharing, place + 1, place + 1 + neighbours):
                if weights[other] > least:
                    yield one, other


def _crowds(known: _Names, blocks: dict[str, list[int]], limit: int) -> Iterator[Crowd]:
    for sharing in blocks.values():
        if len(sharing) > table().neighbours + 1:
            *_, second, first = sorted(known.weights[number] for number in sharing)
            if first + second > limit:
                yield Crowd(len(sharing), known.persons[sharing[0]][0])


def _shared(key: str, words: tuple[str, ...]) -> set[str]:
    """Return what a name must share with another to be compared with it."""
    blocks = {f"={run}" for run in runs(words)}
    latin = key.split()
    if 1 < len(latin) <= table().words:
        blocks.update(_words_with_initials(latin))
        long = [word for word in latin if len(word) > 1]
        if 1 < len(long) < len(latin):
            blocks.update(_words_with_initials(long))
    return blocks


def _words_with_initials(words: list[str]) -> Iterator[str]:
    """Yield every word but initials, each with the initials of the others; words are sorted."""
    initials = [word[0] for word in words]
    for place, word in enumerate(words):
        if len(word) > 1:
            yield f"{word} {''.join(initials[:place] + initials[place + 1 :])}"
