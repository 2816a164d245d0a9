"""The measurements as tables for people and as JSON for programs."""

import datetime as dt
import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table as Drawn

from benchmarks.cases import Table

_VERSIONS = ("pydantic", "pyyaml", "click", "rich", "jsonschema", "check-jsonschema")


def environment() -> dict[str, str]:
    """Return what the figures depend on."""
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        **{name: version(name) for name in _VERSIONS},
    }


def as_json(tables: Sequence[Table], work: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything that was measured."""
    return {
        "environment": environment(),
        "work": dict(work),
        "tables": [
            {
                "title": table.title,
                "unit": table.unit,
                "note": table.note,
                "rows": [
                    {
                        "what": row.what,
                        "ratio": table.ratio(row),
                        "seconds": row.seconds,
                        "runs": list(row.runs),
                        "wall_seconds": row.wall,
                        "peak_bytes": row.peak_bytes,
                        "extrapolated_from": row.measured,
                    }
                    for row in table.rows
                ],
            }
            for table in tables
        ],
    }


def show(tables: Sequence[Table], work: Mapping[str, Any]) -> None:
    """Print everything that was measured."""
    console = Console(width=None if sys.stdout.isatty() else 120, markup=False, highlight=False)
    for facts in (work, environment()):
        console.print(", ".join(f"{name} {value}" for name, value in facts.items()))
    for table in tables:
        console.print(_drawn(table))
        console.print(*_notes(table), sep="\n")


def _drawn(table: Table) -> Drawn:
    drawn = Drawn(box=box.SIMPLE_HEAD, pad_edge=False, title=table.title, title_justify="left")
    drawn.add_column("")
    for heading in ("ratio", "CPU time", "least..most", "wall time", "peak memory"):
        drawn.add_column(heading, justify="right")
    for row in table.rows:
        drawn.add_row(
            row.what + (" *" if row.measured else ""),
            _digits(table.ratio(row)),
            _time(row.seconds),
            f"{_time(min(row.runs))}..{_time(max(row.runs))}",
            "" if row.wall is None else _time(row.wall),
            "" if row.peak_bytes is None else f"{row.peak_bytes / 1e6:,.0f} MB",
        )
    return drawn


def _notes(table: Table) -> Iterator[str]:
    if table.note:
        yield table.note
    if measured := next((row.measured for row in table.rows if row.measured), None):
        yield f"* extrapolated from {measured} manifests"


def _time(seconds: float) -> str:
    units = ((1, "s"), (1e-3, "ms"), (1e-6, "µs"))
    unit, name = next((pair for pair in units if seconds >= pair[0]), units[-1])
    return f"{_digits(seconds / unit)} {name}"


def _digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits
