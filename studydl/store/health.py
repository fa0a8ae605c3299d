"""Whether a file is a sound studydl database, and which schema it has. The bare driver only."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from studydl.errors import BusyDatabase, DamagedDatabase, NewerDatabase, StoreError
from studydl.paths import Home
from studydl.store.driver import connect, dbapi

HEAD = "0003"  # the newest migration; they are numbered, so that an older studydl knows a newer database

FOREIGN = "it is a database, but not one of studydl's"
_BUSY = {5, 6}
_DAMAGED = {11, 26}  # corrupt, not a database
_ENVIRONMENT = {3, 8, 10, 13, 14}  # no permission, read-only, input/output error, disk full, cannot open


def revision(path: Path) -> str:
    """Return the schema revision of a database, "0001" to HEAD.

    Raises:
        DamagedDatabase: it is empty, cut off, or not a studydl database.
        NewerDatabase: a later studydl wrote it.
        StoreError: it cannot be read.
    """
    require_some(path)
    with explained(path), closing(connect(path)) as connection:
        return known(stamp(connection), path)


def require_some(path: Path) -> None:
    """Raise DamagedDatabase if a file is empty, which SQLite would take for a new database.

    Nothing but SQLite may open the file of a database in use, not even to read its header: closing a file gives up all
    locks this process has on it, SQLite's too, and another program may then write over what this one writes
    (sqlite.org/howtocorrupt.html, section 2.2). All else that can be wrong with it SQLite finds when it begins to read.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from error
    if size == 0:
        raise damaged(path, "it is empty")


def flaw(path: Path) -> str:
    """Return what size and header show to be wrong with a backup, before SQLite opens it; empty when nothing.

    Args:
        path: a file that no connection of this process has open; see `require_some`.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        header = file.read(100)
    if size == 0:
        return "it is empty"
    if len(header) < 100 or not header.startswith(b"SQLite format 3\0"):
        return "it is not a database"
    page_size, pages = struct.unpack_from(">H", header, 16)[0], struct.unpack_from(">I", header, 28)[0]
    whole = (65536 if page_size == 1 else page_size) * pages
    log = path.with_name(path.name + "-wal")
    if size < whole and not (log.exists() and log.stat().st_size):  # a log may hold the pages not yet in the file
        return f"it is cut off: {size} of {whole} bytes are there"
    return ""


def stamp(connection: dbapi.Connection) -> str | None:
    """Return the schema revision written in an open database, or None if it is not one of studydl's."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    found = str(row[0]) if row else ""
    return found if len(found) == 4 and found.isdecimal() else None


def known(found: str | None, path: Path) -> str:
    """Return a revision this studydl can work with, or raise DamagedDatabase or NewerDatabase."""
    if found is None:
        raise damaged(path, FOREIGN)
    if found > HEAD:
        raise NewerDatabase(
            f"{path} was written by a later studydl (its schema is {found}, this one knows {HEAD}).",
            "Update studydl and try again. Nothing was changed.",
        )
    return found


def findings(path: Path) -> list[str]:
    """Check a whole database and return what is wrong with it, one line each; empty when it is sound.

    Raises:
        DamagedDatabase, NewerDatabase, StoreError: it cannot be read at all.
    """
    revision(path)
    with explained(path), closing(connect(path)) as connection:
        found = [str(line) for (line,) in connection.execute("PRAGMA integrity_check") if line != "ok"]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    return found + [f"a row of {child} belongs to no row of {parent}" for child, _, parent, _ in orphans]


def trouble(path: Path) -> str:
    """Return in a few words why a backup cannot be used, or an empty string when it can."""
    try:
        why = flaw(path)
        if why:
            return why
        with closing(connect(path)) as connection:
            found = stamp(connection)
            result = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except OSError as error:
        return str(error.strerror)
    except dbapi.Error as error:
        return str(error)
    if found is None:
        return FOREIGN
    if found > HEAD:
        return "it was written by a later studydl"
    return "" if result == "ok" else result


def damaged(path: Path, why: str) -> DamagedDatabase:
    """Return the error that says a database is damaged; its hint names the newest backup that verifies.

    Args:
        path: the database.
        why: what is wrong, a clause.
    """
    from studydl.store.backup import newest_good

    good = newest_good(Home(path.parent))
    hint = f"The newest good backup: studydl restore {good.path.name}" if good else "There is no good backup."
    return DamagedDatabase(f"{path} cannot be used: {why}.", f"The file is kept as it is. {hint}")


def explain(error: BaseException, path: Path) -> StoreError | None:
    """Return what an error of the driver means to the learner, or None if it is a bug of ours."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte; the rest are details
    if code in _BUSY:
        return BusyDatabase(f"Another program holds {path}.", "Close the other studydl and try again.")
    if code in _DAMAGED:
        return damaged(path, str(error))
    if code in _ENVIRONMENT:
        return StoreError(f"{path} cannot be used: {error}.", "Check the disk, and who may write to the folder.")
    return None


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn errors of the bare driver into errors a learner can act on."""
    try:
        yield
    except dbapi.Error as error:
        meant = explain(error, path)
        if meant is None:
            raise
        raise meant from error
