"""Time the stages of `lint` one by one, in one process, and a C load of the same texts.

Prints JSON: CPU seconds per file by stage, the best of `REPEATS` of each file, and layers per file.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import yaml

from micronet_spec import document, graph, manifest, score
from micronet_spec.entry import entry
from micronet_spec.rules import check

REPEATS = 5

Result = TypeVar("Result")


class Stages:
    """Seconds by stage, and how many layers there were."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.layers = 0

    def run(self, path: Path) -> None:
        """Add the times of one file. Raises `ValueError` if it has no score."""
        text = path.read_text(encoding="utf-8")
        self.time("read the bytes", path.read_bytes)
        self.time("yaml.load(CSafeLoader)", lambda: yaml.load(text, Loader=yaml.CSafeLoader))
        parsed = self.time("parse: values and spans", lambda: document.load(path))
        reading = self.time("validate", lambda: manifest.read(parsed))
        understood = self.time("understand: graph, count, score", lambda: entry.understand(reading))
        self.time("rules", lambda: check(understood))
        if understood.challenge is None or understood.score is None:
            raise ValueError(f"not scorable: {path}")
        challenge, network = understood.challenge, reading.manifest.network
        numerics, layers = reading.manifest.numerics, reading.layers

        def count() -> score.Cost:
            wired = graph.build(network.input, layers)
            return score.Counter(challenge, numerics, layers, wired).network(wired)

        self.time("count alone: graph.build, score.Counter", count)
        self.layers += len(layers)

    def time(self, stage: str, function: Callable[[], Result]) -> Result:
        """Add the best time of `function` to a stage, and return its result."""
        best = float("inf")
        for _ in range(REPEATS):
            start = time.process_time()
            result = function()
            best = min(best, time.process_time() - start)
        self.seconds[stage] = self.seconds.get(stage, 0) + best
        return result


if __name__ == "__main__":
    names = sys.argv[1:]
    stages = Stages()
    for name in names:
        stages.run(Path(name))
    seconds = {stage: total / len(names) for stage, total in stages.seconds.items()}
    print(json.dumps({"seconds": seconds, "layers": stages.layers / len(names)}))
