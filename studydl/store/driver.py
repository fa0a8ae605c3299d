"""The one SQLite driver of the whole program, and how a connection is set up. Imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3 as dbapi
    from pathlib import Path
else:
    try:
        from pysqlite3 import dbapi2 as dbapi
    except ImportError:
        import sqlite3 as dbapi

__all__ = ["BUSY_SECONDS", "SAFE_WAL", "connect", "dbapi", "set_journal"]

BUSY_SECONDS = 5.0

# Before 3.51.3 two connections to a database in WAL mode can corrupt it (the "WAL-reset bug"); the SQLite inside many
# Pythons is older than that.
SAFE_WAL = dbapi.sqlite_version_info >= (3, 51, 3)


def connect(path: Path, create: bool = False, foreign_keys: bool = True) -> dbapi.Connection:
    """Open a database file in autocommit mode: whoever writes says BEGIN and COMMIT.

    Args:
        path: the file.
        create: make the file if it is missing.
        foreign_keys: enforce them; a migration switches that off, because it can only be done outside a transaction.

    Raises:
        dbapi.OperationalError: there is no such file, or it cannot be opened.
    """
    mode = "rwc" if create else "rw"
    connection = dbapi.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=BUSY_SECONDS
    )
    if create:
        # An answer changes eight pages or more, which all go to the disk before the next card shows: half the size, a
        # tenth of the time.
        connection.execute("PRAGMA page_size = 2048")
    # Without recursive triggers, INSERT OR REPLACE would delete a row of the log past its trigger.
    connection.execute("PRAGMA recursive_triggers = ON")
    connection.execute("PRAGMA cache_size = -32000")  # 32 MB instead of 2: 10,000 cards stay in memory
    connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
    return connection


def set_journal(connection: dbapi.Connection) -> None:
    """Choose the journal that survives a power cut with this SQLite: WAL and FULL, else DELETE and EXTRA.

    Raises:
        dbapi.OperationalError: another program has the database open and the journal would have to change.
    """
    connection.execute(f"PRAGMA journal_mode = {'WAL' if SAFE_WAL else 'DELETE'}")
    connection.execute(f"PRAGMA synchronous = {'FULL' if SAFE_WAL else 'EXTRA'}")
