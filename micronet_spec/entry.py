"""One entry as rules see it: its manifest, its place in a challenge, its graph, cost and score."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from micronet_spec.challenge import Challenge, Task
from micronet_spec.claims import ClaimsFile, load_claims, path_beside
from micronet_spec.document import Document, load
from micronet_spec.editions import SPEC, Challenges
from micronet_spec.finding import Effect, Label
from micronet_spec.graph import Graph, build
from micronet_spec.manifest.entry import Manifest, Numerics
from micronet_spec.manifest.read import Reading, read
from micronet_spec.score import Cost, LayerCost, Score, count, score_of
from micronet_spec.score.precision import format_places, formats


@dataclass(frozen=True)
class Entry:
    """An entry as far as it could be understood; what could not is None."""

    reading: Reading
    challenge: Challenge | None = None
    task: Task | None = None
    graph: Graph | None = None
    cost: Cost | None = None
    score: Score | None = None
    """The score, if every layer could be counted."""
    claims_file: ClaimsFile | None = None
    challenges: Challenges = SPEC
    """Where its challenge was looked for."""

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
            getattr(self, part) is not None
            if part in {"challenge", "task", "graph", "cost", "score"}
            else part not in self.reading.broken
            for part in parts
        )

    def at(self, *route: str | int, text: str = "", key: bool = False) -> Label:
        """Point at a node of the manifest; at the entry's name if there is no such node."""
        if route not in self.document.nodes and ("name",) in self.document.nodes:
            return Label(self.document, ("name",), text or "this entry")
        return Label(self.document, route, text, key)

    def layer(self, index: int, *field: str, text: str = "") -> Label:
        """Point at a field of a layer, or at its nearest part that exists, or at its name."""
        layer = ("model", "layers", index)
        for end in range(len(field), 0, -1):
            if (*layer, *field[:end]) in self.document.nodes:
                return Label(self.document, (*layer, *field[:end]), text)
        return self.at(*layer, "name", text=text)

    def rescored(self, layers: Iterable[LayerCost]) -> Fraction:
        """Return the score that `layers` would have."""
        assert self.task
        assert self.challenge
        return score_of(self.task, self.challenge.unit_bits, layers).score

    def effect(self, layers: Iterable[LayerCost]) -> Effect | None:
        """Return the effect of counting `layers` instead of what was counted."""
        return Effect(self.score.score, self.rescored(layers)) if self.score else None

    def recounted(self, numerics: Numerics) -> Fraction:
        """Return the score under other numerics."""
        assert self.challenge
        assert self.graph
        return self.rescored(
            count(self.challenge, numerics, self.reading.layers, self.graph).layers
        )

    @property
    def score_with_32_bit_additions(self) -> Fraction | None:
        """The score with every addition at the challenge's width (R3), 32 bits in 2019."""
        if not (self.cost and self.score and self.challenge):
            return None
        bits = self.challenge.addition_bits
        return self.rescored(layer.with_additions_at(bits) for layer in self.cost.layers)


def load_entry(path: Path, challenges: Challenges = SPEC) -> Entry:
    """Read and count the manifest at `path`. Never raises for what it says.

    Raises `ChallengeError` if its challenge cannot be had from `challenges`.
    """
    return understand(read(load(path)), load_claims(path_beside(path)), challenges)


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
        entry = replace(entry, graph=build(reading.manifest.model.input, reading.layers))
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
    if not (entry.challenge and entry.graph and entry.graph.complete and entry.has("numerics")):
        return entry
    numerics, layers = entry.manifest.numerics, entry.reading.layers
    if any(name not in formats(numerics) for _, name in format_places(numerics, layers)):
        return entry
    return replace(entry, cost=count(entry.challenge, numerics, layers, entry.graph))


def _scored(entry: Entry) -> Entry:
    if not (entry.cost and entry.task and entry.challenge) or entry.cost.uncountable:
        return entry
    return replace(entry, score=score_of(entry.task, entry.challenge.unit_bits, entry.cost.layers))
