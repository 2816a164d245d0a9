"""Functions that tests have called in a reading process."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from micronet_spec.verify.measuring import measured


def echo(argument: Any) -> Iterator[Any]:
    sys.stdout.write("what libraries print is no answer")
    yield argument


def hoard(_: Any) -> Iterator[Any]:
    yield len(bytearray(2**32))


def die(number: int) -> Iterator[Any]:
    yield "before"
    os.kill(os.getpid(), number)


def fail(_: Any) -> Iterator[Any]:
    yield "before"
    raise ValueError("a mistake of ours")


def sleep(_: Any) -> Iterator[Any]:
    time.sleep(30)
    yield


def spin(_: Any) -> Iterator[Any]:
    while True:
        pass
    yield


def write(path: str) -> Iterator[Any]:
    yield Path(path).write_bytes(bytes(2**20))


def die_of_some(argument: Any) -> Iterator[Any]:
    """Measure a checkpoint, unless its name says how the process ends."""
    name = Path(argument["request"]["path"]).stem
    if name.startswith("signal-"):
        os.kill(os.getpid(), int(name.removeprefix("signal-")))
    if name == "memory":
        yield from hoard(None)
    yield from measured(argument)
