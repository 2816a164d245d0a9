"""`python -m benchmarks`: make the manifests, measure everything, print tables or JSON."""

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks import cases, manifests


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--files", type=int, default=1000, help="manifests (%(default)s)")
    parser.add_argument("--sample", type=int, default=30, help="for slow programs (%(default)s)")
    parser.add_argument("--runs", type=int, default=3, help="of everything (%(default)s)")
    parser.add_argument("--seed", type=int, default=2019, help="of the manifests (%(default)s)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args()
    sample = min(options.sample, options.files)
    with tempfile.TemporaryDirectory(prefix="micronet-benchmarks-") as name:
        folder = Path(name)
        paths = manifests.write(folder, options.files, options.seed)
        work = {
            "manifests": len(paths),
            "lines": sum(path.read_bytes().count(b"\n") for path in paths),
            "bytes": sum(path.stat().st_size for path in paths),
            "seed": options.seed,
        }
        tables = [
            cases.start(),
            cases.stages(paths[:sample], options.runs),
            cases.whole(folder, paths, options.runs, sample),
        ]
    # Only now: whatever this process imports counts as memory of those that it measures.
    from benchmarks import tables as output  # noqa: PLC0415

    if options.format == "json":
        print(json.dumps(output.as_json(tables, work), indent=1))
    else:
        output.show(tables, work)


if __name__ == "__main__":
    main()
