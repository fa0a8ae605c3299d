from __future__ import annotations

import subprocess
import sys
from contextlib import closing

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from studydl.errors import BusyDatabase
from studydl.paths import PACKAGE, Home
from studydl.store import driver, log, settings
from studydl.store.connection import WRITES, Store, open_store
from studydl.store.driver import dbapi
from tests.study.helpers import ENDLESS

WRITER = """
import sys
from pathlib import Path
from studydl.paths import Home
from studydl.store import log
from studydl.store.connection import open_store
from studydl.store.ids import new_id
with open_store(Home(Path(sys.argv[1]))) as store:
    for number in range(200):
        with store.write() as connection:
            assert log.append(connection, "me", log.Event(new_id(), "answer", number, 1, "study", text=sys.argv[2]))
"""


def test_two_processes_writing_at_once_lose_nothing(home: Home) -> None:
    command = [sys.executable, "-c", WRITER, str(home.folder)]
    started = [subprocess.Popen([*command, name], cwd=PACKAGE.parent) for name in ("left", "right")]
    assert [each.wait() for each in started] == [0, 0]
    with open_store(home) as store:
        events = list(log.everything(store.read(), "me"))
    assert [event.seq for event in events] == list(range(1, 401))
    for name in ("left", "right"):
        assert [event.at_ms for event in events if event.text == name] == list(range(200))


def test_a_database_held_by_another_program_is_told_as_busy(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "BUSY_SECONDS", 0.05)
    with open_store(home) as store, closing(driver.connect(home.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyDatabase, match="Another program") as caught, store.write():
            pass
        assert caught.value.exit_code == 3
        assert settings.get_all(store.read(), "me") == {}
        other.execute("ROLLBACK")
        with store.write() as connection:
            settings.put(connection, "me", "a", 1)
        assert settings.get_all(store.read(), "me") == {"a": 1}


def test_a_read_that_nobody_waits_for_any_more_ends_in_the_middle(home: Home) -> None:
    asked = []

    def wanted() -> bool:
        asked.append(1)
        return len(asked) < 20

    with open_store(home) as store:
        assert store.read_while(wanted, lambda: store.read().exec_driver_sql(ENDLESS).scalar()) is None
        assert len(asked) >= 20
        assert store.read_while(lambda: True, lambda: store.read().exec_driver_sql("SELECT 7").scalar()) == 7
        with store.write() as connection:  # and all is as before
            settings.put(connection, "me", "a", 1)
        assert settings.get_all(store.read(), "me") == {"a": 1}


def test_a_read_that_fails_while_it_is_wanted_says_why(home: Home) -> None:
    with open_store(home) as store, pytest.raises(OperationalError, match="no such table"):
        store.read_while(lambda: True, lambda: store.read().exec_driver_sql("SELECT 1 FROM missing"))


def test_what_was_written_is_there_after_a_kill(home: Home) -> None:
    code = WRITER.replace("range(200)", "range(5)") + "\n    import os; os._exit(9)\n"
    done = subprocess.run([sys.executable, "-c", code, str(home.folder), "x"], cwd=PACKAGE.parent, check=False)
    assert done.returncode == 9
    with open_store(home) as store:
        assert [event.at_ms for event in log.everything(store.read(), "me")] == list(range(5))


def test_an_error_rolls_everything_back_and_the_store_stays_usable(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as connection:
        settings.put(connection, "me", "a", 1)
        raise ZeroDivisionError
    assert settings.get_all(store.read(), "me") == {}
    with store.write() as connection:
        settings.put(connection, "me", "b", 2)
    assert settings.get_all(store.read(), "me") == {"b": 2}


def test_reading_inside_a_write_sees_it_and_outside_does_not_hold_the_database(home: Home, store: Store) -> None:
    with store.write() as connection:
        settings.put(connection, "me", "a", 1)
        assert settings.get_all(store.read(), "me") == {"a": 1}
    settings.get_all(store.read(), "me")
    with open_store(home) as other, other.write() as connection:
        settings.put(connection, "me", "b", 2)
    assert settings.get_all(store.read(), "me") == {"a": 1, "b": 2}


def test_writes_are_not_nested(store: Store) -> None:
    with store.write(), pytest.raises(dbapi.OperationalError, match="within a transaction"), store.write():
        pass


def test_a_row_of_nobody_is_refused(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as connection:
        settings.put(connection, "nobody", "a", 1)


def test_tidying_now_and_then_leaves_no_commit_a_log_to_move(home: Home) -> None:
    longest = list[int]()
    for tidy in (True, False):
        with open_store(home) as store:
            for number in range(5 * WRITES):
                with store.write() as connection:
                    settings.put(connection, "me", f"{tidy} {number}", "x" * 4000)
                if tidy:
                    store.tidy()
            longest.append(home.database.with_name(f"{home.database.name}-wal").stat().st_size)
    assert longest[0] < longest[1] / 3
    with open_store(home) as store:
        assert len(settings.get_all(store.read(), "me")) == 2 * 5 * WRITES


def test_nobody_is_kept_from_tidying_by_a_reader(home: Home) -> None:
    with open_store(home) as store, closing(driver.connect(home.database)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM settings").fetchall()
        for number in range(WRITES):
            with store.write() as connection:
                settings.put(connection, "me", "a", number)
        store.tidy()
        assert settings.get_all(store.read(), "me") == {"a": WRITES - 1}
