"""Opening the learner's database: made when missing, migrated when older, refused when newer or damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from studydl.paths import Home
from studydl.store import ME, health
from studydl.store.engine import driver_of, engine_for

T = TypeVar("T")

WRITES = 40  # commits between two checkpoints; an answer writes eight pages or more, its question three
STEPS = 10_000  # of SQLite's virtual machine, about half a millisecond


class Store:
    """One open database, for the thread that opened it.

    Args:
        path: the database, at the newest schema; see `open_store`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.learner = ME
        self._engine = engine_for(path)
        self._connection = self._engine.connect()
        self._driver = driver_of(self._connection)
        self._writes = 0  # since the last checkpoint of `tidy`

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Hold the database for writing: committed to the disk on exit, rolled back on an error. Not to be nested.

        Raises:
            BusyDatabase: another program has held it for 5 seconds.
        """
        with health.explained(self.path):
            self._driver.execute("BEGIN IMMEDIATE")
        # On the driver itself: SQLAlchemy's own transaction, which stays open and means nothing to a driver in
        # autocommit mode, would cost each answer 15 microseconds.
        try:
            yield self._connection
            with health.explained(self.path):
                self._driver.commit()
            self._writes += 1
        except BaseException:
            self._driver.rollback()
            raise

    def read(self) -> Connection:
        """Return a connection for reading. Each statement sees the newest data; inside `write`, the transaction's."""
        return self._connection

    def read_while(self, wanted: Callable[[], bool], read: Callable[[], T]) -> T | None:
        """Read something that takes long, as long as somebody waits for it.

        Args:
            wanted: asked between `STEPS`, on this thread. Once it is False the read ends.
            read: reads by the connection of `read`, and writes nothing.

        Returns:
            What was read; None if it was no longer wanted.
        """
        self._driver.set_progress_handler(lambda: not wanted(), STEPS)
        try:
            return read()
        except OperationalError:
            if wanted():
                raise
            return None
        finally:
            self._driver.set_progress_handler(None, 0)

    def tidy(self) -> None:
        """Move what was written from the write-ahead log into the database now and then, while nobody waits for it.

        SQLite does it in the commit that makes the log 1000 pages long: every hundredth answer took ten times as long.
        """
        if self._writes >= WRITES:
            self._writes = 0
            with health.explained(self.path):
                self._driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        """Close the database."""
        self._connection.close()
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(home: Home) -> Store:
    """Open the learner's database.

    Raises:
        NewerDatabase: a later studydl wrote it.
        DamagedDatabase: it is damaged; it is kept as it is, and the hint names the newest backup that verifies.
        BusyDatabase: another program is changing it.
        StoreError: the folder or the file cannot be used.
    """
    from studydl.store import migration

    if not home.database.exists():
        migration.create(home)
    elif health.revision(home.database) != health.HEAD:
        migration.upgrade(home)
    return Store(home.database)
