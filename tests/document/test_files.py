"""Files of strangers: what is no text, no file, or too much is refused without being read."""

import os
import socket
import stat
import threading
import tracemalloc
from pathlib import Path

import pytest

from micronet_spec.document import Document, Span, load

MIB = 1024 * 1024


def only_problem(path: Path) -> tuple[str, str, Span]:
    """Return what is wrong with the file at `path`, which must not take long to see."""
    found: list[Document] = []
    reader = threading.Thread(target=lambda: found.append(load(path)), daemon=True)
    reader.start()
    reader.join(timeout=5)
    assert found, "reading hangs, or raised"
    [problem] = found[0].problems
    assert found[0].values is None
    return problem.code, problem.message, problem.span


def test_a_missing_file(tmp_path: Path) -> None:
    code, message, span = only_problem(tmp_path / "missing.yaml")
    assert (code, span) == ("MN001", Span(1, 1, 2))
    assert message == "the file cannot be opened: no such file or directory"


def test_a_directory(tmp_path: Path) -> None:
    code, message, _ = only_problem(tmp_path)
    assert (code, message) == ("MN001", "this is a directory, not a file")


def test_a_named_pipe_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    code, message, _ = only_problem(tmp_path / "pipe.yaml")
    assert (code, message) == ("MN001", "this is a named pipe, not a file")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device(device: str) -> None:
    code, message, _ = only_problem(Path(device))
    assert (code, message) == ("MN001", "this is a device, not a file")


def test_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # The path of a socket must be short.
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.yaml")
        code, message, _ = only_problem(Path("s.yaml"))
    assert code == "MN001"
    assert message.startswith("the file cannot be opened: ")


def test_a_link_to_itself(tmp_path: Path) -> None:
    path = tmp_path / "loop.yaml"
    path.symlink_to(path)
    assert only_problem(path)[0] == "MN001"


@pytest.mark.parametrize("name", ["a\0b.yaml", "x" * 5_000])
def test_a_name_that_no_file_can_have(name: str, tmp_path: Path) -> None:
    assert only_problem(tmp_path / name)[0] == "MN001"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_must_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret.yaml"
    path.write_text("a: 1\n")
    path.chmod(stat.S_IWUSR)
    code, message, _ = only_problem(path)
    assert (code, message) == ("MN001", "the file cannot be opened: permission denied")


def test_a_gigabyte_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse.yaml"
    path.touch()
    os.truncate(path, 1024 * MIB)
    tracemalloc.start()
    try:
        code, message, span = only_problem(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (code, span) == ("MN002", Span(1, 1, 2))
    assert message == "the file has 1,073,741,824 bytes; at most 4,194,304 are read"
    assert peak < MIB


def test_four_megabytes_are_read_and_a_byte_more_is_not(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    text = b"a: 1\n#"
    path.write_bytes(text + b"x" * (4 * MIB - len(text)))
    document = load(path)
    assert not document.problems
    assert document.values == {"a": 1}
    path.write_bytes(text + b"x" * (4 * MIB - len(text) + 1))
    code, message, _ = only_problem(path)
    assert (code, message) == ("MN002", "the file has 4,194,305 bytes; at most 4,194,304 are read")


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"a: 1\nb: x\xff\n", 2, 5),
        (b"a: \xc3\xa9\nb: \xf0\x9f\x98\x80\xff\n", 2, 5),
        (b"\xef\xbb\xbfa: \xe9\n", 1, 4),
        (b"\xff\xfea\x00:\x00 \x001\x00", 1, 1),
        (b"a: 1\nb: \xc3", 2, 4),
        (b"a: \xed\xa0\x80\n", 1, 4),
        (b"a: \xc0\xaf\n", 1, 4),
        (b"a: 1\r\n\r\nb: \xfc\r\n", 3, 4),
    ],
    ids=["byte", "after others", "mark", "UTF-16", "end", "surrogate", "overlong", "CRLF"],
)
def test_bytes_that_are_not_utf8_are_reported_where_they_stand(
    data: bytes, line: int, column: int, tmp_path: Path
) -> None:
    path = tmp_path / "bytes.yaml"
    path.write_bytes(data)
    code, message, span = only_problem(path)
    assert (code, message) == ("MN003", "a byte that is not UTF-8")
    assert (span.line, span.column) == (line, column)


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\0", "NUL"),
        ("\x1b", "control character U+001B"),
        ("\x07", "control character U+0007"),
        ("\x0c", "control character U+000C"),
        ("\x7f", "control character U+007F"),
    ],
)
def test_a_control_character_is_reported_where_it_stands(
    character: str, name: str, tmp_path: Path
) -> None:
    path = tmp_path / "control.yaml"
    path.write_text(f"é: 1\nü: '漢{character}[31m'\n", encoding="utf-8")
    code, message, span = only_problem(path)
    assert (code, message, span) == ("MN003", f"a {name} in the text", Span(2, 6, 7))


def test_tabs_and_line_ends_are_no_control_characters(tmp_path: Path) -> None:
    path = tmp_path / "tabs.yaml"
    path.write_bytes(b"a:\t1\r\nb: 2\t# x\r\n")
    document = load(path)
    assert not document.problems
    assert document.values == {"a": 1, "b": 2}


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.yaml"
    path.touch()
    assert only_problem(path) == ("MN009", "the file is empty", Span(1, 1, 2))


def test_the_path_is_kept_as_it_was_given() -> None:
    assert load(Path("nowhere/../no.yaml")).path == Path("nowhere/../no.yaml")
