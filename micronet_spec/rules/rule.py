"""What makes a function a rule."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from micronet_spec.entry import Entry
from micronet_spec.finding import Finding


@dataclass(frozen=True)
class Check:
    """A rule's function, and when it can be asked."""

    function: Callable[[Entry], Iterator[Finding]]
    needs: tuple[str, ...]
    """What the entry must have (`Entry.has`)."""
    unless: tuple[str, ...]
    """Stages of codes, such as `MN2`; an error of one of them would cause this finding too."""

    @property
    def name(self) -> str:
        """The name of the function."""
        return f"{self.function.__module__.rpartition('.')[2]}.{self.function.__name__}"

    def __call__(self, entry: Entry) -> Iterator[Finding]:
        """Yield what the rule finds."""
        return self.function(entry)


def check(
    *needs: str, unless: tuple[str, ...] = ()
) -> Callable[[Callable[[Entry], Iterator[Finding]]], Check]:
    """Make a function a rule that is asked of entries that have `needs`."""

    def decorate(function: Callable[[Entry], Iterator[Finding]]) -> Check:
        return Check(function, needs, unless)

    return decorate
