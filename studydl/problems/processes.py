"""Processes that draw problems."""

from __future__ import annotations

import gc
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from studydl.problems import catalog
from studydl.problems.engine import draw


def count_for(tasks: int, workers: int | None = None) -> int:
    """Return how many processes a number of tasks is worth.

    Args:
        tasks: at least 1.
        workers: as the caller wishes; the number of cores when None.
    """
    return min(workers or os.cpu_count() or 1, tasks)


def start(count: int) -> ProcessPoolExecutor:
    """Return this many processes, warmed up; they inherit nothing, so that torch's threads cannot hang them."""
    return ProcessPoolExecutor(count, get_context("spawn"), initializer=warm_up)


def warm_up() -> None:
    """Load torch on one thread, so that the first problem is not charged for it.

    What is loaded then is never garbage: the collector is told so, or looking through it again and again would take a
    sixth of the time that problems take.
    """
    import torch

    torch.set_num_threads(1)
    draw(catalog.get(catalog.names()[0]), 1, 0)
    gc.collect()
    gc.freeze()
