"""A checkpoint got from where its manifest says, resumed if cut short, held to its digest."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from micronet_spec.manifest.entry import Checkpoint
from micronet_spec.verify.evidence import Contents, Verdict

_PIECE = 1 << 20
_SECONDS = 30
_PARTIAL = 206
_NOT_SATISFIABLE = 416


class FetchError(Exception):
    """A file that cannot be got, or is not what the manifest says."""

    def __init__(self, reason: str, verdict: Verdict = Verdict.ABSENT) -> None:
        super().__init__(reason)
        self.contents = Contents(verdict=verdict, reason=reason)


def fetched(
    declared: Checkpoint, folder: Path, most: int, told: Callable[[int, int], None]
) -> Path:
    """Return the declared file in `folder`, got from its address if it is not there yet.

    Only http and https. Raises `FetchError`, also for more than the declared bytes, or `most`.
    """
    if not (declared.url and declared.sha256):
        raise FetchError("the manifest does not give the checkpoint's address and digest")
    if find_spec("pooch") is None:
        raise FetchError("fetching needs pooch: install micronet-spec[fetch]")
    import pooch  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra

    pooch.get_logger().setLevel("WARNING")
    name = f"{declared.sha256[:12]}-{Path(declared.file).name}"
    get = _Resuming(folder / f"{name}.part", declared.bytes or most, told)
    try:
        digest = f"sha256:{declared.sha256}"
        return Path(pooch.retrieve(declared.url, digest, name, folder, downloader=get))
    except FetchError:
        raise
    except ValueError:
        reason = "what is at the address has another digest than the manifest declares"
        raise FetchError(reason, Verdict.REFUSED) from None
    except OSError as error:
        raise FetchError(str(error)) from None


class _Resuming:
    """Gets a file into `part`, from where an earlier attempt ended."""

    def __init__(self, part: Path, most: int, told: Callable[[int, int], None]) -> None:
        self._part = part
        self._most = most
        self._told = told

    def __call__(self, url: str, output_file: str, _: Any) -> None:
        """Get `url`; pooch checks the digest of the file that it gives."""
        import urllib3  # noqa: PLC0415 - comes with pooch

        done = self._part.stat().st_size if self._part.exists() else 0
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={done}-"} if done else {})
        try:
            answer = urllib3.PoolManager(timeout=_SECONDS).request(
                "GET", url, headers=headers, preload_content=False
            )
            with answer:
                if answer.status == _NOT_SATISFIABLE:
                    self._part.unlink()
                    raise FetchError("the partial file was longer than the whole; try again")
                if answer.status not in {200, _PARTIAL}:
                    raise FetchError(f"the server answers {answer.status} {answer.reason}")
                start = done if answer.status == _PARTIAL else 0
                size = start + int(answer.headers.get("Content-Length", 0))
                self._write(answer.stream(_PIECE), start, size)
        except urllib3.exceptions.HTTPError as error:
            raise FetchError(f"the file cannot be got: {error}") from None
        self._part.replace(output_file)

    def _write(self, pieces: Any, start: int, size: int) -> None:
        done = start
        with self._part.open("ab" if start else "wb") as file:
            for piece in pieces:
                done += len(piece)
                if done > self._most:
                    self._part.unlink()
                    reason = f"at the address are more than the {self._most:,} bytes expected"
                    raise FetchError(reason, Verdict.REFUSED)
                file.write(piece)
                self._told(done, size)
