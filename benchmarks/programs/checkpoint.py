"""Read a checkpoint in one of several ways and count; print counts and seconds as JSON.

Usage: python -m benchmarks.programs.checkpoint WAY FILE [BUDGET]

BUDGET is JSON, as the reading process of `micronet verify` is told it.

The seconds are those of loading and counting, without the start and the imports.
"""

import json
import mmap
import sys
import time
from collections.abc import Callable
from pathlib import Path

Counts = dict[str, int]


def plain(path: Path, _: str) -> Callable[[], Counts]:
    """One pass over the bytes: the greatest of the file as floats, of one thread."""
    import numpy as np  # noqa: PLC0415 - only what a way needs

    def run() -> Counts:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return {"greatest": int(np.frombuffer(data, np.float32, len(data) // 4).max() > 0)}

    return run


def nonzeros(path: Path, limits: str) -> Callable[[], Counts]:
    """Our reader; nonzeros of every channel, NaN, infinity, denormals and extremes."""
    from micronet_spec.checkpoint.budget import Budget  # noqa: PLC0415
    from micronet_spec.checkpoint.open import open_checkpoint  # noqa: PLC0415
    from micronet_spec.measure.scan import scan  # noqa: PLC0415
    from micronet_spec.measure.table import table_of  # noqa: PLC0415

    def run() -> Counts:
        checkpoint = open_checkpoint(path, Budget(**json.loads(limits)))
        scans = [scan(table_of(tensor)) for tensor in checkpoint.checked()]
        return {
            "nonzeros": sum(int(found.channel_nonzeros.sum()) for found in scans),
            "nan or infinite": sum(found.nan + found.infinite for found in scans),
        }

    return run


def everything(path: Path, limits: str) -> Callable[[], Counts]:
    """Our reader; all facts: also levels, grids, fewest bits, duplicates."""
    from micronet_spec.checkpoint.budget import Budget  # noqa: PLC0415
    from micronet_spec.checkpoint.open import open_checkpoint  # noqa: PLC0415
    from micronet_spec.measure.same import same  # noqa: PLC0415
    from micronet_spec.measure.tensor import measure  # noqa: PLC0415

    def run() -> Counts:
        checkpoint = open_checkpoint(path, Budget(**json.loads(limits)))
        facts = same(checkpoint.tensors, [measure(tensor) for tensor in checkpoint.checked()])
        return {
            "nonzeros": sum(fact.nonzeros for fact in facts),
            "nan or infinite": sum(fact.nan + fact.infinite for fact in facts),
        }

    return run


def torch_load(path: Path, _: str) -> Callable[[], Counts]:
    """torch.load(weights_only=True) and torch.count_nonzero; nothing of NaN and infinity."""
    import torch  # noqa: PLC0415

    def run() -> Counts:
        tensors = torch.load(path, weights_only=True, map_location="cpu").values()
        return {"nonzeros": sum(int(torch.count_nonzero(tensor)) for tensor in tensors)}

    return run


def safetensors(path: Path, _: str) -> Callable[[], Counts]:
    """Read with safetensors for numpy, and numpy.count_nonzero; nothing of NaN and infinity."""
    import numpy as np  # noqa: PLC0415
    from safetensors import safe_open  # noqa: PLC0415

    def run() -> Counts:
        with safe_open(path, framework="np") as file:
            names = file.keys()
            return {"nonzeros": sum(int(np.count_nonzero(file.get_tensor(n))) for n in names)}

    return run


WAYS = {
    "plain": plain,
    "nonzeros": nonzeros,
    "everything": everything,
    "torch": torch_load,
    "safetensors": safetensors,
}


def main(way: str, path: Path, limits: str = "") -> None:
    """Load and count once."""
    run = WAYS[way](path, limits)
    wall, cpu = time.perf_counter(), time.process_time()
    counts = run()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(json.dumps({"counts": counts, "cpu": cpu, "wall": wall}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
