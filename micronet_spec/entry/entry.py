"""One entry as rules see it: its manifest, its place in a challenge, its graph, cost and score."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from micronet_spec.challenge.challenge import Challenge, Task
from micronet_spec.challenge.editions import SPEC, Challenges
from micronet_spec.document import Document, load
from micronet_spec.effect import Effect, Terms
from micronet_spec.entry.claims import ClaimsFile, load_claims, path_beside
from micronet_spec.entry.sidecar import with_sidecars
from micronet_spec.finding import Label
from micronet_spec.graph import Graph, build
from micronet_spec.manifest.entry import Manifest, Numerics
from micronet_spec.manifest.read import Reading, read
from micronet_spec.score import Cost, Counter, LayerCost, Score, score_of
from micronet_spec.score.bits import Weights
from micronet_spec.score.completion import Completion, UnboundedError
from micronet_spec.score.items import Number
from micronet_spec.score.precision import (
    as_wide_as_possible,
    codebooks_of_codes,
    format_places,
    formats,
    has_open_widths,
)
from micronet_spec.score.sparse import fits, has_unknowns
from micronet_spec.score.total import score_bits
from micronet_spec.score.totals import totals

_OPERATIONS = Weights(multiplies=1, adds=1)
PARTS = frozenset({"challenge", "task", "graph", "cost", "score"})
"""What is known of an entry beyond the sections of its manifest (`Entry.has`)."""


@dataclass(frozen=True, eq=False)
class Entry:
    """An entry as far as it could be understood; what could not is None. Equal to itself alone."""

    reading: Reading
    challenge: Challenge | None = None
    task: Task | None = None
    graph: Graph | None = None
    cost: Cost | None = None
    """The cost, completed low where counts are unknown."""
    high_cost: Cost | None = None
    """The cost completed high; the same as `cost` where every count is known."""
    score: Score | None = None
    """The score, if every layer could be counted; the least it can be."""
    high_score: Score | None = None
    """The most it can be."""
    completions: tuple[Completion, Completion] | None = None
    """Both, to ask them for other figures; None where every count is known."""
    unbounded: UnboundedError | None = None
    """An unknown count without an upper bound, which keeps the entry from being counted."""
    claims_file: ClaimsFile | None = None
    challenges: Challenges = SPEC
    """Where its challenge was looked for."""
    published: Decimal | None = None
    """Its score on a published board, where an audit knows one."""
    admitted: bool = False
    """Whether the organizers set aside that it is late, so that it counts for its members (E1)."""

    @property
    def manifest(self) -> Manifest:
        """The manifest; only the sections that `has` may be used."""
        return self.reading.manifest

    @property
    def document(self) -> Document:
        """The file."""
        return self.reading.document

    @property
    def id(self) -> str:
        """Task and file name, such as `cifar100/01-riair`; the file name where no task is known."""
        stem = self.document.path.stem
        return f"{self.manifest.task}/{stem}" if self.task else stem

    @property
    def name(self) -> str:
        """The name the manifest gives, else that of the file."""
        return self.manifest.name if self.has("name") else self.document.path.stem

    def has(self, *parts: str) -> bool:
        """Tell whether sections of the manifest are valid, and fields of this entry are known."""
        return all(
            getattr(self, part) is not None if part in PARTS else part not in self.reading.broken
            for part in parts
        )

    def at(self, *route: str | int, text: str = "", key: bool = False) -> Label:
        """Point at a node of the manifest; at the entry's name if there is no such node."""
        place = self.reading.original(route)
        if place not in self.document.nodes and ("name",) in self.document.nodes:
            return Label(self.document, ("name",), text or "this entry")
        return Label(self.document, place, text, key)

    def layer(self, index: int, *field: str, text: str = "") -> Label:
        """Point at a field of a layer, or at its nearest part that exists, or at its name."""
        layer = ("model", "layers", index)
        for end in range(len(field), 0, -1):
            if self.reading.original((*layer, *field[:end])) in self.document.nodes:
                return self.at(*layer, *field[:end], text=text)
        return self.at(*layer, "name", text=text)

    @property
    def exact(self) -> bool:
        """Whether the score is one number, not an interval."""
        return self.high_cost is self.cost

    @property
    def interval(self) -> tuple[Fraction, Fraction] | None:
        """The least and the most the score can be; equal where every count is known."""
        if not (self.score and self.high_score):
            return None
        return self.score.score, self.high_score.score

    @property
    def stated_shapes(self) -> tuple[int, int]:
        """How many layers read a shape that is stated, not derived, and of how many."""
        nodes = self.graph.nodes if self.graph else ()
        return sum(node.stated for node in nodes), len(nodes)

    def terms(self, layers: Iterable[LayerCost]) -> Terms:
        """Return the terms of the score that `layers` would have."""
        assert self.task
        assert self.challenge
        return score_of(self.task, self.challenge.unit_bits, layers).terms

    def rescored(self, layers: Iterable[LayerCost]) -> Fraction:
        """Return the score that `layers` would have."""
        return self.terms(layers).score

    def total(self, claims: ClaimsFile) -> Terms:
        """Return the terms that an entrant's own counts add up to."""
        assert self.task
        assert self.challenge
        unit = self.challenge.unit_bits
        return score_bits(self.task, unit, claims.stored_bits, claims.op_bits).terms

    def effect(self, layers: Iterable[LayerCost]) -> Effect | None:
        """Return the effect of counting `layers` instead of what was counted."""
        return Effect.between(self.score.terms, self.terms(layers)) if self.score else None

    def recounted(self, numerics: Numerics) -> Terms:
        """Return the terms under other numerics, of the least score it can have."""
        assert self.graph
        known = totals(self.manifest.network, self.graph)
        completion = Completion(self._counter(numerics), self.graph, known, most=False)
        return self.terms(completion.cost(self.weights).layers)

    def figure(self, name: str) -> tuple[Fraction, Fraction]:
        """Return the least and the most of a figure of the `Score` of a scored entry.

        Under a published total the terms need not be extreme where their sum is.
        """
        low, high = self._totals if name == "score" else self._terms
        return getattr(low, name), getattr(high, name)

    @property
    def _totals(self) -> tuple[Score, Score]:
        """The least and the most score."""
        assert self.score
        assert self.high_score
        return self.score, self.high_score

    @cached_property
    def _terms(self) -> tuple[Score, Score]:
        """Two scores of which each term is the least, and the most, by itself."""
        if self.completions is None:
            return self._totals
        assert self.task
        assert self.challenge
        task, unit = self.task, self.challenge.unit_bits
        low, high = (
            score_bits(task, unit, each.bound(Weights(stored=1)), each.bound(_OPERATIONS))
            for each in self.completions
        )
        return low, high

    def ends(self, weights: Weights, layers: Collection[str]) -> tuple[Number, Number] | None:
        """Return the least and the most of a figure of some layers; None where it is known."""
        if self.completions is None:
            return None
        low, high = (each.bound(weights, layers) for each in self.completions)
        return low, high

    @property
    def counter(self) -> Counter:
        """Counts its layers, whatever counts of nonzeros they are given."""
        return self._counter(self.manifest.numerics)

    @property
    def counters(self) -> tuple[Counter, Counter]:
        """Count at the least widths and at the most that they can be."""
        numerics = self.manifest.numerics
        return self.counter, self._counter(as_wide_as_possible(numerics))

    def _counter(self, numerics: Numerics) -> Counter:
        assert self.challenge
        assert self.graph
        sections = self.manifest.network.sections
        return Counter(self.challenge, numerics, self.reading.layers, self.graph, sections)

    @property
    def interval_with_wide_additions(self) -> tuple[Fraction, Fraction] | None:
        """The interval with every addition at the challenge's width (R3)."""
        if not (self.score and self.cost and self.challenge):
            return None
        stored, ops, *_ = self.weights
        weights = Weights(stored, ops, wide_adds=ops)
        if self.completions:
            low, high = (self._score(each.bound(weights)) for each in self.completions)
            return low, high
        bits = (layer.bits(self.challenge.addition_bits) for layer in self.cost.layers)
        return (self._score(sum(map(weights.of, bits))),) * 2

    @property
    def weights(self) -> Weights:
        """What a bit adds to the score (T2), in the unit of `_score`: whole numbers.

        Without a task bits are to be few or many.
        """
        if not self.task:
            return Weights(1, 1, 1)
        baseline = self.task.baseline
        return Weights(baseline.operations, baseline.parameters, baseline.parameters)

    def _score(self, weighed: Number) -> Fraction:
        assert self.task
        assert self.challenge
        baseline = self.task.baseline
        unit = self.challenge.unit_bits * baseline.parameters * baseline.operations
        return Fraction(weighed) / unit


def load_entry(path: Path, challenges: Challenges = SPEC) -> Entry:
    """Read and count the manifest at `path`. Never raises for what it says.

    Raises `ChallengeError` if its challenge cannot be had from `challenges`.
    """
    reading = with_sidecars(read(load(path)))
    return understand(reading, load_claims(path_beside(path)), challenges)


def load_placed(path: Path, challenges: Challenges = SPEC) -> Entry:
    """Read the manifest at `path` without counting its network, as for a list of its people.

    Never raises for what it says. Raises `ChallengeError` if its challenge cannot be had.
    """
    return _placed(Entry(read(load(path)), challenges=challenges))


def understand(
    reading: Reading,
    claims_file: ClaimsFile | None = None,
    challenges: Challenges = SPEC,
) -> Entry:
    """Find an entry's place in its challenge, and count it as far as that is possible.

    Raises `ChallengeError` if its challenge cannot be had from `challenges`.
    """
    entry = _placed(Entry(reading, claims_file=claims_file, challenges=challenges))
    if "model" not in reading.broken:
        entry = replace(entry, graph=build(reading.manifest.network.input, reading.layers))
    return _scored(_counted(entry))


def _placed(entry: Entry) -> Entry:
    """Return `entry` with its challenge and its task, as far as they exist."""
    manifest, broken = entry.manifest, entry.reading.broken
    if "challenge" in broken or manifest.challenge not in entry.challenges.known():
        return entry
    name = None if "task" in broken else manifest.task
    challenge = entry.challenges.load(manifest.challenge, name)
    return replace(entry, challenge=challenge, task=challenge.tasks.get(name) if name else None)


def _counted(entry: Entry) -> Entry:
    if not (entry.challenge and entry.graph and _is_countable(entry, entry.graph)):
        return entry
    model = entry.manifest.network
    if not has_unknowns(entry.graph) and not has_open_widths(entry.manifest.numerics):
        cost = entry.counter.network(entry.graph)
        return replace(entry, cost=cost, high_cost=cost)
    least, widest = (
        Completion(counter, entry.graph, totals(model, entry.graph), most=most)
        for counter, most in zip(entry.counters, (False, True), strict=True)
    )
    try:
        low, high = (each.cost(entry.weights) for each in (least, widest))
    except UnboundedError as error:
        return replace(entry, unbounded=error)
    return replace(entry, cost=low, high_cost=high, completions=(least, widest))


def _is_countable(entry: Entry, graph: Graph) -> bool:
    """Tell whether everything the counter asks for is declared; rules say what is not."""
    if not (graph.complete and entry.has("numerics")):
        return False
    numerics, sections = entry.manifest.numerics, entry.manifest.network.sections
    named = {name for _, name in format_places(numerics, entry.reading.layers)}
    return (
        named <= formats(numerics).keys()
        and not any(codebooks_of_codes(numerics))
        and all(node.layer.section in {None, *sections} for node in graph.nodes)
        and fits(graph)
    )


def _scored(entry: Entry) -> Entry:
    if not (entry.cost and entry.high_cost and entry.task and entry.challenge):
        return entry
    if entry.cost.uncountable or entry.high_cost.uncountable:
        return entry
    unit = entry.challenge.unit_bits
    return replace(
        entry,
        score=score_of(entry.task, unit, entry.cost.layers),
        high_score=score_of(entry.task, unit, entry.high_cost.layers),
    )
