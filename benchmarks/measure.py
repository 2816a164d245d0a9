"""Processes, their time and their peak memory."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


class FailedError(Exception):
    """A measured program that did not do its work."""


@dataclass(frozen=True, slots=True)
class Run:
    """One process from start to end."""

    wall: float
    cpu: float
    peak_bytes: int
    """Largest resident memory. The kernel begins with the parent's when it starts a program, so
    this process imports little, and what needs less than itself cannot be seen."""
    output: str


@dataclass(frozen=True, slots=True)
class Row:
    """How long one program needs for the work of a table."""

    what: str
    runs: Sequence[float]
    """Seconds of CPU time: what is measured here has one thread and hardly waits, and on a shared
    machine the wall time says as much of the others."""
    walls: Sequence[float] = ()
    """Seconds of wall time."""
    peak_bytes: int | None = None
    measured: int | None = None
    """How many manifests were measured, if the rest is extrapolated."""

    @property
    def seconds(self) -> float:
        """The median of the runs."""
        return statistics.median(self.runs)

    @property
    def wall(self) -> float | None:
        """The median of the wall times, if they were measured."""
        return statistics.median(self.walls) if self.walls else None


def python(*arguments: str) -> tuple[str, ...]:
    """Return the command that runs this Python with `arguments`."""
    return (sys.executable, *arguments)


def run(command: Sequence[str]) -> Run:
    """Run `command` in the root of the repository. Raises `FailedError` if it does not succeed."""
    # Installed packages are compiled; ours must be allowed to be.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise FailedError(f"{' '.join(command[:4])} ... exited with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit, output)


def summary(what: str, runs: Sequence[Run]) -> Row:
    """Return the row of a program that did all of the work in every run."""
    peak = max(run.peak_bytes for run in runs)
    return Row(what, [run.cpu for run in runs], [run.wall for run in runs], peak)


def extrapolated(
    what: str, ones: Sequence[Run], samples: Sequence[Run], measured: int, files: int
) -> Row:
    """Return the row of a program that was run on one and on `measured` of `files` manifests.

    The start is not multiplied: every further file is taken to need the same.
    """

    def at(one: float, sample: float) -> float:
        return one + (sample - one) / (measured - 1) * (files - 1)

    pairs = list(zip(ones, samples, strict=True))
    return Row(
        what,
        [at(one.cpu, sample.cpu) for one, sample in pairs],
        [at(one.wall, sample.wall) for one, sample in pairs],
        max(sample.peak_bytes for sample in samples),
        measured,
    )
