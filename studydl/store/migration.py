"""Making a database and bringing an older one up to date. Alembic is imported here, and only when there is work."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, insert

from studydl.errors import DamagedDatabase, StoreError
from studydl.paths import Home, migrations
from studydl.store import ME, files, health
from studydl.store.engine import engine_for, transaction
from studydl.store.tables import learners


def head() -> str:
    """Return the newest schema revision this studydl knows, without importing alembic."""
    return health.HEAD


def create(home: Home) -> None:
    """Make a new database under another name and give it its own when it is whole.

    Raises:
        DamagedDatabase: the database is missing although its log is there.
        StoreError: the folder cannot be written.
    """
    log = home.database.with_name(home.database.name + "-wal")
    if log.exists() and not home.database.exists():
        raise DamagedDatabase(
            f"{home.database} is missing, but {log.name} beside it holds answers.",
            "Put the file back, or restore a backup, or move the log away to begin anew.",
        )
    draft = home.folder / f"{home.database.name}.new-{os.getpid()}"
    try:
        home.folder.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        with _migrating(draft, create=True) as connection:
            _run(connection, migrations())
            connection.execute(insert(learners).values(id=ME, name="", created_ms=time.time_ns() // 1_000_000))
        files.sync(draft)
        files.put_new(draft, home.database)
    except OSError as error:
        reason = "it is a file, not a folder" if isinstance(error, FileExistsError) else error.strerror
        raise StoreError(f"{home.folder} cannot be written: {reason}.", "Choose another with --home.") from error
    finally:
        with suppress(OSError):
            draft.unlink()


def upgrade(home: Home, folder: Path | None = None) -> Path:
    """Back up a database, then bring it to the newest schema in one transaction: all of it, or nothing.

    Args:
        home: the data folder.
        folder: the alembic folder; the one that comes with studydl when None.

    Returns:
        The backup.
    """
    from studydl.store.backup import back_up

    made = back_up(home)
    with _migrating(home.database) as connection:
        _run(connection, folder or migrations())
    return made


@contextmanager
def _migrating(path: Path, create: bool = False) -> Iterator[Connection]:
    """Open a transaction with foreign keys off: with them on, rebuilding a table deletes what refers to it."""
    engine = engine_for(path, create=create, foreign_keys=False)
    try:
        with engine.connect() as opened, transaction(opened, path) as connection:
            yield connection
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise StoreError(f"{path} could not be brought up to date: rows would lose what they belong to.")
    finally:
        engine.dispose()


def _run(connection: Connection, folder: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    command.upgrade(config, "head")
