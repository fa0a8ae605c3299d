"""Making many problems from one seed."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future

from studydl.problems import catalog, processes
from studydl.problems.engine import draw
from studydl.problems.exchange import to_line
from studydl.problems.model import Problem

SMALLEST, LARGEST = 200, 4000  # problems a worker makes at a time
CHUNKS = 8  # at least, where there are enough for the smallest: all cores are at work, and progress is seen
AHEAD = 2  # chunks waiting for each worker, so that memory stays the same however many are made


def make(families: Sequence[str], levels: Sequence[int], count: int, seed: int, first: int = 0) -> Iterator[Problem]:
    """Draw problems that take families and levels in turn.

    Args:
        families: names.
        levels: of 1 to 3.
        count: how many problems.
        seed: 0 to 2**64 - 1; the same seed makes the same problems in the same order.
        first: place of the first one, from 0.
    """
    for index in range(first, first + count):
        yield _at(index, families, levels, seed)


def make_lines(
    families: Sequence[str], levels: Sequence[int], count: int, seed: int, workers: int | None = None
) -> Iterator[list[str]]:
    """Draw the problems of `make` as lines of JSON, a chunk at a time, on all cores.

    Args:
        families: names.
        levels: of 1 to 3.
        count: how many problems.
        seed: 0 to 2**64 - 1; the same lines whatever the number of workers.
        workers: processes; the number of cores when None.
    """
    size = min(max(SMALLEST, count // CHUNKS), LARGEST)
    starts = iter(range(0, count, size))
    chunks = ((families, levels, min(size, count - first), seed, first) for first in starts)
    workers = processes.count_for(-(-count // size), workers)
    if workers == 1:
        processes.warm_up()
        yield from (_chunk(*chunk) for chunk in chunks)
        return
    with processes.Pool(workers) as pool:
        waiting: deque[Future[list[str]]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(_chunk, *chunk))
            if len(waiting) >= AHEAD * workers:
                yield pool.result(waiting.popleft())
        while waiting:
            yield pool.result(waiting.popleft())


def derived_seed(seed: int, index: int) -> int:
    """Return the 32-bit seed of the problem at this place, unrelated to its neighbors'."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{index}".encode()).digest()[:4], "big")


def _at(index: int, families: Sequence[str], levels: Sequence[int], seed: int) -> Problem:
    family = catalog.get(families[index % len(families)])
    return draw(family, levels[index // len(families) % len(levels)], derived_seed(seed, index)).problem


def _chunk(families: Sequence[str], levels: Sequence[int], count: int, seed: int, first: int) -> list[str]:
    """Return lines in order. Those of a family are drawn together: its code stays in the caches, a third faster."""
    places = range(first, first + count)
    together = sorted(places, key=lambda place: place % len(families))
    lines = {place: to_line(_at(place, families, levels, seed)) for place in together}
    return [lines[place] for place in places]
