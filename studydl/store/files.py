"""Putting a whole database file in its place, so that a crash leaves the old one or the new one, never half of one."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

from studydl.errors import BusyDatabase, StoreError
from studydl.store import health
from studydl.store.driver import connect

LOGS = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a database; SQLite finds them by name


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_in_place(draft: Path, target: Path) -> None:
    """Rename a finished file over its target, and wait until the name is on the disk."""
    draft.replace(target)
    sync(target.parent)


def put_new(draft: Path, target: Path) -> None:
    """Give a finished file its name unless another process was first; the draft's name is gone after that."""
    try:
        os.link(draft, target)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not target.exists():
            draft.rename(target)
    draft.unlink(missing_ok=True)
    sync(target.parent)


def keep_aside(database: Path, suffix: str) -> Path | None:
    """Keep a database under another name beside its own, which stays until it is replaced.

    Args:
        database: the file, sound or damaged.
        suffix: what is added to its name after a dot.

    Returns:
        The other name; None if there is no database.

    Raises:
        BusyDatabase: another connection has the database open.
    """
    aside = database.with_name(f"{database.name}.{suffix}")
    if not database.exists():
        move_logs(database, aside)  # the new database must not find them
        return None
    _fold_log(database)
    move_logs(database, aside)  # a damaged database keeps its log beside it
    try:
        os.link(database, aside)
    except OSError:
        shutil.copy2(database, aside)
        sync(aside)
    return aside


def move_logs(database: Path, other: Path) -> None:
    """Rename the logs of a database so that they belong to another name."""
    for end in LOGS:
        log = database.with_name(database.name + end)
        if log.exists():
            log.replace(other.with_name(other.name + end))


def _fold_log(database: Path) -> None:
    """Bring what is in the log into the file. SQLite refuses while any other connection has the database open."""
    try:
        health.require_some(database)
        with health.explained(database), closing(connect(database)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except BusyDatabase:
        raise
    except StoreError:
        return  # damaged: it is kept as it is
