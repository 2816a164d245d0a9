"""What a checkpoint contradicts, one finding a kind: the tensors it is about are its labels."""

from collections.abc import Callable, Iterator

from micronet_spec.finding import Finding
from micronet_spec.verify.compare import Comparison
from micronet_spec.verify.findings import channels, counts, file, tensors, values

_CHECKS: tuple[Callable[[Comparison], Iterator[Finding]], ...] = (
    file.file,
    tensors.unmatched,
    tensors.undeclared,
    tensors.scales,
    tensors.sizes,
    tensors.shared,
    counts.nonzeros,
    counts.masks,
    values.widths,
    values.numbers,
    channels.channels,
)


def findings(comparison: Comparison) -> list[Finding]:
    """Return everything that the file contradicts, and what of it was not understood."""
    if comparison.contents.verdict in file.UNREAD:
        return [file.unread(comparison)]
    if comparison.entry.score is None:
        return [*file.file(comparison), file.uncounted(comparison)]
    return [finding for check in _CHECKS for finding in check(comparison)]
