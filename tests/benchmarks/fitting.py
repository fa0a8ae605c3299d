"""Weights fitted to 180,000 simulated reviews here and by fsrs-rs, Anki's optimizer in Rust, in the same run.

    python tests/benchmarks/fitting.py [REVIEWS]

Both fit to the reviews before a day and are tried on the later ones; the log loss of both is computed by the same
code. The learner forgets by known weights, so the last line is the best there is. Each uses one core.
The budget is 5 seconds; on a machine with company, look at the CPU seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar

import fsrs_rs_python as rs

from studydl.memory.fitting import DEFAULT, History, Weights, fit, log_loss
from tests.memory.simulated import OTHER, for_fsrs_rs, simulated

REVIEWS, FROM_DAY = 180_000, 900
T = TypeVar("T")


def timed(call: Callable[[], T]) -> tuple[str, T]:
    """Return seconds, on the clock and of the CPU, and the result of a call."""
    start, used = time.perf_counter(), time.process_time()
    result = call()
    return f"{time.perf_counter() - start:9.2f}{time.process_time() - used:9.2f}", result


def main() -> None:
    """Print time and log loss of both."""
    loading, torch = timed(lambda: __import__("torch"))
    torch.set_num_threads(1)
    # The later reviews come on top of the number asked for.
    histories = simulated(round((int(sys.argv[1]) if len(sys.argv) > 1 else REVIEWS) * 1.12), seed=1)
    earlier: list[History] = [[review for review in history if review[1] < FROM_DAY] for history in histories]
    earlier = list[History](filter(None, earlier))
    items = for_fsrs_rs(earlier)
    ours, weights = timed(lambda: fit(earlier))
    theirs, other = timed(lambda: tuple(rs.FSRS([]).compute_parameters(items)))
    later = log_loss(histories, DEFAULT, FROM_DAY).reviews
    print(f"fitted to {sum(map(len, earlier)):,} reviews of {len(earlier):,} cards, tried on {later:,} later ones")
    print(f"{'':<16}{'seconds':>9}{'of CPU':>9}{'log loss fitted':>17}{'log loss later':>16}")
    rows: list[tuple[str, str, Weights]] = [
        ("default weights", "", DEFAULT),
        ("studydl", ours, weights),
        ("fsrs-rs", theirs, other),
        ("true weights", "", OTHER),
    ]
    for name, seconds, each in rows:
        fitted, tried = log_loss(earlier, each).mean, log_loss(histories, each, FROM_DAY).mean
        print(f"{name:<16}{seconds:>18}{fitted:>17.5f}{tried:>16.5f}")
    print(f"loading torch {loading}")


if __name__ == "__main__":
    main()
