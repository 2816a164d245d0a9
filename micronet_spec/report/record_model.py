"""The record of an audit as a reader may rely on it: its JSON Schema, and reading one from a file.

Later programs of the same version may write further keys; a reader ignores what it does not know.
"""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from micronet_spec.document.source import UnreadableError, read_bytes
from micronet_spec.report.record import FORMAT

RECORD_BYTES = 1024 * 1024 * 1024
"""The largest record that is read; that of the 55 entries of 2019 has some MB."""

Exact = int | Annotated[str, Field(pattern=r"^-?[0-9]{1,1000}(/[1-9][0-9]{0,999})?$")]
"""An integer, or a fraction as `p/q`."""
Decimals = Annotated[
    str,
    Field(
        pattern=r"^[-+]?[0-9]{1,200}(\.[0-9]{1,4000})?([eE](-[0-9]{1,4}|[+]?[0-9]{1,2}))?$",
    ),
]
"""A number with the digits it was written with."""
Range = tuple[int, int] | None
Mark = Literal["yes", "possible", "no"] | None


class RecordError(Exception):
    """A file that is no record of an audit, or one that this version cannot read."""


class Recorded(BaseModel):
    """A part of a record."""

    model_config = ConfigDict(
        frozen=True, use_attribute_docstrings=True, allow_inf_nan=False, regex_engine="python-re"
    )


class Tool(Recorded):
    """The program that wrote a record."""

    name: str
    version: str


class Input(Recorded):
    """A file that was read."""

    file: str
    sha256: str | None
    """Digest of its bytes; null for one that could not be read."""


class Spec(Recorded):
    """The rules that were applied."""

    sha256: str
    """Digest of the rules' pages and of the files of the challenges."""


class Baseline(Recorded):
    """What scores 2."""

    parameters: int = Field(gt=0)
    operations: int = Field(gt=0)
    network: str | None = None


class Target(Recorded):
    """The quality an entry must reach."""

    metric: str
    target: int


class Task(Recorded):
    """A task of a challenge."""

    title: str
    quality: Target
    baseline: Baseline


class Clause(Recorded):
    """A clause of the rules, or a reading of them."""

    title: str
    text: str


class Challenge(Recorded):
    """The constants and the rules of a challenge."""

    title: str
    edition: str
    rules: str
    unit_bits: int = Field(gt=0)
    entry_limit: int
    tasks: dict[str, Task]
    clauses: dict[str, Clause]


class Place(Recorded):
    """A place in a file."""

    file: str
    line: int
    column: int
    end_column: int


class Related(Place):
    """A further place that matters to a finding."""

    text: str


class Waived(Recorded):
    """Why a finding is set aside, who decided it, and on which day."""

    reason: str
    decided_by: str
    date: str


class Finding(Place):
    """One thing wrong, or to be looked at."""

    code: str
    name: str
    severity: Literal["error", "warning", "note"]
    confidence: str
    clauses: list[str]
    message: str
    entry: str | None
    """The entry; null for a file beside the entries."""
    effect: float | None
    """What settling it adds to the score."""
    storage_effect: float | None = None
    """What of that is storage; null where only the score is known."""
    math_effect: float | None = None
    """What of that is math operations."""
    rank_before: int | None = None
    """The rank on the published board; null without an effect, a board, or a rank."""
    rank_after: int | None = None
    """The rank that settling it gives."""
    effect_text: str | None = None
    """All of that in words."""
    help: str
    snippet: str
    """The lines of the file, with carets under every place."""
    waived: Waived | None = None
    related: list[Related]


class Member(Recorded):
    """A person of a team."""

    name: str | None = None
    github: str | None = None
    orcid: str | None = None
    ids: dict[str, str] = Field(default_factory=dict)
    affiliation: str | None = None
    note: str | None = None


class Team(Recorded):
    """The people behind an entry."""

    name: str
    affiliation: str | None = None
    members: Literal["unknown"] | list[Member]


class Repository(Recorded):
    """Where the code is."""

    url: str
    commit: str | None = None
    license: str | None = None


class Method(Recorded):
    """What a network was made with, in the words of `spec/techniques.yaml`."""

    framework: str | None = None
    techniques: list[str] = Field(default_factory=list)


class Methods(Recorded):
    """How many entries say that they were made with what."""

    entries: int
    """Entries that say anything."""
    frameworks: dict[str, int]
    techniques: dict[str, int]


class Checkpoint(Recorded):
    """The trained network as a file."""

    file: str
    sha256: str | None = None
    bytes: int | None = None


class Claims(Recorded):
    """The entrant's own figures, with the digits they were published with."""

    score: Decimals | None = None
    storage_term: Decimals | None = None
    ops_term: Decimals | None = None
    source: str | None = None


class Score(Recorded):
    """A score of one date."""

    date: str
    score: Decimals
    origin: str | None = None
    """What of the entry's own figures gives it."""


class Board(Recorded):
    """The row of an entry on the published board."""

    position: int
    name: str
    affiliation: str
    score: Decimals
    """The score of the date that the audit is about."""
    scores: list[Score]
    """The scores of every date, the latest last."""
    marks: str
    verified: bool
    missed_target: bool


class Figure(Recorded):
    """A term of the score: the least and the most that it can be."""

    bits: tuple[Exact, Exact]
    term: tuple[float, float]


class Layer(Recorded):
    """What one layer costs, completed low where counts are unknown."""

    layer: str
    op: str
    stored_bits: Exact
    op_bits: Exact
    most_stored_bits: Exact | None = None
    """Completed high; left out where every count is known."""
    most_op_bits: Exact | None = None
    share: float
    """Its part of the score."""


class Difference(Recorded):
    """Where one part of one layer, or of a total, leaves the entrant's own count, and why."""

    layer: str
    """Empty for what the entrant does not count by layer."""
    op: str
    """The op; of a total, how many layers it is of."""
    part: Literal["storage", "multiplies", "adds", "operations"]
    """The part; `operations` are multiplies and adds in one total."""
    claimed_bits: Exact
    recounted_bits: Exact
    """Where counts are unknown, in the network that costs the least."""
    effect: float
    cause: str
    layers: list[str] = Field(default_factory=list)
    """The layers of a total."""
    most_recounted_bits: Exact | None = None
    """In the network that costs the most; left out where it is the same."""
    most_effect: float | None = None


class Share(Recorded):
    """What one part of all layers of one op, or of a total, adds for one cause."""

    what: str
    cause: str
    effect: float
    """Where counts are unknown, in the network that costs the least."""
    most_effect: float
    """In the network that costs the most."""

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the most that it adds."""
        return min(self.effect, self.most_effect), max(self.effect, self.most_effect)


class Marks(Recorded):
    """Whether a row is among the tenth with the smallest storage (S) and operations (C)."""

    S: Mark
    C: Mark


class Standing(Recorded):
    """Where a row stands in its task: best and worst rank."""

    published: Range
    """By the published score."""
    recounted: Range
    """By the recount; what nobody can recount stands by its published score."""
    moves: bool
    """Whether the recount surely changes its rank."""
    claimed_marks: Marks
    recounted_marks: Marks


class Entry(Recorded):
    """An entry."""

    entry: str
    """Task and file name."""
    name: str
    task: str | None
    file: str
    kind: Literal["recounted", "bounded", "board figures only", "not counted"]
    status: str
    rank: int | None
    """The best rank by the rulebook among the entries that are counted and compete."""
    rank_range: Range
    best_of_team: Mark
    """Whether its team is ranked by it (E2); possible where that is not known."""
    rulebook: float | None
    """The score by the rulebook; the least where counts are unknown."""
    interval: tuple[float, float] | None
    rulebook_exact: tuple[Exact, Exact] | None
    rulebook_with_32_bit_additions: float | None
    claimed: float | None
    published: float | None
    published_is: str | None = None
    """What of the entry's own figures gives the published score."""
    difference: float | None
    own_counts: float | None
    """What the entrant's own counts, layer by layer, add up to."""
    quality: str | None
    meets_target: bool | None
    lacks: float | None
    """What an entry that misses the target lacks of it, in percent or as perplexity."""
    findings: dict[str, int]
    """How many findings there are of each severity, without the waived ones."""
    waived: int
    """How many findings the organizers set aside."""
    submitted: str | None
    team: Team | None
    repository: Repository | None
    method: Method | None = None
    claims: Claims | None
    checkpoint: Checkpoint | Literal["unknown"] | None
    board: Board | None
    storage: Figure | None
    math_ops: Figure | None
    layers: list[Layer]
    differences: list[Difference]
    shares: list[Share]
    """The differences by op, part and cause, largest first."""
    standing: Standing


class Verification(Recorded):
    """What was concluded of an entry's checkpoint."""

    entry: str
    verdict: str
    measured: float | None
    """The score by what the file really holds."""
    interval: tuple[float, float] | None = None
    """The least and the most that it can be."""
    checkpoint: str | None
    """Digest of the file."""


class Statement(Recorded):
    """What was stated of a board, and what its rows say."""

    what: str
    task: str | None
    value: int
    source: str
    found: float | None
    counted: float | None
    """By the recount, at least."""
    named: int | None = None
    """Of organizations, how many rows of the board name theirs."""
    rows: int | None = None
    """Of how many."""


class TaskShare(Recorded):
    """What a person has in one task."""

    challenge: str
    task: str
    limit: int
    standing: list[str]
    undecided: list[str]
    fallen: list[str]
    slots_left: int


class PublicId(Recorded):
    """An id at a public site."""

    site: str
    id: str


class Person(Recorded):
    """A person over all teams."""

    person: str
    names: list[str]
    ids: list[PublicId]
    tasks: list[TaskShare]


class People(Recorded):
    """The persons, and what cannot be known of them."""

    people: list[Person]
    without_id: int
    memberships_of_nobody: int


class Page(Recorded):
    """A rule: what its page says."""

    code: str
    name: str
    severity: str
    confidence: str
    clauses: list[str]
    sections: dict[str, str]


class Record(Recorded):
    """An audit: all that any format needs, without the inputs."""

    format: Literal["micronet-audit/1"]
    """Version; another number means that keys were removed or mean something else."""
    tool: Tool
    spec: Spec
    inputs: list[Input]
    edition: str | None
    rules: str | None
    board_date: str | None = None
    """The date of the published scores, if one was asked for; else they are the latest."""
    challenges: dict[str, Challenge]
    entries: list[Entry]
    methods: Methods | None = None
    kinds: dict[str, int] = Field(default_factory=dict)
    """How many entries are `recounted`, `bounded`, `board figures only` or `not counted`."""
    statements: list[Statement] = Field(default_factory=list)
    verifications: list[Verification] = Field(default_factory=list)
    """Of an audit with checkpoints or evidence."""
    people: People
    findings: list[Finding]
    pages: list[Page]


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a record."""
    schema = Record.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "MicroNet audit",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def load_record(path: Path) -> Record:
    """Return the record at `path`. Raises `RecordError`."""
    try:
        values = json.loads(read_bytes(path, RECORD_BYTES))
    except UnreadableError as error:
        raise RecordError(f"{path}: {error}") from None
    except (ValueError, RecursionError):
        raise RecordError(f"{path}: not JSON") from None
    written = values.get("format") if isinstance(values, dict) else None
    if written != FORMAT:
        raise RecordError(f"{path}: {_other_format(written)}")
    try:
        return Record.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise RecordError(f"{path}: no record of an audit: {where}: {first['msg']}") from None


def _other_format(written: object) -> str:
    name, version = FORMAT.split("/")
    found, _, number = written.partition("/") if isinstance(written, str) else ("", "", "")
    if found == name and number.isdecimal() and int(number) > int(version):
        return f"written by a newer version ({written}); this one reads {FORMAT}: update it"
    return f"no record of an audit (`micronet audit --format json`): its `format` is not {FORMAT}"
