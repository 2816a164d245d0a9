"""What makes a function a rule."""

from collections.abc import Callable, Iterator, Sequence
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
        return _name(self.function)

    def __call__(self, entry: Entry) -> Iterator[Finding]:
        """Yield what the rule finds."""
        return self.function(entry)


@dataclass(frozen=True)
class BoardCheck:
    """A rule about all entries together.

    A finding belongs to the entry whose manifest its primary label is in.
    """

    function: Callable[[Sequence[Entry]], Iterator[Finding]]
    needs: tuple[str, ...]
    """What an entry must have to be looked at (`Entry.has`)."""

    @property
    def name(self) -> str:
        """The name of the function."""
        return _name(self.function)

    def __call__(self, entries: Sequence[Entry]) -> Iterator[Finding]:
        """Yield what the rule finds."""
        return self.function([entry for entry in entries if entry.has(*self.needs)])


def check(
    *needs: str, unless: tuple[str, ...] = ()
) -> Callable[[Callable[[Entry], Iterator[Finding]]], Check]:
    """Make a function a rule that is asked of entries that have `needs`."""

    def decorate(function: Callable[[Entry], Iterator[Finding]]) -> Check:
        return Check(function, needs, unless)

    return decorate


def board_check(
    *needs: str,
) -> Callable[[Callable[[Sequence[Entry]], Iterator[Finding]]], BoardCheck]:
    """Make a function a rule that is asked once, of all entries that have `needs`."""

    def decorate(function: Callable[[Sequence[Entry]], Iterator[Finding]]) -> BoardCheck:
        return BoardCheck(function, needs)

    return decorate


def _name(function: Callable[..., object]) -> str:
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
