"""All entries of an audit against their checkpoints, or against earlier evidence of them."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from micronet_spec.board.published import board_of
from micronet_spec.checkpoint.budget import Budget, default_budget
from micronet_spec.checkpoint.request import Request
from micronet_spec.entry.entry import Entry, load_entry
from micronet_spec.finding import Looked
from micronet_spec.manifest.entry import Checkpoint
from micronet_spec.verify.compare import Verification, compare, verdict_of
from micronet_spec.verify.evidence import Contents, Evidence, Verdict
from micronet_spec.verify.findings import findings
from micronet_spec.verify.records import RecordError, load_evidence
from micronet_spec.verify.run import Source, verify

Verified = dict[Path, Verification]
"""What is concluded of the entry of each manifest."""


class Checkpoints:
    """The files of a folder, found by what a manifest says of its checkpoint."""

    def __init__(self, folder: Path, budget: Budget | None = None) -> None:
        """Look for files at `folder`, not below it; links are not followed."""
        self._budget = budget or default_budget()
        self._files = [
            it for it in sorted(folder.iterdir()) if it.is_file() and not it.is_symlink()
        ]
        self._digests: dict[Path, str] = {}

    def __call__(self, entry: Entry) -> Source:
        """Return the file of an entry: that of its digest, else that of its name."""
        declared = entry.manifest.checkpoint if entry.has("checkpoint") else None
        if not isinstance(declared, Checkpoint):
            return Source()
        path = next(self._candidates(declared), None)
        return Source(Request(path, self._budget)) if path else Source()

    def _candidates(self, declared: Checkpoint) -> Iterator[Path]:
        if declared.sha256:
            sizes = {declared.bytes, None}
            for path in self._files:
                size = path.stat().st_size if declared.bytes else None
                if size in sizes and self._digest(path) == declared.sha256:
                    yield path
        name = Path(declared.file).name
        yield from (path for path in self._files if path.name == name)

    def _digest(self, path: Path) -> str:
        if path not in self._digests:
            with path.open("rb") as file:
                self._digests[path] = hashlib.file_digest(file, "sha256").hexdigest()
        return self._digests[path]


class Records:
    """The evidence records of a folder, found by the digest of a checkpoint or of a manifest."""

    def __init__(self, folder: Path) -> None:
        """Read every `*.json` of `folder`; `problems` says which are no records."""
        self.problems: list[str] = []
        self._records: dict[str, Evidence] = {}
        for path in sorted(folder.glob("*.json")):
            try:
                record = load_evidence(path)
            except RecordError as error:
                self.problems.append(str(error))
                continue
            for file in (record.checkpoint, record.manifest):
                if file and file.sha256:
                    self._records.setdefault(file.sha256, record)

    def __call__(self, entry: Entry) -> Source:
        """Return the record of an entry: of the checkpoint it names, else of its manifest."""
        declared = entry.manifest.checkpoint if entry.has("checkpoint") else None
        digest = getattr(declared, "sha256", None)
        text = hashlib.sha256(entry.document.text.encode()).hexdigest()
        return Source(evidence=self._records.get(digest or "") or self._records.get(text))


class Verifier:
    """Verifies entries as an audit asks for it, and keeps what it concludes.

    Whatever one entry does, the others are verified.
    """

    def __init__(self, source_of: Callable[[Entry], Source], board_date: str | None = None) -> None:
        """Take files or records from `source_of`; ranks are those of `board_date`."""
        self.verified: Verified = {}
        self._source_of = source_of
        self._board_date = board_date

    def __call__(self, entry: Entry) -> Looked:
        """Return what an entry's checkpoint shows."""
        verification = self._verified(entry)
        self.verified[entry.document.path] = verification
        return verification.looked

    def _verified(self, entry: Entry) -> Verification:
        path = entry.document.path
        try:
            # An audit keeps outlines of entries; of a link it has read nothing.
            whole = entry if path.is_symlink() else load_entry(path, entry.challenges)
            source = replace(self._source_of(whole), board=board_of(path, self._board_date))
            verification, _ = verify(whole, source)
        except Exception as error:  # noqa: BLE001 - our mistake on one file must not end an audit
            reason = f"{type(error).__name__}: {error}"
            comparison = compare(entry, None, Contents(verdict=Verdict.CRASHED, reason=reason))
            found = tuple(findings(comparison))
            return Verification(comparison, found, verdict_of(comparison, found))
        return verification
