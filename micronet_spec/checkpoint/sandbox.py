"""Runs a function on a stranger's file in a process of its own, with limits on what it takes.

Arguments and results are JSON, so that a process that was taken over could only lie.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import micronet_spec
from micronet_spec.checkpoint.refusal import Reason, RefusedError

_LONGEST_LINE = 1 << 26
_TOLD = 300
"""Characters of what a process said at last that are worth repeating."""
_ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Libraries that nobody asks to compute would reserve memory for every core."""


class CrashedError(Exception):
    """The process died, or ran out of time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may take."""

    memory_bytes: int
    """Address space, maps of files included."""
    cpu_seconds: int
    wall_seconds: float


class Child:
    """A call of a function, given as `module:name`, in a process of its own.

    The function takes one JSON value and yields JSON values; iterating over the child yields them
    as they come, dataclasses as objects. Raises `RefusedError` if the function does, or if its
    memory does not suffice; `CrashedError` if the process dies or runs out of time.
    """

    def __init__(self, function: str, argument: Any, limits: Limits) -> None:
        self.peak_bytes = 0
        """Greatest memory in use, once it ended in order."""
        self._function = function
        self._argument = argument
        self._limits = limits

    def __iter__(self) -> Iterator[Any]:
        late = threading.Event()
        with tempfile.TemporaryFile() as said, self._start(said) as process:
            timer = threading.Timer(self._limits.wall_seconds, _end, [process, late])
            timer.start()
            try:
                for kind, value in _answers(process):
                    if kind == "item":
                        yield value
                    else:
                        self.peak_bytes = value["peak_bytes"]
                        return _finished(value)
                process.wait()
            finally:
                timer.cancel()
                process.kill()
            seconds = f"{self._limits.wall_seconds:g} seconds were not enough"
            raise CrashedError(seconds if late.is_set() else _cause(process.returncode, said))

    def _start(self, said: IO[bytes]) -> subprocess.Popen[bytes]:
        # A relative entry, or an empty one, may lead to a folder of the stranger's.
        given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        root = str(Path(micronet_spec.__file__).parents[1])
        path = os.pathsep.join([root, *filter(os.path.isabs, given)])
        limits = [self._limits.memory_bytes, self._limits.cpu_seconds]
        # Without -P a file beside the checkpoint could be imported instead of a library.
        command = [sys.executable, "-P", "-m", "micronet_spec.checkpoint.child", self._function]
        process = subprocess.Popen(  # noqa: S603 (our own program)
            [*command, *map(str, limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env={**os.environ, **_ALONE, "PYTHONPATH": path},
        )
        assert process.stdin
        with suppress(BrokenPipeError), process.stdin as pipe:
            pipe.write(json.dumps(self._argument).encode())
        return process


def _answers(process: subprocess.Popen[bytes]) -> Iterator[tuple[str, Any]]:
    """Yield what the process writes, until it stops to make sense."""
    assert process.stdout
    with suppress(ValueError, RecursionError):
        while line := process.stdout.readline(_LONGEST_LINE):
            kind, value = json.loads(line)
            yield kind, value


def _finished(value: dict[str, Any]) -> None:
    """Take the last word of a process: how much it used, and whether it refused."""
    if refused := value.get("refused"):
        raise RefusedError(Reason(refused["reason"]), refused["message"])


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _cause(code: int, said: IO[bytes]) -> str:
    """Say why a process ended without its last word."""
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return "the reading process was ended: it used up its time, or the machine's memory"
    if code < 0:
        return f"the reading process died: {signal.strsignal(-code)}"
    said.seek(0)
    last = said.read().decode(errors="replace").strip().rsplit("\n", 1)[-1]
    return f"the reading process failed: {last[-_TOLD:] or f'exit code {code}'}"
