"""`micronet lint --fix`: changes of the text that settle findings, and nothing else touched."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from micronet_spec.document import Document, parse
from micronet_spec.document.rewrite import Rewrite
from micronet_spec.finding import Finding, Fix, Label
from micronet_spec.fix import WriteError, fixed, write

if TYPE_CHECKING:
    from tests.conftest import Made, Run

MISSPELT = "{name: conv, op: conv2d, out: 4, kernal: 3}   # kernal, as in colonel"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mine.yaml"


def save(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return text


def test_a_misspelt_key_is_mended_and_its_comment_stays(
    path: Path, manifest: "Made", micronet: "Run"
) -> None:
    before = save(path, manifest(layers=[MISSPELT]))
    ran = micronet("lint", path)
    assert ran.code == 1
    assert ran.out.endswith("1 can be mended with --fix; --diff shows how\n")
    ran = micronet("lint", path, "--fix")
    assert (ran.code, ran.err) == (0, "")
    assert path.read_text(encoding="utf-8") == before.replace("kernal: 3", "kernel: 3")
    assert "no findings in 1 file" in ran.out


def test_what_would_be_written_is_shown_first(
    path: Path, manifest: "Made", micronet: "Run"
) -> None:
    before = save(path, manifest(layers=[MISSPELT]))
    ran = micronet("lint", path, "--diff", "--fix")
    assert ran.code == 1
    assert f"-    - {MISSPELT}\n+    - {MISSPELT.replace('kernal:', 'kernel:')}\n" in ran.out
    assert path.read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("claim", "options", "after"),
    [
        ("0.00001472", ["--fix"], "0.00001473"),  # cut off, not rounded
        ("0.0000147", ["--fix"], "0.0000147"),
        ("0.00002472", ["--fix"], "0.00002472"),  # another number
        ("0.00002472", ["--fix", "--unsafe-fixes"], "0.00001473"),
        ("1", ["--fix", "--unsafe-fixes"], "1"),  # no digit of it could be right
    ],
)
def test_a_claim_is_rounded_as_it_is_written(  # noqa: PLR0913, PLR0917 - fixtures and cases
    claim: str, options: list[str], after: str, path: Path, manifest: "Made", micronet: "Run"
) -> None:
    save(path, manifest(claims=f"{{score: {claim}}}"))
    micronet("lint", path, *options)
    assert f"claims: {{score: {after}}}\n" in path.read_text(encoding="utf-8")


def test_a_key_that_could_be_two_is_not_mended_unasked(
    path: Path, manifest: "Made", micronet: "Run"
) -> None:
    before = save(path, manifest(claims="{storage_term: 0.0000139, op_terms: 0.0000008}"))
    micronet("lint", path, "--fix")
    assert path.read_text(encoding="utf-8") == before.replace("op_terms", "ops_term")
    before = save(path, manifest(layers=["{name: a, op: add, from: input, outpu: 4}"]))
    micronet("lint", path, "--fix")
    assert path.read_text(encoding="utf-8") == before


def test_a_byte_order_mark_and_line_ends_stay(
    path: Path, manifest: "Made", micronet: "Run"
) -> None:
    text = manifest(layers=[MISSPELT]).replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    micronet("lint", path, "--fix")
    expected = b"\xef\xbb\xbf" + text.replace("kernal: 3", "kernel: 3").encode()
    assert path.read_bytes() == expected


def test_a_link_is_not_written_through(
    path: Path, tmp_path: Path, manifest: "Made", micronet: "Run"
) -> None:
    other = tmp_path / "other.yaml"
    before = save(other, manifest(layers=[MISSPELT]))
    path.symlink_to(other)
    ran = micronet("lint", path, "--fix")
    assert ran.code == 2
    assert "symbolic link" in ran.err
    assert other.read_text(encoding="utf-8") == before


def test_a_diff_is_no_json(path: Path, manifest: "Made", micronet: "Run") -> None:
    save(path, manifest())
    assert micronet("lint", path, "--diff", "--format", "json").code == 2


def finding(document: Document, *changes: tuple[int, int, str], safe: bool = True) -> Finding:
    fix = Fix(tuple(Rewrite(*change) for change in changes), safe=safe)
    return Finding("MN101", "wrong", Label(document, ()), fix=fix)


def test_of_changes_that_meet_the_first_is_made() -> None:
    document = parse("abc: def")
    found = [finding(document, (0, 3, "x")), finding(document, (2, 4, "y"), (5, 8, "z"))]
    assert fixed(document, found).text == "x: def"
    assert fixed(document, found).count == 1


def test_unsafe_changes_are_made_when_they_are_wanted() -> None:
    document = parse("abc: def")
    found = [finding(document, (0, 3, "x"), safe=False)]
    assert fixed(document, found).count == 0
    assert fixed(document, found, unsafe=True).text == "x: def"


def test_changes_that_break_the_file_are_not_made() -> None:
    document = parse("abc: def\nx: 1")
    assert fixed(document, [finding(document, (9, 10, "abc"))]).text == document.text


def test_findings_about_another_file_are_left() -> None:
    document, other = parse("abc: def"), parse("abc: def")
    assert fixed(document, [finding(other, (0, 3, "x"))]).count == 0


def test_what_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="no such file"):
        write(tmp_path / "absent" / "mine.yaml", "")


WIDE = """\
manifest: 1
challenge: micronet-2019
task: cifar100
name: "\u738b\u4f1f \U0001f600"
submitted: 2019-10-01
team: {name: "\U0001d4b2", membrs: [{name: "Zo\u00eb \U0001f600", gihub: zoe}]}  # wide \U0001f600
training: {data: [cifar100/train], start_weights: none}
repository: {url: "https://example.org/code", license: MIT}
quality: {top1_correct: 8050}
claims: {storage_tern: 0.0000139}
checkpoint: {file: model.pt}
model:
  input: [3, 8, 8]
  layers:
    - {name: conv, op: conv2d, out: 4, kernal: 3, weigth: {tensr: "\u738b"}}   # kernal \u738b
    - nam: pool   # of nam
      op: global_avg_pool
    - {name: fc, op: linear, out: 100}
"""
MISSPELT_KEYS = {
    "membrs": "members",
    "gihub": "github",
    "storage_tern": "storage_term",
    "kernal:": "kernel:",
    "weigth": "weight",
    "tensr": "tensor",
    "- nam:": "- name:",
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_many_keys_in_any_style_and_script_are_mended_at_once(
    line_end: str, path: Path, micronet: "Run"
) -> None:
    before = WIDE.replace("\n", line_end)
    path.write_bytes(before.encode())
    shown = micronet("lint", path, "--diff").out
    assert "\r" not in shown
    assert "\ufffd" not in shown
    micronet("lint", path, "--fix")
    after = before
    for wrong, right in MISSPELT_KEYS.items():
        after = after.replace(wrong, right)
    assert path.read_bytes().decode() == after
    assert micronet("lint", path, "--fix").code == 0
    assert path.read_bytes().decode() == after, "mended twice"


def test_a_key_is_not_mended_into_one_that_is_there(
    path: Path, manifest: "Made", micronet: "Run"
) -> None:
    before = save(path, manifest(layers=["{name: a, op: linear, out: 4, outt: 5}"]))
    micronet("lint", path, "--fix", "--unsafe-fixes")
    assert path.read_text(encoding="utf-8") == before


def test_an_anchor_stays(path: Path, manifest: "Made", micronet: "Run") -> None:
    before = save(path, manifest(name="&a Example", layers=[MISSPELT]))
    ran = micronet("lint", path, "--fix")
    assert (ran.code, "MN006" in ran.out) == (1, True)
    assert path.read_text(encoding="utf-8") == before.replace("kernal: 3", "kernel: 3")


def test_a_read_only_file_stays(path: Path, manifest: "Made", micronet: "Run") -> None:
    before = save(path, manifest(layers=[MISSPELT]))
    path.chmod(0o444)
    ran = micronet("lint", path, "--fix")
    assert (ran.code, "the file is read-only" in ran.err) == (2, True)
    assert path.read_text(encoding="utf-8") == before


def test_permissions_stay_and_nothing_else_is_left(
    path: Path, manifest: "Made", micronet: "Run"
) -> None:
    save(path, manifest(layers=[MISSPELT]))
    path.chmod(0o640)
    assert micronet("lint", path, "--fix").code == 0
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(path.parent.iterdir()) == [path]


def test_a_planted_link_is_not_followed(path: Path, manifest: "Made", micronet: "Run") -> None:
    save(path, manifest(layers=[MISSPELT]))
    planted = path.with_name(f".{path.name}.new")
    planted.symlink_to(path.with_name("precious"))
    assert micronet("lint", path, "--fix").code == 0
    assert not path.with_name("precious").exists()


def test_the_digest_of_another_file_is_only_perhaps_meant(
    path: Path, manifest: "Made", micronet: "Run"
) -> None:
    path.with_name("counts.json").write_text("[3, 4, 5, 6]", encoding="utf-8")
    nonzero = f"nonzero: {{file: counts.json, sha256: {'0f' * 32}}}"
    layer = f"{{name: conv, op: conv2d, out: 4, kernel: 3, weight: {{store: mask, {nonzero}}}}}"
    before = save(path, manifest(layers=[layer]))
    assert micronet("lint", path, "--fix").code == 1
    assert path.read_text(encoding="utf-8") == before
    assert micronet("lint", path, "--fix", "--unsafe-fixes").code == 0
