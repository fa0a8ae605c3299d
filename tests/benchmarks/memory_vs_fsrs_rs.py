"""One review here beside one call of fsrs-rs, Anki's scheduler in Rust, in the same run.

    python tests/benchmarks/memory_vs_fsrs_rs.py

The two do not do the same amount of work. `next_states` of fsrs-rs computes the four states that may follow and
their bare intervals, in single precision. `review` applies FSRS-6 to the rating given and to those below it, adds
steps, seeded fuzz and the counters, and returns the whole new memory state.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import fsrs_rs_python as rs

from studydl.memory.model import Memory, Phase, Rating, Review, Settings
from studydl.memory.replay import replay
from studydl.memory.scheduler import preview, review

CALLS, ROUNDS = 1000, 15
CARD = Memory(phase=Phase.REVIEW, stability=12.0, difficulty=5.0, last_day=100, last_ms=0, due_day=112, reps=4)


def microseconds(call: Callable[[], object], calls: int = CALLS) -> float:
    """Return the time of one call in the fastest of several rounds: the others had company on the machine."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(calls):
            call()
        rounds.append((time.perf_counter() - start) / calls * 1e6)
    return min(rounds)


def history(length: int) -> list[Review]:
    """Return reviews every five days with their decisions, one in seven a fail."""
    reviews = [Review(Rating.GOOD if n % 7 else Rating.AGAIN, 0, 5 * n) for n in range(length)]
    return [replace(r, phase=Phase.REVIEW, due_day=r.study_day + 5) for r in reviews]


def main() -> None:
    """Print the times and the ratio."""
    settings, reviews = Settings(), history(100)
    bare = [replace(r, phase=None, due_day=None) for r in reviews]
    oracle, state = rs.FSRS(list(rs.DEFAULT_PARAMETERS)), rs.MemoryState(12.0, 5.0)

    def one(rating: Rating) -> Memory:
        return review(CARD, rating, at_ms=0, study_day=112, settings=settings, seed="core/card")

    theirs = microseconds(lambda: oracle.next_states(state, 0.9, 12))
    ours = {rating: microseconds(lambda rating=rating: one(rating)) for rating in Rating}  # type: ignore[misc]
    keys = microseconds(lambda: preview(CARD, at_ms=0, study_day=112, settings=settings, seed="core/card"), 500)
    mean = statistics.mean(ours.values())
    print(f"fsrs-rs next_states      {theirs:8.2f} us")
    for rating, time_taken in ours.items():
        print(f"studydl review {rating.name.lower():<6}    {time_taken:8.2f} us")
    print(f"studydl preview          {keys:8.2f} us")
    print(f"replay of 100 reviews    {microseconds(lambda: replay(reviews, settings, 'core/card'), 20) / 1000:8.2f} ms")
    print(f"  without decisions      {microseconds(lambda: replay(bare, settings, 'core/card'), 20) / 1000:8.2f} ms")
    print(f"ratio review / next_states  {mean / theirs:.1f}")


if __name__ == "__main__":
    main()
