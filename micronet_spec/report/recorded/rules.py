"""The rules that an audit applied: challenges, clauses and pages."""

from pydantic import Field

from micronet_spec.report.recorded.base import Recorded


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


class Page(Recorded):
    """A rule: what its page says."""

    code: str
    name: str
    severity: str
    confidence: str
    clauses: list[str]
    sections: dict[str, str]
