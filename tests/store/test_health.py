from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from studydl.errors import BusyDatabase, DamagedDatabase, NewerDatabase, StoreError
from studydl.paths import Home
from studydl.store import backup, health, settings, tables
from studydl.store.connection import Store, open_store
from studydl.store.driver import SAFE_WAL, connect
from studydl.store.glance import glance

if TYPE_CHECKING:
    from tests.store.conftest import Filler

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut off": lambda data: data[: len(data) // 2],
    "cut inside the header": lambda data: data[:50],
    "header overwritten": lambda data: b"\0" * 100 + data[100:],
    "a text file": lambda data: b"# My notes\n" * 1000,
    "noise": lambda data: random.Random(1).randbytes(len(data)),
}


def _today(rollover_hour: int, last_day: int | None) -> int:
    return 100


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused_kept_as_it_is_and_the_newest_good_backup_is_named(home: Home, damage: str) -> None:
    backup.back_up(home, 1_000)
    good = backup.back_up(home, 2_000)
    bad = backup.back_up(home, 3_000)
    bad.write_bytes(bad.read_bytes()[:5000])
    home.database.write_bytes(DAMAGES[damage](home.database.read_bytes()))
    left = home.database.read_bytes()
    for opening in (lambda: open_store(home), lambda: glance(home.database, _today), lambda: backup.back_up(home, 9)):
        with pytest.raises(DamagedDatabase) as caught:
            opening()
        assert f"studydl restore {good.name}" in caught.value.hint
        assert home.database.read_bytes() == left


def test_damage_found_while_reading_or_writing_is_told_as_damage(home: Home, store: Store, fill: Filler) -> None:
    fill.sync(store, [fill.deck()], [fill.card(f"card-{number}", position=number) for number in range(2000)])
    store.close()
    data = home.database.read_bytes()
    home.database.write_bytes(data[: len(data) // 2] + b"\xff" * (len(data) - len(data) // 2))
    with closing(open_store(home)) as opened:
        with pytest.raises(DamagedDatabase):
            opened.read().execute(select(tables.cards)).all()
        with pytest.raises(DamagedDatabase), opened.write() as connection:
            connection.execute(update(tables.cards).values(title="new"))
    with pytest.raises(DamagedDatabase):
        health.findings(home.database)


def test_findings_name_what_is_broken_and_are_empty_for_a_sound_file(home: Home) -> None:
    assert health.findings(home.database) == []
    with closing(connect(home.database, foreign_keys=False)) as connection:
        connection.execute("INSERT INTO settings VALUES ('nobody', 'a', '1')")
    assert health.findings(home.database) == ["a row of settings belongs to no row of learners"]


def test_a_database_of_another_program_is_not_taken_for_ours(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with closing(connect(home.database, create=True)) as connection:
        connection.execute("CREATE TABLE notes (id INTEGER)")
    with pytest.raises(DamagedDatabase, match="not one of studydl's"):
        open_store(home)


def test_a_newer_database_is_refused_and_not_changed(home: Home) -> None:
    with closing(connect(home.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = home.database.read_bytes()
    for opening in (lambda: open_store(home), lambda: glance(home.database, _today)):
        with pytest.raises(NewerDatabase) as caught:
            opening()
        assert "9999" in caught.value.message and "Update studydl" in caught.value.hint
    assert home.database.read_bytes() == before


def test_a_log_without_its_database_is_not_written_over(home: Home) -> None:
    home.database.with_name("studydl.db-wal").write_bytes(b"answers")
    home.database.unlink()
    with pytest.raises(DamagedDatabase, match="is missing"):
        open_store(home)
    assert home.database.with_name("studydl.db-wal").read_bytes() == b"answers"


def test_a_folder_that_cannot_be_made_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be"):
        open_store(Home(tmp_path / "file" / "home"))


FOREIGN = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=0)
print(connection.execute(f"PRAGMA journal_mode = {sys.argv[2]}").fetchone()[0])
"""


def test_looking_at_a_database_in_use_gives_up_no_lock_on_it(home: Home) -> None:
    """Closing a file gives up all locks of the process on it; then another program takes the answers' log away."""
    other = "DELETE" if SAFE_WAL else "WAL"  # to change it, a program must have the database to itself
    with open_store(home) as store, store.write() as connection:
        settings.put(connection, store.learner, "minutes_per_session", 30)
        open_store(home).close()
        glance(home.database, _today)
        health.findings(home.database)
        backup.back_up(home)
        with pytest.raises(BusyDatabase):
            backup.restore(home, backup.back_up(home))
        done = subprocess.run([sys.executable, "-c", FOREIGN, home.database, other], capture_output=True, text=True)
        assert "locked" in done.stderr, done.stdout
    with open_store(home) as store:
        assert settings.text(store.read(), store.learner, "minutes_per_session") == "30"
