"""Processes that draw problems."""

from __future__ import annotations

import gc
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess

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
    return ProcessPoolExecutor(count, Context(), initializer=_begin)


class Process(SpawnProcess):
    """A process that Ctrl-C reaches only once it can end without a traceback: see `_begin`."""

    def start(self) -> None:
        """Start with interrupts held back; a process inherits which signals are."""
        if sys.platform == "win32":  # where nothing can be held back
            super().start()
            return
        resource_tracker.ensure_running()  # starting it would let them through again
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Context(SpawnContext):
    """Starts such processes."""

    Process = Process


def _begin() -> None:
    """Be ended by Ctrl-C at once, without a word: whoever started the process says so."""
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:  # as in the background
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    warm_up()


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
