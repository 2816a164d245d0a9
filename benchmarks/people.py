"""`python -m benchmarks.people`: count the persons of generated boards, and check what is found.

Every size is a process of its own. What is measured is all of it: reading the records, joining
persons, judging every task, and comparing names. The time to make the records is taken off.
"""

import argparse
import json
import time

from benchmarks import boards, measure

SIZES = (10_000, 100_000, 1_000_000)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.people", description=__doc__)
    parser.add_argument("--entries", type=int, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--seed", type=int, default=2019)
    parser.add_argument("--one", action="store_true", help="one size in this process, as JSON")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(census(options.entries[0], options.seed)))
        return
    print("  entries  memberships   seconds  per entry  peak MB   falls  suspected  by chance")
    for size in options.entries:
        command = ("-m", "benchmarks.people", "--one", "--entries", str(size))
        run = measure.run(measure.python(*command, "--seed", str(options.seed)))
        found = json.loads(run.output)
        print(
            f"{size:9,}  {found['memberships']:11,}  {found['seconds']:8.2f}"
            f"  {found['seconds'] / size * 1e6:6.1f} us  {run.peak_bytes / 1e6:7,.0f}"
            f"  {found['falls']:6,}  {found['suspected']:9,}  {found['by_chance']:9,}"
        )


def census(size: int, seed: int) -> dict[str, float]:
    """Count one board. Raises `AssertionError` if anything planted is not found."""
    # Imported here: the process that only starts others needs little memory of its own.
    from micronet_spec.people.census import Census  # noqa: PLC0415

    start = time.process_time()
    board = boards.Board(size, seed)
    aliases = board.aliases()
    making = time.process_time() - start
    start = time.process_time()
    counted = Census(board.records(), aliases)
    fallen = {counted.entries[n] for each in counted.boards for n in each.fallen}
    suspected = {
        frozenset(counted.entries[n] for n in suspicion.entries)
        for suspicion in counted.suspicions()
    }
    seconds = time.process_time() - start - making
    assert fallen == board.falls, "what falls is not what was planted"
    assert board.suspected <= suspected, "a planted name was not found"
    assert not counted.absent
    return {
        "seconds": seconds,
        "memberships": counted.memberships,
        "falls": len(fallen),
        "suspected": len(board.suspected),
        "by_chance": len(suspected - board.suspected),
    }


if __name__ == "__main__":
    main()
