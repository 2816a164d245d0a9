"""`python -m benchmarks.checkpoints`: read and count checkpoints, beside torch and safetensors."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.cases import Table, interleaved
from benchmarks.measure import FailedError, Row, Run, python, run, summary
from micronet_spec.checkpoint.budget import default_budget

KINDS = (
    ("dense float32", ".pt"),
    ("dense float32", ".safetensors"),
    ("sparse int8", ".pt"),
    ("sparse int8", ".safetensors"),
)
PLAIN, OURS = "one plain pass", "micronet: nonzeros, NaN, infinity"
WAYS = {
    PLAIN: "plain",
    OURS: "nonzeros",
    "micronet: all facts": "everything",
    "torch.load, torch.count_nonzero": "torch",
    "safetensors, numpy.count_nonzero": "safetensors",
}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checkpoints", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[150, 1000], help="in megabytes")
    parser.add_argument("--runs", type=int, default=5, help="of everything (%(default)s)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args()
    tables: list[Table] = []
    with tempfile.TemporaryDirectory(prefix="micronet-benchmarks-") as name:
        for size in options.sizes:
            for kind, suffix in KINDS:
                path = Path(name) / f"checkpoint{suffix}"
                print(f"{size} MB, {kind}, {suffix}", file=sys.stderr)
                run(python("-m", "benchmarks.programs.make_checkpoint", kind, str(size), str(path)))
                tables += measured(f"{size:,} MB, {kind}, {suffix}", path, options.runs)
                path.unlink()
    # Only now: whatever this process imports counts as memory of those that it measures.
    from benchmarks import tables as output  # noqa: PLC0415

    work = {"sizes in MB": options.sizes, "runs": options.runs}
    if options.format == "json":
        print(json.dumps(output.as_json(tables, work), indent=1))
    else:
        output.show(tables, work)


def measured(title: str, path: Path, runs: int) -> Iterator[Table]:
    """Yield two tables for one file: whole processes, and loading and counting alone."""
    other = "safetensors" if path.suffix == ".pt" else "torch"
    limits = json.dumps(vars(default_budget()))
    commands = {
        what: python("-m", "benchmarks.programs.checkpoint", way, str(path), limits)
        for what, way in WAYS.items()
        if way != other
    }
    done = interleaved(commands, runs)
    _same_counts(done.values())
    rows = tuple(summary(what, measured) for what, measured in done.items())
    yield Table(f"{title}: whole process", OURS, rows)
    rows = tuple(_inner(what, measured) for what, measured in done.items())
    yield Table(f"{title}: load and count", PLAIN, rows)


def _inner(what: str, runs: Sequence[Run]) -> Row:
    seconds = [json.loads(one.output) for one in runs]
    return Row(what, [one["cpu"] for one in seconds], [one["wall"] for one in seconds])


def _same_counts(done: Iterable[Sequence[Run]]) -> None:
    """Raise `FailedError` if two programs counted other nonzeros."""
    counts = [json.loads(one.output)["counts"] for runs in done for one in runs]
    if len({found["nonzeros"] for found in counts if "nonzeros" in found}) != 1:
        raise FailedError(f"the counts differ: {counts}")


if __name__ == "__main__":
    main()
