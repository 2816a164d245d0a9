"""Whatever a stranger sends: no crash, no hang, nothing that acts, and the others still count."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Made, Run

HUGE = "9" * 401
LONG = "9" * 5_000
BOMB = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
)
WRONG_EVERYWHERE = """\
manifest: []
challenge: {a: 1}
task: 5
name: [name]
submitted: true
team: 7
repository: [url]
training: none
quality: 80
claims: claims
checkpoint: 1.5
numerics: [16-bit]
model: conv2d
"""
LAYERS_OF_ANY_KIND = "\n".join(
    f"    - {value}"
    for value in ("5", "text", "[]", "{}", "~", "{op: 5}", "{name: [], op: relu}", "{name: {}}")
)

# What each says instead of, or after, the text of a good manifest.
TEXTS = {
    "empty": "",
    "blank": "\n\n   \n",
    "comment": "# nothing\n",
    "not yaml": "a: [1, 2\nb: }\n",
    "json cut short": '{"manifest": 1, "name": ',
    "binary": "\x00\x01\x02",
    "list": "- manifest: 1\n",
    "text": "manifest",
    "number": "1\n",
    "null": "null\n",
    "empty mapping": "{}\n",
    "two documents": "manifest: 1\n---\nmanifest: 1\n",
    "wrong types everywhere": WRONG_EVERYWHERE,
    "brackets": "[" * 100_000,
    "closed brackets": "[" * 100_000 + "]" * 100_000,
    "braces": "{a: " * 100_000,
    "alias bomb": BOMB,
    "tag": "!!python/object/apply:os.system [echo]\n",
    "many keys": "".join(f"k{n}: 1\n" for n in range(300)),
    "one key again and again": "a: 1\n" * 300,
    "keys like tags": "'<conv2d>': 1\n'[key]': 2\n'<>': 3\n",
    "long line": "name: " + "x" * 100_000 + "\n",
    "raw escape": "name: \x1b[31mred\x1b[0m\n",
    "raw control of eight bits": "name: 'a\x9b31m'\n",
    "raw override": "name: 'a\u202egpj.exe'\n- x",
    "line separator": "name: a\u2028b\n",
}
SECTIONS: dict[str, dict[str, str | None]] = {
    "unknown challenge": {"challenge": "micronet-2091"},
    "unknown task": {"task": "mnist"},
    "unknown format": {"numerics": "{defaults: {weight: int3}}"},
    "null model": {"model": "~"},
    "text model": {"model": "resnet"},
    "no layers": {"model": "{input: [3, 8, 8], layers: []}"},
    "layers of any kind": {"model": f"\n  input: [3, 8, 8]\n  layers:\n{LAYERS_OF_ANY_KIND}"},
    "huge input": {"model": f"{{input: [{HUGE}], layers: [{{name: a, op: relu}}]}}"},
    "negative input": {"model": "{input: [-3, 8, 8], layers: [{name: a, op: relu}]}"},
}
LAYERS = {
    "unknown op": ["{name: a, op: transformer}"],
    "unknown source": ["{name: a, op: relu, from: b}"],
    "cycle": ["{name: a, op: relu, from: b}", "{name: b, op: relu, from: a}"],
    "one name twice": ["{name: a, op: relu}", "{name: a, op: relu}"],
    "layer called input": ["{name: input, op: relu}"],
    "negative size": ["{name: a, op: linear, out: -5}"],
    "huge size": [f"{{name: a, op: linear, out: {HUGE}}}"],
    "long size": [f"{{name: a, op: linear, out: {LONG}}}"],
    "largest exponent": ["{name: a, op: linear, out: 1e999999}"],
    "not a number": ["{name: a, op: linear, out: .nan}"],
    "window larger than the image": ["{name: a, op: avg_pool, kernel: 1000000000}"],
}
COUNTED: dict[str, dict[str, str | None]] = {
    "negative quality": {"quality": "{top1_correct: -8050}"},
    "huge quality": {"quality": f"{{top1_correct: {HUGE}}}"},
    "long quality": {"quality": f"{{top1_percent: {LONG}}}"},
    "infinite claim": {"claims": "{score: .inf}"},
    "no quality": {"quality": "~"},
    "escape in a name": {"name": '"\\e[31mred\\e[0m"'},
    "bell and nul in a name": {"name": '"\\a\\0\\b"'},
    "override in a name": {"name": '"\\u202Egpj.exe"'},
    "isolate in a team": {"team": '{name: "\\u2066x", members: [{name: "\\u200f"}]}'},
    "escape in a key": {'"\\e[31mkey"': "1"},
    "override in a licence": {"repository": '{url: "https://x.org", license: "\\u202EMIT"}'},
}
"""These break a section that the count does not need."""

ALL = {**dict.fromkeys(TEXTS, "text"), **dict.fromkeys(SECTIONS, "sections")}
ALL |= {**dict.fromkeys(LAYERS, "layers"), **dict.fromkeys(COUNTED, "counted")}

ACTING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)

Bad = Callable[[str], bytes]


@pytest.fixture
def bad(manifest: "Made") -> Bad:
    """Return a function that makes a bad input by its name."""

    def make(name: str) -> bytes:
        match ALL[name]:
            case "text":
                return TEXTS[name].encode()
            case "layers":
                return manifest(layers=LAYERS[name]).encode()
            case "sections":
                return manifest(**SECTIONS[name]).encode()  # type: ignore[arg-type]
            case _:
                return manifest(**COUNTED[name]).encode()  # type: ignore[arg-type]

    return make


@pytest.fixture
def folder(tmp_path: Path, manifest: "Made") -> Path:
    """Return a folder with one good manifest."""
    (tmp_path / "tree/cifar100").mkdir(parents=True)
    (tmp_path / "tree/cifar100/good.yaml").write_text(manifest(name="Good one"), encoding="utf-8")
    return tmp_path / "tree"


def harmless(text: str) -> bool:
    return not ACTING.search(text) and "Traceback" not in text


def good_is_counted(answer: str) -> bool:
    [good] = [row for row in json.loads(answer)["entries"] if row["name"] == "Good one"]
    return (good["rank"], f"{good['rulebook']:.10f}", good["findings"]) == (1, "0.0000147258", {})


@pytest.mark.parametrize("name", ALL)
def test_bad_input_is_reported_and_nothing_else_happens(
    name: str, bad: Bad, folder: Path, micronet: "Run"
) -> None:
    path = folder / "cifar100" / "bad.yaml"
    path.write_bytes(bad(name))
    expected = {
        ("lint", path): 1,
        ("score", path): 0 if ALL[name] == "counted" else 1,
        ("audit", folder): 1,
    }
    for (command, target), code in expected.items():
        text = micronet(command, target)
        assert (command, text.code, text.err) == (command, code, "")
        assert harmless(text.out)
        programs = micronet(command, target, "--format", "json")
        assert (command, programs.code, programs.err) == (command, code, "")
        assert programs.out.isascii()
        answer = json.loads(programs.out)
        assert "MN901" not in {finding["code"] for finding in answer.get("findings", [])}
        if command == "audit":
            assert len(answer["entries"]) == 2
            assert good_is_counted(programs.out)
            assert "0.0000147" in text.out


def test_all_of_it_in_one_folder_is_audited_in_one_go(
    bad: Bad, folder: Path, process: "Run"
) -> None:
    for number, name in enumerate(ALL):
        (folder / "cifar100" / f"bad-{number}.yaml").write_bytes(bad(name))
    ran = process("audit", folder, "--format", "json")
    assert ran.code == 1
    assert ran.err == ""
    assert len(json.loads(ran.out)["entries"]) == len(ALL) + 1
    assert "Good one" in ran.out


def special_files(folder: Path) -> dict[str, str]:
    """Make files that are none, or must not be read, and say what is found about each."""
    (folder / "secret.txt").write_text("password: 12345\n", encoding="utf-8")
    (folder / "latin.yaml").write_bytes(b"name: \xe9t\xe9\n")
    (folder / "utf16.yaml").write_bytes("manifest: 1\n".encode("utf-16"))
    (folder / "sparse.yaml").touch()
    os.truncate(folder / "sparse.yaml", 2**30)
    os.mkfifo(folder / "pipe.yaml")
    (folder / "link.yaml").symlink_to(folder / "secret.txt")
    (folder / "dangling.yaml").symlink_to(folder / "nothing")
    (folder / "device.yaml").symlink_to("/dev/zero")
    (folder / "again.yaml").symlink_to(folder / "cifar100" / "good.yaml")
    return {
        "latin": "MN003",
        "utf16": "MN003",
        "sparse": "MN002",
        "pipe": "MN001",
        "link": "MN001",
        "dangling": "MN001",
        "device": "MN001",
        "again": "MN001",
    }


def test_an_audit_neither_reads_special_files_nor_follows_links(
    folder: Path, process: "Run"
) -> None:
    expected = special_files(folder)
    (folder / "more").symlink_to(folder / "cifar100")
    ran = process("audit", folder, "--format", "json")
    assert (ran.code, ran.err) == (1, "")
    answer = json.loads(ran.out)
    codes = {finding["entry"]: finding["code"] for finding in answer["findings"]}
    assert codes == expected
    assert good_is_counted(ran.out)
    assert len(answer["entries"]) == len(expected) + 1
    text = process("audit", folder)
    assert (text.code, text.err) == (1, "")
    assert "password" not in text.out + ran.out
    assert "this is a symbolic link: an audit follows none" in text.out
    assert harmless(text.out)


def test_special_files_are_refused_by_name(folder: Path, process: "Run") -> None:
    special_files(folder)
    names = ["pipe.yaml", "sparse.yaml", "device.yaml", "dangling.yaml", "latin.yaml"]
    linted = process("lint", *(folder / name for name in names))
    assert (linted.code, linted.err) == (1, "")
    assert re.findall(r"^error\[(MN\d+)", linted.out, re.MULTILINE) == [
        *("MN001", "MN002", "MN001", "MN001", "MN003")
    ]
    assert harmless(linted.out)
    scored = process("score", folder / "pipe.yaml")
    assert (scored.code, scored.err) == (1, "")
    assert scored.out.endswith("not counted: 1 error in 1 file\n")


@pytest.mark.parametrize("command", ["lint", "score"])
def test_a_folder_and_a_missing_file_are_refused(
    command: str, folder: Path, micronet: "Run"
) -> None:
    for path in (folder, folder / "missing.yaml"):
        ran = micronet(command, path)
        assert (ran.code, ran.err) == (1, "")
        assert ran.out.startswith("error[MN001 unreadable-file]")


def test_a_folder_called_like_a_manifest_is_searched(folder: Path, micronet: "Run") -> None:
    (folder / "cifar100").rename(folder / "cifar100.yaml")
    ran = micronet("audit", folder, "--format", "json")
    assert ran.code == 0
    assert good_is_counted(ran.out)


def test_a_claims_file_that_is_a_link_is_not_followed(folder: Path, micronet: "Run") -> None:
    (folder / "secret.txt").write_text("password: 12345\n", encoding="utf-8")
    (folder / "cifar100" / "good.claims.csv").symlink_to(folder / "secret.txt")
    for form in ("text", "json"):
        ran = micronet("audit", folder, "--format", form)
        assert "password" not in ran.out
        assert ran.code == 1


def test_a_board_that_is_a_link_is_not_followed(folder: Path, micronet: "Run") -> None:
    (folder / "cifar100" / "good.yaml").rename(folder / "cifar100" / "01-good.yaml")
    (folder / "secret.csv").write_text("task,position,score\ncifar100,1,0.125\n", encoding="utf-8")
    (folder / "board.csv").symlink_to(folder / "secret.csv")
    assert "0.125" not in micronet("audit", folder, "--format", "json").out


def test_claims_files_that_are_none_are_refused(
    folder: Path, manifest: "Made", process: "Run"
) -> None:
    for name in ("pipe", "inner", "sparse"):
        (folder / f"{name}.yaml").write_text(manifest(), encoding="utf-8")
    os.mkfifo(folder / "pipe.claims.csv")
    (folder / "inner.claims.csv").mkdir()
    (folder / "sparse.claims.csv").touch()
    os.truncate(folder / "sparse.claims.csv", 2**30)
    ran = process("audit", folder, "--format", "json")
    assert (ran.code, ran.err) == (1, "")
    found = {
        Path(f["file"]).name: f["code"]
        for f in json.loads(ran.out)["findings"]
        if f["severity"] == "error"
    }
    assert found == {
        "inner.claims.csv": "MN001",
        "pipe.claims.csv": "MN001",
        "sparse.claims.csv": "MN002",
    }


@pytest.mark.parametrize(
    "board",
    [
        b"",
        b"\xff\xfe\x00",
        b"task,position,score\ncifar100,\xc2\xb2,0.1\n",
        b"task,position,score\ncifar100," + b"1" * 5_000 + b",0.1\n",
        b"task,position,score\ncifar100,1,nan\n",
        b"task,position,score\ncifar100,1," + b"9" * 5_000 + b"\n",
        b"position,score\n1,0.1\n",
        b"task,score\ncifar100,0.1\n",
        b"task,position,score\n" + b"x" * 200_000 + b",1,0.1\n" + b"cifar100,x,0.1\n",
        b'task,position,score\n"cifar100,1,0.1\n',
        b'task,position,score\ncifar100,1,"0.1\n2"\ncifar100,,0.1\n',
        b",,\n,,\n",
        b'task,position,score,"more\nnames"\ncifar100,1,0.1,x\n',
    ],
)
def test_a_bad_board_is_found_and_does_not_end_an_audit(
    board: bytes, folder: Path, micronet: "Run"
) -> None:
    assert audited_beside(board, folder, micronet) == (1, {"MN631"})


@pytest.mark.parametrize(
    "board",
    [
        b"task,position,score\n",
        b"task,position,score\ncifar100,1,0.1,more,cells\n",
        b"task,position,score\ncifar100,1\n",
    ],
)
def test_a_board_that_says_little_is_taken_as_it_is(
    board: bytes, folder: Path, micronet: "Run"
) -> None:
    assert audited_beside(board, folder, micronet) == (0, set())


def audited_beside(board: bytes, folder: Path, micronet: "Run") -> tuple[int, set[str]]:
    """Return the exit code of an audit beside a board, and the errors found, of the good entry."""
    (folder / "cifar100" / "good.yaml").rename(folder / "cifar100" / "01-good.yaml")
    (folder / "board.csv").write_bytes(board)
    ran = micronet("audit", folder, "--format", "json")
    assert not ran.err
    assert good_is_counted(ran.out)
    found = json.loads(ran.out)["findings"]
    return ran.code, {it["code"] for it in found if it["severity"] == "error"}


@pytest.mark.parametrize(
    "name",
    [
        "x" * 250 + ".yaml",
        "a\x1b[31mb.yaml",
        "line\nbreak.yaml",
        "\u202elmay.yaml",
        "\udcff.yaml",
        " .yaml",
        "-.yaml",
        "99999999999999999999-x.yaml",
        "٣-x.yaml",
    ],
    ids=ascii,
)
def test_a_strange_file_name_is_shown_harmlessly(
    name: str, folder: Path, manifest: "Made", micronet: "Run"
) -> None:
    (folder / "cifar100" / name).write_text(
        manifest(quality="{top1_percent: 79}"), encoding="utf-8"
    )
    ran = micronet("audit", folder)
    assert (ran.code, ran.err) == (1, "")
    assert harmless(ran.out)
    assert "MN301" in ran.out
    assert "MN901" not in ran.out


CHANNELS_DOUBLE = [
    "{name: l0, op: relu}",
    *(f"{{name: l{n}, op: concat, from: [l{n - 1}, l{n - 1}]}}" for n in range(1, 1_100)),
    "{name: last, op: relu}",
]


def test_a_network_too_large_for_a_float_ends_neither_score_nor_audit(
    folder: Path, manifest: "Made", micronet: "Run"
) -> None:
    path = folder / "cifar100" / "large.yaml"
    path.write_text(manifest(layers=CHANNELS_DOUBLE), encoding="utf-8")
    for form in ("text", "json"):
        for command in ("lint", "score"):
            ran = micronet(command, path, "--format", form)
            assert (ran.code in {0, 1}, ran.err) == (True, "")
        assert micronet("audit", folder, "--format", form).code in {0, 1}
    assert good_is_counted(micronet("audit", folder, "--format", "json").out)
