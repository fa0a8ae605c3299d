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

CHUNK = 200  # problems a worker makes at a time
AHEAD = 3  # chunks waiting for each worker, so that memory stays the same however many are made


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
        family = catalog.get(families[index % len(families)])
        level = levels[index // len(families) % len(levels)]
        yield draw(family, level, derived_seed(seed, index)).problem


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
    starts = iter(range(0, count, CHUNK))
    chunks = ((families, levels, min(CHUNK, count - first), seed, first) for first in starts)
    workers = processes.count_for(-(-count // CHUNK), workers)
    if workers == 1:
        processes.warm_up()
        yield from (_chunk(*chunk) for chunk in chunks)
        return
    with processes.start(workers) as pool:
        waiting: deque[Future[list[str]]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(_chunk, *chunk))
            if len(waiting) >= AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def derived_seed(seed: int, index: int) -> int:
    """Return the 32-bit seed of the problem at this place, unrelated to its neighbors'."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{index}".encode()).digest()[:4], "big")


def _chunk(families: Sequence[str], levels: Sequence[int], count: int, seed: int, first: int) -> list[str]:
    return [to_line(problem) for problem in make(families, levels, count, seed, first)]
