"""`python -m bench`: measure, print the table, keep the results; exit status 1 where a goal failed."""

import argparse
import sys
import time
from collections.abc import Sequence

import uvloop

from bench.market import Size
from bench.measures import MEASURES, Bench
from bench.results import RESULTS, Line, heading, machine, write
from bench.stage import PROCESSES, staged
from tongshang.runtime.postgres import PostgresFailed


async def main(seconds: float, processes: int, only: Sequence[str]) -> int:
    """Measure everything; the exit status."""
    begun, ran_on = time.monotonic(), machine()
    lines: list[Line] = []

    def tell(line: Line) -> None:
        lines.append(line)
        print(line.text(), flush=True)

    print(f"{ran_on}; {processes} server processes, {seconds:g} s a turn\n{heading()}", flush=True)
    async with staged(Size(), processes) as stage:
        await Bench(stage, seconds, tell).run(only)
    write(RESULTS, ran_on, lines)
    print(
        f"{time.monotonic() - begun:.0f} s; the same in {RESULTS.relative_to(RESULTS.parents[1])}"
    )
    return int(any(line.kept is False for line in lines))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=7.0, help="how long each turn lasts")
    parser.add_argument("--processes", type=int, default=PROCESSES, help="server processes")
    parser.add_argument("only", nargs="*", metavar="MEASURE", help=f"of {', '.join(MEASURES)}")
    asked = parser.parse_args()
    if unknown := set(asked.only) - set(MEASURES):
        parser.error(f"there is no measure {', '.join(sorted(unknown))}")
    try:
        sys.exit(uvloop.run(main(asked.seconds, asked.processes, asked.only or MEASURES)))
    except PostgresFailed as failed:
        print(f"bench: {failed}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
