from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from studydl.errors import StoreError
from studydl.paths import PACKAGE, Home, migrations
from studydl.store import backup, cards, health, log, migration
from studydl.store.connection import Store, open_store
from studydl.store.driver import connect

if TYPE_CHECKING:
    from tests.store.conftest import Filler

AFTER = f"{int(health.HEAD) + 1:04}"
SECOND = """
import os
import sqlalchemy as sa
from alembic import op
revision, down_revision = "{after}", "{head}"

def upgrade():
    op.create_table("extra", sa.Column("id", sa.Integer, primary_key=True))
    with op.batch_alter_table("decks") as batch:      # drops and makes again the table that cards refer to
        batch.add_column(sa.Column("color", sa.String))
    {then}
"""


@pytest.fixture(autouse=True)
def quick_new_databases() -> None:
    """Every new database goes through alembic here."""


@pytest.fixture
def migrating(tmp_path: Path) -> Callable[[str], Path]:
    def folder(then: str) -> Path:
        target = tmp_path / "50% alembic"
        shutil.copytree(migrations(), target)
        code = SECOND.format(then=then, head=health.HEAD, after=AFTER)
        (target / "versions" / f"{AFTER}_next.py").write_text(code)
        return target

    return folder


@pytest.fixture
def used(home: Home, store: Store, fill: Filler) -> Home:
    fill.sync(store, [fill.deck()], [fill.card("a")])
    with store.write() as connection:
        log.append(connection, "me", log.Event("1", "answer", 1, 1, "study", card_key="studydl/a"))
    store.close()
    return home


def _schema(home: Home) -> list[tuple[object, ...]]:
    with closing(connect(home.database)) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
        return [*rows, *connection.execute("SELECT version_num FROM alembic_version")]


def test_an_older_database_is_brought_up_to_date_after_a_backup(
    used: Home, migrating: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = migrating("pass")
    head = health.HEAD
    monkeypatch.setattr(health, "HEAD", AFTER)
    monkeypatch.setattr(migration, "migrations", lambda: folder)
    with open_store(used) as store:
        assert cards.get(store.read(), "me", "studydl/a") is not None
        assert [event.id for event in log.everything(store.read(), "me")] == ["1"]
        assert store.read().exec_driver_sql("SELECT color FROM decks").all() == [(None,)]
    assert health.revision(used.database) == AFTER
    (made,) = backup.backups(used)
    assert made.ok
    assert health.revision(made.path) == head


def test_a_migration_that_fails_half_way_leaves_the_old_schema(used: Home, migrating: Callable[[str], Path]) -> None:
    before = _schema(used)
    with pytest.raises(RuntimeError, match="half-way"):
        migration.upgrade(used, migrating("raise RuntimeError('half-way')"))
    assert _schema(used) == before
    assert health.findings(used.database) == []


def test_a_migration_that_is_killed_half_way_leaves_the_old_schema(
    used: Home, migrating: Callable[[str], Path]
) -> None:
    before = _schema(used)
    code = f"""
from pathlib import Path
from studydl.paths import Home
from studydl.store import migration
migration.upgrade(Home(Path({str(used.folder)!r})), Path({str(migrating("os._exit(9)"))!r}))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, check=False)
    assert done.returncode == 9
    assert _schema(used) == before
    assert health.findings(used.database) == []


def test_a_migration_that_loses_what_rows_belong_to_is_rolled_back(
    used: Home, migrating: Callable[[str], Path]
) -> None:
    before = _schema(used)
    with pytest.raises(StoreError, match="belong"):
        migration.upgrade(used, migrating("op.execute('DELETE FROM decks')"))
    assert _schema(used) == before
    with open_store(used) as store:
        assert len(cards.decks(store.read(), "me")) == 1


def test_a_first_start_that_is_killed_leaves_no_database(tmp_path: Path, migrating: Callable[[str], Path]) -> None:
    home = Home(tmp_path / "home")
    code = f"""
from pathlib import Path
from studydl.paths import Home
from studydl.store import migration
migration.migrations = lambda: Path({str(migrating("os._exit(9)"))!r})
migration.create(Home(Path({str(home.folder)!r})))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, check=False)
    assert done.returncode == 9
    assert not home.database.exists()
    open_store(home).close()
    assert health.findings(home.database) == []


def test_two_first_starts_at_once_make_one_database(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from studydl.paths import Home
from studydl.store import settings
from studydl.store.connection import open_store
import os
with open_store(Home(Path({str(tmp_path)!r}))) as store:
    with store.write() as connection:
        settings.put(connection, "me", str(os.getpid()), 1)
"""
    started = [subprocess.Popen([sys.executable, "-c", code], cwd=PACKAGE.parent) for _ in range(2)]
    assert [each.wait() for each in started] == [0, 0]
    with closing(connect(tmp_path / "studydl.db")) as connection:
        assert {int(name) for (name,) in connection.execute("SELECT name FROM settings")} == {p.pid for p in started}
    assert [path.name for path in tmp_path.iterdir()] == ["studydl.db"]


def test_alembic_is_imported_only_when_there_is_work(home: Home) -> None:
    code = f"""
import sys
from pathlib import Path
from studydl.paths import Home
from studydl.store.connection import open_store
open_store(Home(Path({str(home.folder)!r}))).close()
print("sqlalchemy" in sys.modules, "alembic" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
