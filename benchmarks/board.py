"""`python -m benchmarks.board`: audit a board of real entries, write its site, load its pages."""

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks.cases import Table, interleaved
from benchmarks.measure import ROOT, FailedError, Row, python, run, summary

C_LOAD, AUDIT = "yaml.load(CSafeLoader)", "micronet audit"
EMPTY = "an empty page"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.board", description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "submissions", help="(%(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="of everything (%(default)s)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="micronet-benchmarks-") as name:
        record, site = Path(name) / "audit.json", Path(name) / "site"
        micronet = python("-m", "micronet_spec")
        audit = (*micronet, "audit", "--exit-zero", str(options.folder))
        written = ("sh", "-c", 'out=$0; exec "$@" > "$out"', str(record), *audit, "--format=json")
        run(written)
        read = run(python("-m", "benchmarks.programs.record_facts", str(record)))
        facts = json.loads(read.output)
        files = facts.pop("files")
        done = interleaved(
            {
                C_LOAD: python("-m", "benchmarks.programs.c_load", *files),
                AUDIT: audit,
                "micronet audit --format json": written,
                "micronet report": (*micronet, "report", str(record), "-o", str(site)),
            },
            options.runs,
        )
        rows = tuple(summary(what, measured) for what, measured in done.items())
        tables = [
            Table(f"{len(files)} entries, whole processes", C_LOAD, rows, _speed(len(files), rows)),
            *loading(site, options.runs),
        ]
        work = {**facts, **_sizes(record, site)}
    # Only now: whatever this process imports counts as memory of those that it measures.
    from benchmarks import tables as output  # noqa: PLC0415

    if options.format == "json":
        print(json.dumps(output.as_json(tables, work), indent=1))
    else:
        output.show(tables, work)


def loading(site: Path, runs: int) -> list[Table]:
    """Measure how long pages take to load in a browser; nothing where there is none."""
    empty = site.with_name("empty.html")
    empty.write_text("<!doctype html><title>empty</title>", encoding="utf-8")
    pages = {EMPTY: empty, **{path.name: path for path in sorted(site.glob("*.html"))}}
    names = [str(path) for path in pages.values()]
    try:
        done = run(python("-m", "benchmarks.programs.load_pages", str(runs), *names))
    except FailedError:
        return []
    seconds = json.loads(done.output)
    rows = tuple(Row(what, seconds[str(path)]) for what, path in pages.items())
    return [Table("pages of the site, from the disk to the load event in Chromium", EMPTY, rows)]


def _speed(entries: int, rows: tuple[Row, ...]) -> str:
    seconds = next(row.seconds for row in rows if row.what == AUDIT)
    return f"{AUDIT}: {entries / seconds:.1f} entries a second"


def _sizes(record: Path, site: Path) -> dict[str, int]:
    files = [path for path in site.rglob("*") if path.is_file()]
    return {
        "bytes of the record": record.stat().st_size,
        "files of the site": len(files),
        "bytes of the site": sum(path.stat().st_size for path in files),
    }


if __name__ == "__main__":
    main()
