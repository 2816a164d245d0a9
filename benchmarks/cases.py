"""What is run: whole processes over all manifests, the start alone, the stages of one manifest."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import ROOT, Row, Run, extrapolated, python, run, summary

SCHEMA = ROOT / "schemas" / "submission.schema.json"
STARTS = 15
"""So often is a start measured: it is short."""

_LINT = "micronet lint"
_AUDIT = "micronet audit"
_C_LOAD = "yaml.load(CSafeLoader)"
_PYDANTIC = "from pydantic import BaseModel"


@dataclass(frozen=True, slots=True)
class Table:
    """Programs that do the same work, and the row that ratios are taken to."""

    title: str
    unit: str
    rows: tuple[Row, ...]
    note: str = ""

    def ratio(self, row: Row) -> float:
        """Return the time of `row` in times of the unit."""
        unit = next(other for other in self.rows if other.what == self.unit)
        return row.seconds / unit.seconds


def whole(folder: Path, paths: Sequence[Path], runs: int, sample: int) -> Table:
    """Measure whole processes over `paths`, all below `folder`; the slow ones over a sample."""
    names = [str(path) for path in paths]
    schema = python("-m", "check_jsonschema", "--schemafile", str(SCHEMA))
    validate, check, one = "jsonschema, validation alone", "check-jsonschema", "one file"
    done = interleaved(
        {
            "reading the bytes": python("-m", "benchmarks.programs.read_bytes", *names),
            _C_LOAD: python("-m", "benchmarks.programs.c_load", *names),
            _LINT: python("-m", "micronet_spec", "lint", "--exit-zero", *names),
            _AUDIT: python("-m", "micronet_spec", "audit", "--exit-zero", str(folder)),
            validate: python("-m", "benchmarks.programs.json_schema", *names[:sample]),
            check: (*schema, *names[:sample]),
            one: (*schema, names[0]),
        },
        runs,
    )
    validations, checks, ones = done.pop(validate), done.pop(check), done.pop(one)
    seconds = [float(measured.output) * len(names) / sample for measured in validations]
    rows = (
        *(summary(what, measured) for what, measured in done.items()),
        Row(validate, seconds, measured=sample),
        extrapolated(check, ones, checks, sample, len(names)),
    )
    return Table(f"{len(names):,} manifests, whole processes", _LINT, rows)


def start() -> Table:
    """Measure how long Python takes until something is imported."""
    codes = ("pass", "import click", _PYDANTIC, "import micronet_spec.cli")
    done = interleaved({code: python("-c", code) for code in codes}, STARTS)
    rows = tuple(summary(code, measured) for code, measured in done.items())
    return Table("start: python -c ...", _PYDANTIC, rows)


def stages(paths: Sequence[Path], runs: int) -> Table:
    """Measure the stages of lint within one process, per manifest of `paths`."""
    command = python("-m", "benchmarks.programs.stages", *(str(path) for path in paths))
    [done] = interleaved({"the stages of lint": command}, runs).values()
    results = [json.loads(measured.output) for measured in done]
    rows = tuple(
        Row(what, [result["seconds"][what] for result in results]) for what in results[0]["seconds"]
    )
    layers, last = results[0]["layers"], rows[-1]
    note = f"{last.what}: {last.seconds / layers * 1e6:.1f} µs a layer, of {layers:.0f} layers"
    return Table(f"one manifest, mean of {len(paths)}, within one process", _C_LOAD, rows, note)


def interleaved(commands: Mapping[str, Sequence[str]], runs: int) -> dict[str, list[Run]]:
    """Run every command once, then every one once more: a busy minute must not meet only one."""
    done: dict[str, list[Run]] = {what: [] for what in commands}
    for number in range(1, runs + 1):
        print(f"run {number} of {runs}: {', '.join(commands)}", file=sys.stderr)
        for what, command in commands.items():
            done[what].append(run(command))
    return done
