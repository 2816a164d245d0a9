"""What is known of a rule: the front matter of its page."""

import re
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

CODE = re.compile(r"[A-Z]{2,8}\d{3}")
"""The form of the code of a rule."""
PYTHON = "python"
EVIDENCE = "evidence"
"""The scope of what is not seen in a manifest."""
BUILT_IN = frozenset({"reading", "graph", "counter", "quality", "checkpoint", "waivers"})
"""Who finds what no rule looks for."""


class Severity(StrEnum):
    """How bad a finding is, worst first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Rule(BaseModel):
    """One rule, as the front matter of its page says it."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    code: Annotated[str, Field(pattern=f"^{CODE.pattern}$")]
    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    severity: Severity
    confidence: Literal["certain", "review"]
    """`certain`: what is found proves itself; `review`: a person has to judge."""
    clauses: tuple[str, ...] = ()
    """Ids of texts in `<challenge>/clauses.yaml`; none where the rule is the language's own."""
    scope: Literal["document", "entry", "layer", "board", "evidence"]
    """What is looked at: a file, an entry, a layer, all entries together, or a checkpoint."""
    check: str
    """Who looks: `python`, the function of the rule's name in `micronet_spec/rules/`; what finds
    it on the way, `reading` a file, building the `graph`, the `counter`, proving the `quality`, or
    holding an entry against its `checkpoint`; else an expression that is true of a sound entry."""
    requires: tuple[str, ...] = ()
    """Sections that must be valid and parts that must be known; rules that must have found
    nothing; stages, such as `MN2`, that must have found no error."""
    message: str | None = None
    """What an expression that is not true says; `${...}` is an expression."""
    route: str | None = None
    """Where the caret of an expression goes, such as `repository.license`."""
    waivable: bool = True
    """Whether organizers may set a finding aside."""
    unranks: str | None = None
    """What an entry is that has such a finding and so has no rank, such as `late`."""
    help: str
    """How to fix it, in one line; a finding may say it more exactly."""

    @property
    def function(self) -> str:
        """The name of the function that checks it, if one does."""
        return self.name.replace("-", "_")

    @property
    def is_expression(self) -> bool:
        """Whether an expression checks it."""
        return self.check not in BUILT_IN | {PYTHON} and not CODE.fullmatch(self.check)
