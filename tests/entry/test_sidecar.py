"""Nonzeros in a file beside the manifest: counted like a list, and held to their digest."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from micronet_spec.audit.audit import lint

if TYPE_CHECKING:
    from micronet_spec.entry.entry import Entry
    from micronet_spec.finding import Finding
    from tests.conftest import Made

COUNTS = b'{"fc": [5, 0, 7], "other": [1]}'
DIGEST = hashlib.sha256(COUNTS).hexdigest()


def linted(folder: Path, manifest: "Made", nonzero: str) -> "tuple[Entry, list[Finding]]":
    path = folder / "entry.yaml"
    layer = f"{{name: fc, op: linear, out: 3, weight: {{store: mask, nonzero: {nonzero}}}}}"
    path.write_text(manifest(layers=[layer]), encoding="utf-8")
    return lint(path)


def test_a_list_in_a_file_counts_like_one_in_the_manifest(tmp_path: Path, manifest: "Made") -> None:
    (tmp_path / "counts.json").write_bytes(COUNTS)
    stated = f"{{file: counts.json, sha256: {DIGEST}, tensor: fc}}"
    beside, findings = linted(tmp_path, manifest, stated)
    listed, _ = linted(tmp_path, manifest, "[5, 0, 7]")
    assert findings == []
    assert beside.score
    assert beside.score == listed.score


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        (f"{{file: none.json, sha256: {DIGEST}}}", "no such file"),
        (f"{{file: ../counts.json, sha256: {DIGEST}}}", "is not the name of a file beside"),
        (f"{{file: link.json, sha256: {DIGEST}, tensor: fc}}", "is not the name of a file beside"),
        (f"{{file: counts.json, sha256: {'a' * 64}}}", f"has the digest {DIGEST}"),
        (f"{{file: counts.json, sha256: {DIGEST}}}", "holds no such list"),
        (f"{{file: counts.json, sha256: {DIGEST}, tensor: x}}", "no list of counts for `x`"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_a_finding_at_its_name(
    tmp_path: Path, manifest: "Made", stated: str, message: str
) -> None:
    (tmp_path / "counts.json").write_bytes(COUNTS)
    (tmp_path / "link.json").symlink_to(tmp_path / "counts.json")
    entry, findings = linted(tmp_path, manifest, stated)
    [finding] = [finding for finding in findings if finding.code == "MN214"]
    assert message in finding.message
    span = finding.primary.span
    shown = entry.document.lines[span.line - 1][span.column - 1 : span.end - 1]
    assert shown in {"none.json", "../counts.json", "link.json", "counts.json"}
    assert entry.score is None


@pytest.mark.parametrize("data", [b"[" * 100_000, b"{", b"[1, -2, 3]", b"[1, true, 3]", b"[]"])
def test_what_is_no_list_of_counts_is_refused(
    tmp_path: Path, manifest: "Made", data: bytes
) -> None:
    (tmp_path / "counts.json").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    _, findings = linted(tmp_path, manifest, f"{{file: counts.json, sha256: {digest}}}")
    assert [finding.code for finding in findings] == ["MN214"]
