"""Processes that draw problems."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from functools import partial
from multiprocessing import active_children, resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess
from types import FrameType
from typing import ParamSpec, Self, TypeVar

from studydl.problems import catalog
from studydl.problems.engine import draw

LISTEN = 0.1  # seconds between two looks for Ctrl-C

P = ParamSpec("P")
T = TypeVar("T")
_Handler = Callable[[int, FrameType | None], object] | int | None


def count_for(tasks: int, workers: int | None = None) -> int:
    """Return how many processes a number of tasks is worth.

    Args:
        tasks: at least 1.
        workers: as the caller wishes; the number of cores when None.
    """
    return min(workers or os.cpu_count() or 1, tasks)


class Pool:
    """Processes, warmed up, and how to wait for what they do; a context manager.

    They inherit nothing, so that torch's threads cannot hang them. Ctrl-C is acted on where results are waited for, and
    nowhere else in the block: an exception in the middle of the executor's own bookkeeping leaves its locks taken, and
    then nothing ends.

    Args:
        count: processes, at least 1.
    """

    def __init__(self, count: int) -> None:
        self._executor = ProcessPoolExecutor(count, Context(), initializer=_begin)
        self._interrupted = False
        self._before: _Handler = None

    def __enter__(self) -> Self:
        heard = signal.getsignal(signal.SIGINT) != signal.SIG_IGN  # which it is in the background
        if heard and threading.current_thread() is threading.main_thread():  # the only one that Ctrl-C reaches
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *error: object) -> None:
        # Futures of processes that were ended cannot be canceled without a traceback. Otherwise nobody waits: processes
        # take most of a second to end, in which pages are written.
        self._executor.shutdown(wait=self._interrupted, cancel_futures=not self._interrupted)
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def submit(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a process call this function.

        Raises:
            KeyboardInterrupt: Ctrl-C came before.
        """
        self._heed()
        return self._executor.submit(_call, partial(function, *args, **kwargs))

    def result(self, future: Future[T]) -> T:
        """Wait for one call and return what it returned.

        Raises:
            KeyboardInterrupt: Ctrl-C came meanwhile; the processes have been told to stop.
        """
        return next(self.completed([future])).result()

    def completed(self, futures: Iterable[Future[T]]) -> Iterator[Future[T]]:
        """Yield calls as they end.

        Raises:
            KeyboardInterrupt: as in `result`.
        """
        left = set(futures)
        while left:
            done, left = wait(left, LISTEN, FIRST_COMPLETED)
            self._heed()
            yield from done

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._interrupted = True

    def _heed(self) -> None:
        if self._interrupted:
            for child in active_children():
                if isinstance(child, Process):
                    child.interrupt()
            raise KeyboardInterrupt


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

    def interrupt(self) -> None:
        """Pass Ctrl-C on; at a terminal the process has had it already, which does no harm."""
        if sys.platform == "win32":
            self.terminate()
        elif self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGINT)


class Context(SpawnContext):
    """Starts such processes."""

    Process = Process


class _Interrupts:
    """Ctrl-C in a process of the pool: it ends the call that runs and those that are left, never the process.

    A process that is killed may be in the middle of sending a result; who reads it then waits for the rest for ever.
    """

    came = False
    calling = False

    @classmethod
    def note(cls, number: int, frame: FrameType | None) -> None:
        cls.came = True
        if cls.calling:
            raise KeyboardInterrupt


def _begin() -> None:
    """Get ready. While torch is loaded, Ctrl-C ends the process at once and without a word: it has sent nothing yet."""
    heard = signal.getsignal(signal.SIGINT) != signal.SIG_IGN
    if heard:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    warm_up()
    if heard:
        signal.signal(signal.SIGINT, _Interrupts.note)


def _call(function: Callable[[], T]) -> T:
    _Interrupts.calling = True
    try:
        if _Interrupts.came:
            raise KeyboardInterrupt
        return function()
    finally:
        _Interrupts.calling = False


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
