"""Making many problems from one seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from studydl.problems import catalog
from studydl.problems.engine import draw
from studydl.problems.model import Problem


def make(families: Sequence[str], levels: Sequence[int], count: int, seed: int) -> Iterator[Problem]:
    """Draw problems that take families and levels in turn.

    Args:
        families: names.
        levels: of 1 to 3.
        count: how many problems.
        seed: 0 to 2**64 - 1; the same seed makes the same problems in the same order.
    """
    for index in range(count):
        family = catalog.get(families[index % len(families)])
        level = levels[index // len(families) % len(levels)]
        yield draw(family, level, derived_seed(seed, index)).problem


def derived_seed(seed: int, index: int) -> int:
    """Return the 32-bit seed of the problem at this place, unrelated to its neighbors'."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{index}".encode()).digest()[:4], "big")
