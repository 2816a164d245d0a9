"""An entry as its rules see it: in Python, and in the variables of expressions."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from micronet_spec.entry.entry import Entry
from micronet_spec.rules.context import variables
from micronet_spec.rules.expression import context

if TYPE_CHECKING:
    import cel


@dataclass(frozen=True)
class Facts:
    """An entry, and what expressions see of it, made when the first of them asks."""

    entry: Entry

    @cached_property
    def context(self) -> "cel.Context":
        """What expressions see."""
        return context(variables(self.entry))
