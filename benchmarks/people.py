"""`python -m benchmarks.people`: count the persons of generated boards, and check what is found.

Every size is a process of its own. What is measured is all of it: reading the records, joining
persons, judging every task, and comparing names. The time to make the records is taken off. The
floor is one plain pass over the memberships that counts them in a dictionary.
"""

import argparse
import json
import math
import time
from collections import Counter
from itertools import pairwise

from benchmarks import boards, measure

SIZES = (1_000, 10_000, 100_000, 1_000_000)
Figures = dict[str, float]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.people", description=__doc__)
    parser.add_argument("--entries", type=int, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--seed", type=int, default=2019)
    parser.add_argument("--one", action="store_true", help="one size in this process, as JSON")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(census(options.entries[0], options.seed)))
        return
    found = [_measured(size, options.seed) for size in options.entries]
    if options.format == "json":
        print(json.dumps(found, indent=1))
        return
    print(_HEADING)
    for one in found:
        print(_ROW.format_map(one))
    for small, large in pairwise(found):
        print(f"from {small['entries']:,} to {large['entries']:,}: ", end="")
        print(", ".join(f"{name} n^{_growth(small, large, name):.2f}" for name in _GROWING))


def census(size: int, seed: int) -> Figures:
    """Count one board. Raises `AssertionError` if anything planted is not found."""
    # Imported here: the process that only starts others needs little memory of its own.
    from micronet_spec.people.census import Census  # noqa: PLC0415

    start = time.process_time()
    board = boards.Board(size, seed)
    aliases = board.aliases()
    making = time.process_time() - start
    floor = _plain_pass(size, seed) - making
    start = time.process_time()
    counted = Census(board.records(), aliases)
    fallen = {counted.entries[n] for each in counted.boards for n in each.fallen}
    undecided = {counted.entries[n] for each in counted.boards for n in each.undecided}
    suspected = {
        frozenset(counted.entries[n] for n in suspicion.entries)
        for suspicion in counted.suspicions()
    }
    seconds = time.process_time() - start - making
    assert fallen == board.falls, "what falls is not what was planted"
    assert undecided == board.undecided, "what is undecided is not what was planted"
    assert board.suspected <= suspected, "a planted name was not found"
    assert not counted.absent
    return {
        "entries": size,
        "memberships": counted.memberships,
        "seconds": seconds,
        "floor": floor,
        "falls": len(fallen),
        "undecided": len(undecided),
        "suspected": len(board.suspected),
        "by_chance": len(suspected - board.suspected),
        "crowds": sum(len(crowds) for _, crowds in counted.crowds()),
    }


def _plain_pass(size: int, seed: int) -> float:
    """Return the seconds to make the records and count each member in one dictionary."""
    start = time.process_time()
    counts: Counter[tuple[object, ...]] = Counter()
    for record in boards.Board(size, seed).records():
        for member in record.members:
            counts[record.contest.task, member.ids or member[:2]] += 1
    return time.process_time() - start


def _measured(size: int, seed: int) -> Figures:
    command = ("-m", "benchmarks.people", "--one", "--entries", str(size), "--seed", str(seed))
    run = measure.run(measure.python(*command))
    found: Figures = json.loads(run.output)
    ratio = found["seconds"] / found["floor"]
    return {**found, "peak_mb": run.peak_bytes / 1e6, "ratio": ratio}


_HEADING = (
    "  entries  memberships   seconds  x floor  peak MB   falls  undecided  suspected  by chance"
    "  crowds"
)
_ROW = (
    "{entries:9,}  {memberships:11,}  {seconds:8.2f}  {ratio:7.1f}  {peak_mb:7,.0f}  {falls:6,}"
    "  {undecided:9,}  {suspected:9,}  {by_chance:9,}  {crowds:6,}"
)
_GROWING = ("seconds", "peak_mb", "by_chance")


def _growth(small: Figures, large: Figures, name: str) -> float:
    """Return the power of the number of entries with which a figure grows."""
    sizes = large["entries"] / small["entries"]
    return math.log(max(large[name], 1e-9) / max(small[name], 1e-9)) / math.log(sizes)


if __name__ == "__main__":
    main()
