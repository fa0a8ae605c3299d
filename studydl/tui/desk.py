"""The learner's desk on a thread of its own, so that the interface never waits for the disk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from studydl.paths import Home
    from studydl.store.glance import Glance
    from studydl.study.desk import Desk
    from studydl.study.overview import Overview

P = ParamSpec("P")
T = TypeVar("T")


def open_desk(home: Home) -> Desk:
    """Open the desk; imports the database layer, so call it on the desk's thread and after the first paint."""
    from studydl.study.desk import Desk

    return Desk(home)


def read_glance(home: Home) -> Glance | None:
    """Return the counts as the database has them, through the bare driver; None before the first session.

    Raises:
        StoreError: the data cannot be opened.
    """
    from studydl.memory.days import study_day
    from studydl.store.glance import glance

    now_ms = time.time_ns() // 1_000_000
    return glance(
        home.database, lambda rollover_hour, last: study_day(now_ms, None, rollover_hour, last), every_new=False
    )


class DeskThread:
    """One desk and the only thread that may touch it. Calls run one after the other, in order.

    Args:
        home: where the learner's data is.
        opener: opens the desk; tests give a desk of their own.
        glancer: reads the counts before the desk is open.
    """

    def __init__(
        self,
        home: Home,
        opener: Callable[[Home], Desk] = open_desk,
        glancer: Callable[[Home], Glance | None] = read_glance,
    ) -> None:
        self._home = home
        self._opener = opener
        self._glancer = glancer
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
        self._desk: Desk | None = None
        self._glance: Future[Glance | None] | None = None

    def look(self) -> None:
        """Begin to read the counts, which takes as long as Textual takes to be imported; see `seen` and `glance`."""
        self._glance = self._pool.submit(self._glancer, self._home)

    def seen(self) -> Glance | None:
        """Return the counts if `look` has them by now."""
        looked = self._glance
        return looked.result() if looked is not None and looked.done() and looked.exception() is None else None

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function on the desk's thread and return what it returns.

        Raises:
            StudydlError: whatever the function raises.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, partial(function, *args, **kwargs))

    async def with_desk(self, function: Callable[[Desk], T]) -> T:
        """Run a function of the desk on the desk's thread, opening the desk first if need be.

        Raises:
            StoreError: the data cannot be opened.
        """
        return await self.call(lambda: function(self._opened()))

    async def glance(self) -> Glance | None:
        """Return the counts without opening the desk: those of `look` the first time.

        Raises:
            StoreError: the data cannot be opened.
        """
        looked, self._glance = self._glance, None
        return await (asyncio.wrap_future(looked) if looked else self.call(self._glancer, self._home))

    async def overview(self) -> Overview:
        """Return what is due, opening the desk first if need be.

        Raises:
            StoreError: the data cannot be opened.
        """
        return await self.with_desk(lambda desk: desk.overview())

    async def close(self) -> None:
        """Close the desk and end the thread; waits for a call under way, which no longer waits for problems."""
        if self._desk is not None:
            await asyncio.to_thread(self._desk.stop_drawing)
            await self.call(self._desk.close)
        self._pool.shutdown(wait=False)

    def _opened(self) -> Desk:
        if self._desk is None:
            self._desk = self._opener(self._home)
        return self._desk
