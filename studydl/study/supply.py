"""Keeps a few admitted problems of each family and level ready, so that serving one is a read."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from threading import Event, Thread

from sqlalchemy import Connection

from studydl.errors import Disagreement, StoreError, StudydlError
from studydl.paths import Home
from studydl.problems import catalog
from studydl.problems.exchange import from_line
from studydl.problems.model import Problem
from studydl.store import ready
from studydl.store.connection import Store, open_store
from studydl.study.clock import system_clock
from studydl.study.worker import Worker

log = logging.getLogger(__name__)

KEEP = 3


class Supply:
    """Ready problems of one learner, drawn by a worker process in the background.

    Args:
        home: the data folder; the background thread opens the database itself.
        store: the caller's own connection.
    """

    def __init__(self, home: Home, store: Store) -> None:
        self._home, self._store = home, store
        self._worker = Worker()
        self._quarantined: set[str] = set()
        self._stop = Event()
        self._thread: Thread | None = None

    def take(self, connection: Connection, family: str, level: int) -> Problem | None:
        """Return a ready problem nobody has seen, or None if none is ready.

        Args:
            connection: within a write transaction, so that the problem is never served twice.
            family: its name.
            level: 1 to 3.
        """
        if not self._usable(family):
            return None
        line = ready.take(connection, self._store.learner, family, catalog.get(family).version, level, system_clock())
        return from_line(line) if line else None

    def draw_one(self, family: str, level: int) -> bool:
        """Draw one problem now and put it among the ready ones; may take seconds.

        Returns:
            False if the family is gone from the catalog or under quarantine, or the worker fails.
        """
        try:
            return self._usable(family) and self._add_one(self._store, family, level)
        except StoreError:
            raise
        except StudydlError as error:
            self._complain("no problem of family %s could be drawn: %s", family, error)
            return False

    def draw(self, family: str, level: int, seed: int) -> str | None:
        """Draw the problem of this very seed now, as a line of JSON; it does not go among the ready ones.

        Returns:
            None if the family is gone from the catalog or under quarantine, or the worker fails.
        """
        try:
            return self._draw(family, level, seed) if self._usable(family) else None
        except StudydlError as error:
            self._complain("problem %s, level %d, seed %d could not be drawn: %s", family, level, seed, error)
            return None

    def again(self, connection: Connection, problem_id: str) -> Problem | None:
        """Return a problem served before; None if it is no longer kept."""
        line = ready.get(connection, self._store.learner, problem_id)
        return from_line(line) if line else None

    def top_up(self, wanted: Sequence[tuple[str, int]]) -> None:
        """Draw what is missing of these (family, level) pairs in the background."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._fill, args=(tuple(wanted),), name="supply", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop drawing at once, from any thread; whoever waits for a problem gets none."""
        self._stop.set()
        self._worker.close()

    def close(self) -> None:
        """Stop drawing, and wait until the background thread has ended."""
        self.stop()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _fill(self, wanted: Sequence[tuple[str, int]]) -> None:
        store = open_store(self._home)
        try:
            there = ready.counts(store.read(), store.learner)
            for family, level in wanted:
                if family not in catalog.names():
                    continue  # a deck may name a family that is not there
                have = there.get((family, catalog.get(family).version, level), 0)
                for _ in range(KEEP - have):
                    if self._stop.is_set():
                        return
                    if self._usable(family):
                        self._add_one(store, family, level)
        except StudydlError as error:
            self._complain("the supply of problems stopped: %s", error)
        finally:
            store.close()

    def _complain(self, what: str, *details: object) -> None:
        """Log what went wrong; on closing nothing does, for then the worker is ended in the middle of its work."""
        if not self._stop.is_set():
            log.error(what, *details)

    def _usable(self, family: str) -> bool:
        return family in catalog.names() and family not in self._quarantined

    def _add_one(self, store: Store, family: str, level: int) -> bool:
        line = self._draw(family, level, secrets.randbits(63))
        if line is None:
            return False
        with store.write() as connection:
            add(connection, store.learner, from_line(line), line)
        return True

    def _draw(self, family: str, level: int, seed: int) -> str | None:
        """Draw one problem; a family whose routes disagree is put under quarantine and logged."""
        try:
            return self._worker.draw(family, level, seed)
        except Disagreement as trouble:
            self._quarantined.add(family)
            log.error("family %s is under quarantine: %s", family, trouble)
            return None


def add(connection: Connection, learner: str, problem: Problem, line: str) -> None:
    """Put one problem among the ready ones; one that was there before, served or not, is left alone."""
    ready.add(
        connection,
        learner,
        problem.family,
        problem.version,
        problem.level,
        problem.seed,
        line,
        system_clock(),
    )
