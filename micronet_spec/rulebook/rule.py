"""What is known of a rule: the front matter of its page."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Severity(StrEnum):
    """How bad a finding is, worst first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Rule(BaseModel):
    """One rule, as the front matter of its page says it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, Field(pattern=r"^[A-Z]{2,8}\d{3}$")]
    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    severity: Severity
    confidence: Literal["certain", "review"]
    """`certain`: what is found proves itself; `review`: a person has to judge."""
    clauses: tuple[str, ...] = ()
    """Ids of texts in `<challenge>/clauses.yaml`; none where the rule is the language's own."""
    scope: Literal["document", "entry", "layer", "board", "evidence"]
    """What is looked at: a file, an entry, a layer, all entries together, or a checkpoint."""
    check: str
    """Who looks: `python`, a function in `micronet_spec/rules/`; or what finds it on the way:
    `reading` a file, building the `graph`, or the `counter`."""
    waivable: bool = True
    """Whether organizers may set a finding aside."""
    unranks: str | None = None
    """What an entry is that has such a finding and so has no rank, such as `late`."""
    help: str
    """How to fix it, in one line; a finding may say it more exactly."""
