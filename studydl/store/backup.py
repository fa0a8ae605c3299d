"""Backups: made with SQLite's online backup, verified before they count, thinned, put back. The bare driver only."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from studydl.errors import DamagedDatabase, UsageError
from studydl.paths import Home
from studydl.store import health
from studydl.store.driver import connect
from studydl.store.files import keep_aside, put_in_place, sync

_NAME = re.compile(r"studydl-(\d{8}T\d{6}\.\d{3})Z\.db")
_STAMP = "%Y%m%dT%H%M%S"
RECENT, DAYS, WEEKS, MONTHS = 5, 7, 4, 12
DAILY_MS = 20 * 3_600_000  # a little less than a day, so that studying earlier than yesterday still counts


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup file.

    Args:
        path: the file.
        when_ms: when it was made, UTC epoch milliseconds, from its name.
        size: bytes.
        trouble: why it cannot be used; empty when it verifies.
    """

    path: Path
    when_ms: int
    size: int
    trouble: str

    @property
    def ok(self) -> bool:
        """Return whether it verifies."""
        return not self.trouble


def back_up(home: Home, now_ms: int | None = None) -> Path:
    """Copy the database while it may be in use, verify the copy, thin the older ones and return the copy.

    Args:
        home: the data folder.
        now_ms: the time that names it, UTC epoch milliseconds; now when None.

    Raises:
        UsageError: there is nothing to back up yet.
        StoreError: the database cannot be read, or the copy does not verify (it is removed).
    """
    if not home.database.exists():
        raise UsageError(f"There is nothing to back up yet: {home.database} does not exist.")
    home.backups.mkdir(parents=True, exist_ok=True)
    made = _free_name(home, _now() if now_ms is None else now_ms)
    draft = made.with_suffix(".part")
    try:
        _copy(home.database, draft)
        put_in_place(draft, made)
    finally:
        draft.unlink(missing_ok=True)
    thin(home)
    return made


def back_up_daily(home: Home, now_ms: int | None = None) -> Path | None:
    """Back up if the newest backup is older than 20 hours, and return the copy, else None."""
    now_ms = _now() if now_ms is None else now_ms
    newest = max((when for when, _ in _listed(home)), default=None)
    return back_up(home, now_ms) if newest is None or now_ms - newest >= DAILY_MS else None


def backups(home: Home) -> list[Backup]:
    """Return all backups, newest first, each one verified (milliseconds a megabyte)."""
    return [_look(when, path) for when, path in sorted(_listed(home), reverse=True)]


def newest_good(home: Home) -> Backup | None:
    """Return the newest backup that verifies, or None."""
    looked_at = (_look(when, path) for when, path in sorted(_listed(home), reverse=True))
    return next((backup for backup in looked_at if backup.ok), None)


def restore(home: Home, path: Path, now_ms: int | None = None) -> Path | None:
    """Put a backup in the place of the database, at once or not at all. The backup stays.

    Args:
        home: the data folder.
        path: the backup.
        now_ms: the time that names what is kept, UTC epoch milliseconds; now when None.

    Returns:
        Where the database that was there is kept, ``studydl.db.before-restore-...`` beside it; None if there was none.

    Raises:
        DamagedDatabase: the backup does not verify.
        BusyDatabase: another studydl has the database open.
    """
    why = health.trouble(path) if path.exists() else "there is no such file"
    if why:
        raise DamagedDatabase(f"{path} cannot be put back: {why}.", "See `studydl restore` for the good ones.")
    home.folder.mkdir(parents=True, exist_ok=True)
    draft = home.folder / f"{home.database.name}.restoring-{os.getpid()}"
    try:
        _copy(path, draft)
        kept = keep_aside(home.database, f"before-restore-{_text(_now() if now_ms is None else now_ms)}")
        put_in_place(draft, home.database)
    finally:
        draft.unlink(missing_ok=True)
    return kept


def thin(home: Home) -> list[Path]:
    """Remove the backups no longer wanted and return them."""
    listed = dict(_listed(home))
    gone = [listed[when] for when in listed.keys() - kept(listed)]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def kept(times: Iterable[int]) -> set[int]:
    """Return which backups to keep: the 5 newest, and the newest of each of the last 7 days, 4 weeks and 12 months.

    Only days, weeks and months that have a backup count; they are UTC's.

    Args:
        times: when they were made, UTC epoch milliseconds.
    """
    newest_first = sorted(set(times), reverse=True)
    keep = set(newest_first[:RECENT])
    for form, count in (("%Y-%m-%d", DAYS), ("%G-%V", WEEKS), ("%Y-%m", MONTHS)):
        newest_of: dict[str, int] = {}
        for when in newest_first:
            newest_of.setdefault(_utc(when).strftime(form), when)
        keep.update(list(newest_of.values())[:count])
    return keep


def _copy(source: Path, target: Path) -> None:
    """Copy a live database into one whole, verified file."""
    target.unlink(missing_ok=True)
    health.require_some(source)
    with (
        health.explained(source),
        closing(connect(source)) as reader,
        closing(connect(target, create=True)) as writer,
    ):
        reader.backup(writer)
        writer.execute("PRAGMA journal_mode = DELETE")  # all of it in the one file
    why = health.trouble(target)
    if why:
        raise DamagedDatabase(f"The copy of {source} does not verify: {why}.", "Run `studydl doctor`.")
    sync(target)


def _look(when_ms: int, path: Path) -> Backup:
    return Backup(path, when_ms, path.stat().st_size, health.trouble(path))


def _listed(home: Home) -> list[tuple[int, Path]]:
    if not home.backups.is_dir():
        return []
    named = ((_NAME.fullmatch(path.name), path) for path in home.backups.iterdir())
    return [(_when(match[1]), path) for match, path in named if match]


def _free_name(home: Home, now_ms: int) -> Path:
    while (path := home.backups / f"studydl-{_text(now_ms)}.db").exists():
        now_ms += 1
    return path


def _text(ms: int) -> str:
    return f"{_utc(ms).strftime(_STAMP)}.{ms % 1000:03d}Z"


def _when(text: str) -> int:
    seconds, milliseconds = text.split(".")
    return int(datetime.strptime(seconds, _STAMP).replace(tzinfo=UTC).timestamp()) * 1000 + int(milliseconds)


def _utc(ms: int) -> datetime:
    return datetime.fromtimestamp(ms // 1000, tz=UTC)


def _now() -> int:
    return time.time_ns() // 1_000_000
