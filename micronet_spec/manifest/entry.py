"""The manifest of one entry: who, with what, how well, and the network."""

import sys
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from micronet_spec.manifest.layers import Layer, Shape
from micronet_spec.manifest.tensors import Between, Format, KnownAmount
from micronet_spec.manifest.types import (
    Accumulator,
    ByForm,
    Count,
    Exact,
    FormatName,
    Handle,
    Identifier,
    Instant,
    LayerName,
    Listed,
    Model,
    Orcid,
    PublicId,
    Quantity,
    Sha256,
    Size,
    Text,
    Times,
    Url,
)

MOST_LAYERS = 100_000


class Member(Model):
    """One person of a team."""

    name: Text | None = None
    """Full name as the repository states it."""
    github: Handle | None = None
    """GitHub handle."""
    orcid: Orcid | None = None
    """ORCID iD."""
    ids: dict[Identifier, PublicId] = Field(default_factory=dict, max_length=20)
    """Ids at other public sites, by the name of the site, for example `{kaggle: ada}`."""
    affiliation: Text | None = None
    """Organization, if it differs from the team's."""
    note: Text | None = None
    """Remark on the identity, for example where it was found."""


class Team(Model):
    """The people behind an entry (E1)."""

    name: Text
    """Name of the team."""
    affiliation: Text | None = None
    """Organization of the team."""
    members: Annotated[
        Literal["unknown"]
        | Annotated[tuple[Member, ...], Listed, Field(min_length=1, max_length=10_000)],
        ByForm(),
    ]
    """Everybody who contributed, or `unknown` where nobody published who did."""

    @property
    def known_members(self) -> tuple[Member, ...]:
        """The members, as far as they are known."""
        return self.members if isinstance(self.members, tuple) else ()


class Repository(Model):
    """Where the code is (E5)."""

    url: Url
    """Address of the repository."""
    commit: Text | None = None
    """The commit that was entered."""
    license: Text | None = None
    """SPDX id of its licence, or `unknown`."""


class Checkpoint(Model):
    """The trained network as a file (E5)."""

    file: Text
    """Path in the repository."""
    sha256: Sha256 | None = None
    """Digest of the file."""
    bytes: Size | None = None
    """Size of the file in bytes."""
    url: Url | None = None
    """Address of the file, from which `micronet verify --fetch` gets it."""
    conversions: dict[FormatName, Text] = Field(default_factory=dict, max_length=1000)
    """How the evaluation makes values of a format from those of the file (M6), by format."""


Datasets = Annotated[
    Literal["unstated"] | Annotated[tuple[Identifier, ...], Listed, Field(max_length=100)],
    ByForm(),
]
"""Ids of data sets such as `cifar100/train`, or `unstated`; `[]` is none."""


class Origin(Model):
    """Something learned that shaped the weights, and the data it was learned from."""

    source: Text
    """What it is and where it comes from."""
    trained_on: Datasets
    """The data it was learned from."""


Provenance = Annotated[Literal["none", "unstated"] | Origin, ByForm()]


class Policy(Model):
    """An augmentation policy (E4)."""

    policy: Text
    """What it is."""
    learned_on: Annotated[
        Literal["none", "unstated"] | Annotated[tuple[Identifier, ...], Listed], ByForm()
    ]
    """The data it was learned from; `none` for a policy made by hand."""


class Training(Model):
    """Everything that shaped the weights (E3, E4)."""

    data: Datasets
    """The data the network was trained on."""
    start_weights: Provenance
    """Weights that training started from."""
    teacher: Provenance = "none"
    """A network that was distilled."""
    augmentation: Annotated[tuple[Policy, ...], Listed, Field(max_length=100)] = ()
    """Augmentation policies."""
    calibration: Datasets = ()
    """The data that quantizers were calibrated on."""
    statistics: Datasets = ()
    """The data that normalization statistics come from, if not the training data."""


class Predictions(Model):
    """What the network predicts on the test set: one line per example, in the test set's order."""

    file: Text
    """Name of a file beside the manifest: a label a line, or the natural logarithm of the
    probability of a token a line."""
    sha256: Sha256
    """Digest of the file."""


class Quality(Model):
    """Quality on the test set: one figure, as the task asks (T1), and what proves it."""

    top1_percent: Exact | None = None
    """Top-1 accuracy in percent, with all digits known."""
    top1_correct: Count | None = None
    """Test examples classified correctly."""
    perplexity: Exact | None = None
    """Word-level perplexity, with all digits known."""
    predictions: Predictions | None = None
    """What the figure can be computed from (E5)."""

    @property
    def figures(self) -> dict[str, Decimal | int]:
        """The figures that are given, by the name of their metric."""
        given = {
            "top1_percent": self.top1_percent,
            "top1_correct": self.top1_correct,
            "perplexity": self.perplexity,
        }
        return {name: figure for name, figure in given.items() if figure is not None}


class Figure(Model):
    """A published figure in the unit it was published in."""

    what: Text
    """What it measures, for example `storage`."""
    value: Text
    """The figure as it was written."""
    unit: Text
    """Its unit, for example `MB`, `MiB`, half words or `MACs`."""
    source: Text | None = None
    """Where it was published."""


class Claims(Model):
    """The entrant's own figures, with the digits they were published with."""

    score: Exact | None = None
    """Score."""
    storage_term: Exact | None = None
    """Storage over the baseline's."""
    ops_term: Exact | None = None
    """Math operations over the baseline's."""
    source: Text | None = None
    """Where the figures were published."""
    figures: Annotated[tuple[Figure, ...], Listed, Field(max_length=100)] = ()
    """Further figures in the units they were published in."""


class Defaults(Model):
    """Formats and widths wherever a layer states none.

    A format that is not stated here either is a float as wide as the challenge's unit.
    """

    weight: FormatName | None = None
    """Format of weights."""
    parameter: FormatName | None = None
    """Format of all other stored values: biases and scales."""
    activation: FormatName | None = None
    """Format of the model's input and of what arithmetic layers write."""
    accumulator: Accumulator | None = None
    """Width of the additions of dot products; default: the challenge's (R3)."""


class Numerics(Model):
    """Number formats; without it everything is a float as wide as the challenge's unit."""

    freebie: Identifier | None = None
    """Name of the challenge's freebie for an entry that quantizes nothing (S3, M4, R6)."""
    formats: dict[FormatName, Format] = Field(default_factory=dict, max_length=1000)
    """Formats by name; `float32` and `float16` are known."""
    defaults: Defaults = Defaults()
    """Formats and widths wherever a layer states none."""
    kernels: Text | None = None
    """Where to see kernels that really add at the narrow widths declared (M7)."""


class NonzeroTotal(Model):
    """A published count of nonzeros over several layers whose own counts are not known."""

    layers: Annotated[tuple[LayerName, ...], Listed, Field(min_length=1, max_length=MOST_LAYERS)]
    """The layers whose weights it sums up, not their biases."""
    nonzero: KnownAmount
    """Nonzero values of all of them together, or bounds: published figures are often rounded."""

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the most that it can be."""
        if isinstance(self.nonzero, Between):
            most = self.nonzero.at_most
            return self.nonzero.at_least, sys.maxsize if most is None else most
        return self.nonzero, self.nonzero


class Addend(Model):
    """What some layers add to a published total."""

    of: Literal["nonzeros", "products"]
    """Their nonzero weights, or their products: each weight once for every output position (R1)."""
    times: Quantity = 1
    """What each of them adds, for example the bits it was counted at."""
    layers: Annotated[tuple[LayerName, ...], Listed, Field(min_length=1, max_length=MOST_LAYERS)]
    """The layers."""


class PublishedTotal(Model):
    """A published figure, such as stored bits or operations, that unknown nonzeros add up to.

    It is stated as the entrant counts, less all that does not depend on these nonzeros.
    """

    what: Text
    """What was published, and where."""
    at_least: Quantity
    """The least that the layers add up to: figures are published rounded."""
    at_most: Quantity
    """The most."""
    sum: Annotated[tuple[Addend, ...], Listed, Field(min_length=1, max_length=1000)]
    """What it is the sum of."""


class Network(Model):
    """The network, as the entrant's program executes it."""

    input: Shape
    """Shape of one example: `[channels, height, width]` or `[features]`."""
    sections: dict[Identifier, Times] = Field(default_factory=dict, max_length=1000)
    """Expected executions per example of parts of the network (M2), by the name in `section`."""
    one_of: Annotated[
        tuple[Annotated[tuple[Identifier, ...], Listed, Field(min_length=2)], ...],
        Listed,
        Field(max_length=1000),
    ] = ()
    """Sections of which exactly one is executed: their executions sum to one."""
    nonzero_totals: Annotated[tuple[NonzeroTotal, ...], Listed, Field(max_length=1000)] = ()
    """Counts of nonzeros that are only known for several layers together."""
    published_totals: Annotated[tuple[PublishedTotal, ...], Listed, Field(max_length=100)] = ()
    """Figures of another kind that bound the nonzeros of several layers together."""
    layers: Annotated[tuple[Layer, ...], Listed, Field(min_length=1, max_length=MOST_LAYERS)]
    """The layers; each reads the one before it unless it says `from`."""


class Method(Model):
    """What a network was made with, in the words of `spec/techniques.yaml`."""

    framework: Identifier | None = None
    """The framework, for example `pytorch`."""
    techniques: Annotated[tuple[Identifier, ...], Listed, Field(max_length=100)] = ()
    """What made it small, for example `pruning`."""


class Manifest(Model):
    """One entry of a MicroNet challenge."""

    manifest: Annotated[int, Field(ge=1, le=1)]
    """Version of this language."""
    challenge: Identifier
    """Id of the challenge, for example `micronet-2019`."""
    task: Identifier
    """Id of a task of the challenge, for example `cifar100`."""
    name: Text
    """Name of the entry."""
    submitted: Instant
    """Date, or instant with its zone, of the submission (E6)."""
    status: Literal["entered", "withdrawn"] = "entered"
    """Whether the entry still competes; what is withdrawn does not count for its people (E1)."""
    team: Team
    """The people (E1)."""
    repository: Repository | None = None
    """The code (E5)."""
    training: Training | None = None
    """What shaped the weights (E3, E4)."""
    method: Method | None = None
    """What it was made with."""
    quality: Annotated[Quality | Literal["unknown"], ByForm()] | None = None
    """Quality on the test set (T1), or `unknown` where nobody published it."""
    claims: Claims | None = None
    """The entrant's own figures."""
    checkpoint: Annotated[Checkpoint | Literal["unknown"], ByForm()] | None = None
    """The trained network (E5), or `unknown` where nobody knows what was entered."""
    numerics: Numerics = Numerics()
    """Number formats."""
    model: Annotated[Network | Literal["unpublished"], ByForm()]
    """The network, or `unpublished`: then the entry stays on the board without a recount."""

    @property
    def network(self) -> Network:
        """The network of an entry that published it."""
        assert isinstance(self.model, Network)
        return self.model

    @property
    def stated_quality(self) -> Quality | None:
        """The quality, if it is stated and known."""
        return self.quality if isinstance(self.quality, Quality) else None
