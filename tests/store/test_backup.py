from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.errors import BusyDatabase, DamagedDatabase, UsageError
from studydl.paths import PACKAGE, Home
from studydl.store import backup, driver, health, settings
from studydl.store.connection import Store, open_store
from studydl.store.driver import connect

HOUR = 3_600_000


def _set(store: Store, value: object) -> None:
    with store.write() as connection:
        settings.put(connection, "me", "value", value)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _value(path: Path) -> object:
    with closing(connect(path)) as connection:
        return connection.execute("SELECT value FROM settings").fetchone()[0]


def test_a_backup_is_made_while_the_database_is_in_use_and_is_one_whole_file(home: Home, store: Store) -> None:
    _set(store, 1)
    made = backup.back_up(home, 1_700_000_000_123)
    _set(store, 2)
    assert made.name == "studydl-20231114T221320.123Z.db"
    assert _names(home.backups) == [made.name]
    assert health.findings(made) == []
    assert (_value(made), _value(home.database)) == ("1", "2")
    assert backup.backups(home) == [backup.Backup(made, 1_700_000_000_123, made.stat().st_size, "")]


def test_two_backups_at_one_moment_are_two(home: Home) -> None:
    assert backup.back_up(home, 5) != backup.back_up(home, 5)
    assert len(backup.backups(home)) == 2


def test_nothing_to_back_up_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to back up"):
        backup.back_up(Home(tmp_path))
    assert backup.backups(Home(tmp_path)) == []


def test_a_daily_backup_is_made_once_a_day(home: Home) -> None:
    assert backup.back_up_daily(home, 100 * HOUR)
    assert backup.back_up_daily(home, 119 * HOUR) is None
    assert backup.back_up_daily(home, 120 * HOUR)
    assert [each.when_ms for each in backup.backups(home)] == [120 * HOUR, 100 * HOUR]


def test_a_backup_comes_back_and_what_was_there_is_kept_with_what_was_still_in_its_log(home: Home) -> None:
    with open_store(home) as store:
        _set(store, "old")
        made = backup.back_up(home, 1)
    code = f"""
import os
from pathlib import Path
from studydl.paths import Home
from studydl.store import settings
from studydl.store.connection import open_store
store = open_store(Home(Path({str(home.folder)!r})))
with store.write() as connection:
    settings.put(connection, "me", "value", "new")
os._exit(9)
"""
    subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, check=False)
    assert home.database.with_name("studydl.db-wal").stat().st_size > 0
    kept = backup.restore(home, made, 1_700_000_000_123)
    assert kept == home.folder / "studydl.db.before-restore-20231114T221320.123Z"
    assert _names(home.folder) == ["backups", "studydl.db", kept.name]
    assert (_value(home.database), _value(kept), _value(made)) == ('"old"', '"new"', '"old"')
    assert health.findings(home.database) == health.findings(kept) == []


@pytest.mark.parametrize("left", [b"", b"# notes\n" * 999])
def test_a_backup_takes_the_place_of_a_damaged_database_which_is_kept_as_it_is(home: Home, left: bytes) -> None:
    made = backup.back_up(home, 1)
    home.database.write_bytes(left)
    home.database.with_name("studydl.db-wal").write_bytes(b"answers")
    kept = backup.restore(home, made)
    assert kept is not None
    assert kept.read_bytes() == left
    assert kept.with_name(kept.name + "-wal").read_bytes() == b"answers"
    assert not home.database.with_name("studydl.db-wal").exists()
    open_store(home).close()


def test_a_backup_comes_back_where_there_is_no_database(home: Home) -> None:
    made = backup.back_up(home, 1)
    home.database.unlink()
    assert backup.restore(home, made) is None
    assert health.findings(home.database) == []


def test_a_damaged_or_newer_backup_is_not_put_back(home: Home) -> None:
    before = home.database.read_bytes()
    cut, newer = backup.back_up(home, 1), backup.back_up(home, 2)
    cut.write_bytes(cut.read_bytes()[:9000])
    with closing(connect(newer)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for path, why in ((cut, "cut off"), (newer, "later studydl"), (home.backups / "none.db", "no such file")):
        with pytest.raises(DamagedDatabase, match=why):
            backup.restore(home, path)
    assert home.database.read_bytes() == before
    assert [each.ok for each in backup.backups(home)] == [False, False]
    assert backup.newest_good(home) is None


def test_nothing_is_put_back_while_another_studydl_has_the_database_open(
    home: Home, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "BUSY_SECONDS", 0.05)
    made = backup.back_up(home, 1)
    _set(store, 1)
    with pytest.raises(BusyDatabase):
        backup.restore(home, made)
    assert sorted(p.name for p in home.folder.iterdir() if "restor" in p.name) == []
    _set(store, 2)
    assert _value(home.database) == "2"


def test_a_restore_that_is_interrupted_leaves_the_database_in_its_place(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backup.back_up(home, 1)
    monkeypatch.setattr(backup, "put_in_place", lambda draft, target: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        backup.restore(home, made)
    assert health.findings(home.database) == []


def test_thinning_removes_the_files_not_kept_and_nothing_else(home: Home) -> None:
    home.backups.mkdir()
    (home.backups / "mine.db").write_text("")
    for hour in range(12):
        backup.back_up(home, hour * HOUR)
    names = _names(home.backups)
    assert names == ["mine.db", *(f"studydl-19700101T{hour:02}0000.000Z.db" for hour in range(7, 12))]


@given(st.lists(st.integers(0, 500 * 24 * HOUR), max_size=60))
def test_recent_daily_weekly_and_monthly_backups_are_kept(times: list[int]) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    moments = {start + timedelta(milliseconds=ms): int(start.timestamp() * 1000) + ms for ms in times}
    newest_first = sorted(moments, reverse=True)
    expected = set(newest_first[:5])
    for count, same in (
        (7, lambda a, b: a.date() == b.date()),
        (4, lambda a, b: a.isocalendar()[:2] == b.isocalendar()[:2]),
        (12, lambda a, b: (a.year, a.month) == (b.year, b.month)),
    ):
        groups: list[datetime] = []
        for moment in newest_first:
            if not any(same(moment, other) for other in groups):
                groups.append(moment)
        expected.update(groups[:count])
    assert backup.kept(moments.values()) == {moments[moment] for moment in expected}


@given(st.lists(st.integers(0, 500 * 24 * HOUR), max_size=60))
def test_thinning_twice_removes_nothing_more(times: list[int]) -> None:
    once = backup.kept(times)
    assert backup.kept(once) == once
