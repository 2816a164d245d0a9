"""A checkpoint got from a server: resumed, bounded, and held to its digest."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from safetensors.numpy import save

from micronet_spec.manifest.entry import Checkpoint
from micronet_spec.verify.evidence import Verdict
from micronet_spec.verify.fetch import FetchError, fetched
from tests.verify.conftest import dense

if TYPE_CHECKING:
    from tests.conftest import Made, Run

DATA = save({"fc.weight": dense(100, 3)})
DIGEST = hashlib.sha256(DATA).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    asked: list[str | None] = []  # noqa: RUF012 - of all requests

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.asked.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        if self.path == "/gone":
            self.send_error(404)
        elif self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "file:///etc/hostname")
            self.end_headers()
        elif start >= len(DATA):
            self.send_error(416)
        else:
            whole = self.path == "/stubborn"
            body = DATA if whole else DATA[start:]
            self.send_response(206 if start and not whole else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """Serve `DATA` on this machine alone, and return the address."""
    _Handler.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def declared(url: str, digest: str = DIGEST, size: int | None = None) -> Checkpoint:
    return Checkpoint(file="a/model.pt", url=url, sha256=digest, bytes=size)


def get(what: Checkpoint, folder: Path, most: int = 10**6) -> Path:
    return fetched(what, folder, most, lambda *_: None)


def test_what_is_there_is_not_got_again(server: str, tmp_path: Path) -> None:
    path = get(declared(f"{server}/x"), tmp_path)
    assert path.read_bytes() == DATA
    assert get(declared(f"{server}/x"), tmp_path) == path
    assert _Handler.asked == [None]
    assert [it.name for it in tmp_path.iterdir()] == [f"{DIGEST[:12]}-model.pt"]


@pytest.mark.parametrize("path", ["x", "stubborn"])
def test_what_was_cut_short_is_resumed(server: str, tmp_path: Path, path: str) -> None:
    (tmp_path / f"{DIGEST[:12]}-model.pt.part").write_bytes(DATA[:100])
    assert get(declared(f"{server}/{path}"), tmp_path).read_bytes() == DATA
    assert _Handler.asked == ["bytes=100-"]


def test_a_partial_file_that_is_too_long_is_begun_anew(server: str, tmp_path: Path) -> None:
    (tmp_path / f"{DIGEST[:12]}-model.pt.part").write_bytes(DATA + DATA)
    with pytest.raises(FetchError, match="try again"):
        get(declared(f"{server}/x"), tmp_path)
    assert get(declared(f"{server}/x"), tmp_path).read_bytes() == DATA


@pytest.mark.parametrize(
    ("path", "digest", "size", "verdict", "reason"),
    [
        ("x", "a" * 64, None, Verdict.REFUSED, "another digest"),
        ("x", DIGEST, 10, Verdict.REFUSED, "more than the 10 bytes"),
        ("gone", DIGEST, None, Verdict.ABSENT, "404 Not Found"),
        ("moved", DIGEST, None, Verdict.ABSENT, "cannot be got"),
    ],
)
def test_what_does_not_match_is_refused(  # noqa: PLR0913, PLR0917 - a row of a table
    server: str,
    tmp_path: Path,
    path: str,
    digest: str,
    size: int | None,
    verdict: Verdict,
    reason: str,
) -> None:
    with pytest.raises(FetchError, match=reason) as raised:
        get(declared(f"{server}/{path}", digest, size), tmp_path)
    assert raised.value.contents.verdict is verdict
    assert not list(tmp_path.iterdir())


def test_without_an_address_or_a_server_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="address and digest"):
        get(Checkpoint(file="model.pt", sha256=DIGEST), tmp_path)
    with pytest.raises(FetchError, match="cannot be got"):
        get(declared("http://127.0.0.1:1/x"), tmp_path)


def test_the_command_fetches_and_verifies(
    server: str, tmp_path: Path, manifest: "Made", micronet: "Run"
) -> None:
    layers = [
        "{name: pool, op: global_avg_pool}",
        "{name: fc, op: linear, out: 100, weight: {tensor: fc.weight}}",
    ]
    checkpoint = f'{{file: a.pt, url: "{server}/x", sha256: "{DIGEST}"}}'
    path = tmp_path / "mine.yaml"
    path.write_text(manifest(layers=layers, checkpoint=checkpoint), encoding="utf-8")
    ran = micronet("verify", path, "--fetch", tmp_path / "cache")
    assert (ran.code, ran.err) == (0, "")
    assert "Example: verified" in ran.out
    path.write_text(manifest(layers=layers), encoding="utf-8")
    ran = micronet("verify", path, "--fetch", tmp_path / "cache")
    assert "error[MN706 checkpoint-absent]: the manifest does not give" in ran.out
    assert ran.code == 3
