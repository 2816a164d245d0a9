"""About the file as a whole: is it the one, and was it read."""

from collections.abc import Iterator

from micronet_spec.finding import Finding
from micronet_spec.manifest.entry import Checkpoint
from micronet_spec.verify.compare import Comparison
from micronet_spec.verify.evidence import Verdict
from micronet_spec.verify.findings.about import at_checkpoint

UNREAD = {Verdict.REFUSED: "MN703", Verdict.CRASHED: "MN705", Verdict.ABSENT: "MN706"}


def unread(comparison: Comparison) -> Finding:
    """MN703, MN705, MN706: nothing was read."""
    contents = comparison.contents
    return Finding(UNREAD[contents.verdict], contents.reason, at_checkpoint(comparison))


def uncounted(comparison: Comparison) -> Finding:
    """MN704: nothing to compare with."""
    message = "the manifest cannot be counted, so that nothing is compared"
    label, settle = comparison.entry.at("name"), "settle the errors of the manifest first"
    return Finding("MN704", message, label, help=settle)


def file(comparison: Comparison) -> Iterator[Finding]:
    """MN701: another file than the manifest's; MN702: no digest; MN704: not all was read."""
    declared, file = _declared(comparison), comparison.checkpoint
    if declared and file:
        wrong = [
            (key, f"the file has {found}")
            for key, found in (("sha256", file.sha256), ("bytes", file.bytes))
            if found is not None and getattr(declared, key) not in {None, found}
        ]
        labels = [at_checkpoint(comparison, key, text) for key, text in wrong]
        if labels:
            message = f"`{file.name}` is not the file that the manifest names"
            yield Finding("MN701", message, labels[0], tuple(labels[1:]))
    if file and not (declared and declared.sha256):
        message = "the manifest gives no digest: nothing says that this is the file"
        label = at_checkpoint(comparison)
        yield Finding("MN702", message, label, help=f"write `sha256: {file.sha256}`")
    if comparison.contents.verdict is Verdict.INCOMPLETE:
        yield Finding("MN704", comparison.contents.reason, at_checkpoint(comparison))


def _declared(comparison: Comparison) -> Checkpoint | None:
    entry = comparison.entry
    declared = entry.manifest.checkpoint if entry.has("checkpoint") else None
    return declared if isinstance(declared, Checkpoint) else None
