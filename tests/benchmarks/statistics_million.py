"""How long the statistics take over a log of a million events on 100,000 cards: the first time, and from then on.

    python -m tests.benchmarks.statistics_million [--cards N] [--answers N] [--folder DIR]

The peer is SQLite itself, reading every row of the log once. A folder is kept, and taken up again.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from studydl.paths import Home
from studydl.study.desk import Desk
from studydl.study.statistics.figures import statistics
from tests.benchmarks.big_home import build


def main() -> None:
    """Fill a database and read its statistics."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cards", type=int, default=100_000)
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home, _ = build(chosen.folder or Path(folder), chosen.cards, chosen.answers)
        measure(home)


def measure(home: Home) -> None:
    """Print what the statistics cost beside SQLite reading every row: the best of three, in processor time."""
    desk = Desk(home)
    raw = desk.store.read().exec_driver_sql
    scan = best(lambda: raw("SELECT sum(rating), sum(length(data)) FROM events").all())
    with desk.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM snapshots")
    whole = timed(lambda: statistics(desk.store, desk.schedule))
    again = best(lambda: statistics(desk.store, desk.schedule))
    print(f"every row read once        {scan:5.2f} s")
    print(f"statistics, all counted    {whole:5.2f} s   {whole / scan:4.1f} x")
    print(f"statistics, from then on   {again:5.2f} s   {again / scan:4.1f} x   budget 1.5 s")
    desk.close()


def best(work: Callable[[], object]) -> float:
    """Return the least processor time of three runs, in seconds."""
    return min(timed(work) for _ in range(3))


def timed(work: Callable[[], object]) -> float:
    """Return the processor time of a run, in seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
