from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from studydl.paths import PACKAGE, Home
from studydl.store import driver
from studydl.store.connection import Store


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _pragma(store: Store, name: str) -> object:
    return store.read().exec_driver_sql(f"PRAGMA {name}").scalar()


def test_the_wheel_is_used_where_it_is_installed_and_nothing_heavy_is_imported() -> None:
    heavy = "{'sqlalchemy', 'alembic', 'torch', 'numpy', 'fsrs', 'sqlite3'}"
    code = f"import sys; from studydl.store import driver; print(driver.dbapi.__name__, {heavy} & set(sys.modules))"
    assert _run(code) == "pysqlite3.dbapi2 set()"


def test_without_the_wheel_the_standard_module_is_used() -> None:
    code = "import sys; sys.modules['pysqlite3'] = None; from studydl.store import driver; print(driver.dbapi.__name__)"
    assert _run(code) == "sqlite3"


def test_a_store_works_with_the_standard_module(tmp_path: Path) -> None:
    code = f"""
import sys; sys.modules['pysqlite3'] = None
from pathlib import Path
from studydl.paths import Home
from studydl.store import settings
from studydl.store.connection import open_store
for _ in range(2):
    with open_store(Home(Path({str(tmp_path)!r}))) as store:
        with store.write() as connection:
            settings.put(connection, "me", "a", [1])
        print(settings.get_all(store.read(), "me"))
"""
    assert _run(code).splitlines() == ["{'a': [1]}"] * 2


def test_an_open_store_uses_wal_full_and_foreign_keys(store: Store) -> None:
    assert driver.SAFE_WAL
    assert [_pragma(store, name) for name in ("journal_mode", "synchronous", "foreign_keys")] == ["wal", 2, 1]
    assert _pragma(store, "busy_timeout") == 5000


def test_an_sqlite_that_can_corrupt_a_wal_database_uses_delete_and_extra(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "SAFE_WAL", False)
    with closing(Store(home.database)) as store:
        assert [_pragma(store, name) for name in ("journal_mode", "synchronous")] == ["delete", 3]


def test_a_missing_file_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(driver.dbapi.OperationalError):
        driver.connect(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()
