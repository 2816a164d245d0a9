"""The process of `sandbox.py`: limits itself, calls the function, writes a line for each value."""

import contextlib
import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from micronet_spec.checkpoint.refusal import Reason, RefusedError

_SAID_BYTES = 65_536
"""It writes no file but what it says when it fails."""


def main() -> None:
    """Run as `python -m micronet_spec.checkpoint.child FUNCTION MEMORY_BYTES CPU_SECONDS`."""
    function, memory_bytes, cpu_seconds = sys.argv[1:]
    _limit(int(memory_bytes), int(cpu_seconds))
    argument = json.load(sys.stdin)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # What libraries print is no answer.
    word: dict[str, Any] = {}
    try:
        module, name = function.split(":")
        for item in getattr(import_module(module), name)(argument):
            answers.write(json.dumps(["item", item], default=vars) + "\n")
            answers.flush()
    except RefusedError as error:
        word["refused"] = {"reason": error.reason, "message": str(error)}
    except MemoryError:
        message = f"reading takes more than {int(memory_bytes):,} bytes of memory"
        word["refused"] = {"reason": Reason.OVER_BUDGET, "message": message}
    word["peak_bytes"] = _peak()
    answers.write(json.dumps(["end", word]) + "\n")
    answers.close()


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    try:
        import resource  # noqa: PLC0415 (not on every system)
    except ImportError:
        return
    for kind, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, _SAID_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, most = resource.getrlimit(kind)
        if most == resource.RLIM_INFINITY or limit <= most:
            resource.setrlimit(kind, (limit, limit))


def _peak() -> int:
    """Return the greatest memory in use so far, 0 where the system does not tell."""
    # What `getrusage` tells begins with the memory of the process that started this one.
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


if __name__ == "__main__":
    main()
